"""What the two arguments of `auditor diff` are: documents, or sources of estates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from auditor.estate.estate import Reading, Skipped
from auditor.iam.document import Policy, PolicyKind
from auditor.iam.node import Node
from auditor.question.change import Change
from auditor.question.diff import AUTO, common_kind, compare_policies, parse_kind
from auditor.question.documents import is_readable, with_doubts
from auditor.question.estates import EstateChange, diff_readings
from auditor.sources.detect import kind_of
from auditor.sources.display import display_path
from auditor.sources.errors import SourceError
from auditor.sources.kind import Kind
from auditor.sources.policy_document import kind_of_statements
from auditor.sources.policy_text import policy_node, read_policy
from auditor.sources.source import STDIN, Source, decode, load, parse_values

Read = Callable[[str], Reading]
"""Reads the sources at a path (`-` is standard input) into estates."""


@dataclass(frozen=True, slots=True)
class Compared:
    """The answer, None where a side could not be read, and what could not."""

    change: Change | EstateChange | None
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True, slots=True)
class _Held:
    """A document in a file, and the node around it where that is an answer of get-policy."""

    value: Node
    document: Node
    source: Source


def diff_paths(
    old: str, new: str, read: Read, *, kind: str = AUTO, stdin: bytes | None = None, both: bool = False
) -> Compared:
    """Compare what stands at two paths: documents where both hold one, else what `read` makes of
    them. A forced `kind` takes both for documents. Raises `UsageError` for an unknown kind or
    documents of different kinds."""
    forced = None if kind == AUTO else parse_kind(kind)
    try:
        documents = [_document(path, forced is not None, stdin) for path in (old, new)]
    except SourceError as error:
        return Compared(None, (error.as_skipped(),))
    before, after = documents
    if before is not None and after is not None:
        told = forced or common_kind(_kind_of(held) for held in documents if held is not None)
        return Compared(compare_policies(_policy(before, told, "old"), _policy(after, told, "new"), both=both))
    readings = [read(path) for path in (old, new)]
    skipped = tuple(entry for reading in readings for entry in reading.skipped)
    if any(reading.empty for reading in readings):
        return Compared(None, skipped)
    return Compared(diff_readings(readings[0], readings[1], both=both), skipped)


def _document(path: str, forced: bool, stdin: bytes | None) -> _Held | None:
    """The document that a file is, None where it is another kind of source. Raises SourceError
    where it cannot be read and is taken for a document."""
    if path != "-" and Path(path).is_dir():
        return None
    source = decode(stdin or b"", STDIN) if path == "-" else load(Path(path), display_path(Path(path)))
    try:
        values = parse_values(source)
    except SourceError:
        if forced or Path(path).suffix.lower() == ".json":
            raise
        return None
    if len(values) != 1:
        return None
    (value,) = values
    enveloped = value.members is not None and value.members.get("Policy") is not None
    if not forced and kind_of(value) is not Kind.POLICY and not enveloped:
        return None
    inner = value.members.get("Policy") if value.members is not None and enveloped else None
    return _Held(value, policy_node(inner or value, source), source)


def _kind_of(held: _Held) -> PolicyKind | None:
    return kind_of_statements(held.document)


def _policy(held: _Held, kind: PolicyKind, name: str) -> Policy:
    return with_doubts(
        read_policy(held.value, kind, held.source), f"the {name} policy", readable=is_readable(held.document)
    )
