"""The index of rules: what a folder of rule files says, kept as JSON so that YAML need not be parsed.

The index is made from the files and never more than a copy of them: an entry counts only while
the file has the very bytes that it was made from, and a file without such an entry is parsed.
Only the package's own folder has one: an index that came with somebody's rules could say other
than they do.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import field

from auditor.iam.frozen import Frozen
from auditor.iam.node import Node, Plain, node
from auditor.iam.origin import Origin

FILE = "index.json"
"""The name of the index, beside the folders of rule files."""


class RuleIndex(Frozen):
    """The documents of rule files by the digest of their bytes."""

    entries: Mapping[str, Plain] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path) -> RuleIndex:
        """The index in a folder; without entries where there is none, or none that can be read."""
        return cls(_load(folder / FILE))

    def find(self, content: bytes, origin: Origin) -> Node | None:
        """The document of a rule file of these bytes, all of it at `origin`; None if it is not known."""
        document = self.entries.get(_digest(content))
        return None if document is None else node(document, origin)


EMPTY = RuleIndex()


def index_lines(files: Sequence[tuple[bytes, Node]]) -> str:
    """The index of rule files, given as their bytes and their parsed documents: one line a file."""
    entries = [f"{json.dumps(_digest(content))}: {json.dumps(_plain(document))}" for content, document in files]
    return "{\n" + ",\n".join(entries) + "\n}\n"


def _load(path: Path) -> Mapping[str, Plain]:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        # Without an index the files themselves are read.
        return {}
    return found if isinstance(found, dict) else {}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _plain(document: Node) -> Plain:
    """The inverse of `node` for a document without holes."""
    if document.members is not None:
        return {str(member.key): _plain(member.value) for member in document.members}
    if document.items is not None:
        return [_plain(item) for item in document.items]
    value = document.value
    return value if value is None or isinstance(value, (bool, int, float)) else str(value)
