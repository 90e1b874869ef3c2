"""Who else uses a template that is to change, outside of what was read.

A template may be nested in others (`TemplateURL`, `Location`): what is right for the stack that was
audited may take access from another one.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from auditor.sources.display import display_path
from auditor.sources.repository import repository_of

_PASSED_OVER = frozenset({".git", ".terraform", ".venv", "node_modules"})
_ENDINGS = (".yaml", ".yml", ".json", ".template")
_NESTING = (b"AWS::CloudFormation::Stack", b"AWS::Serverless::Application")


class Users:
    """Finds the templates of a repository that nest others and were not read. `read` are the files
    that were, by their shown paths."""

    def __init__(self, read: Iterable[str]) -> None:
        self._read = frozenset(os.path.realpath(file) for file in read)
        self._known: dict[Path, list[tuple[Path, bytes]]] = {}

    def unread(self, file: str) -> str:
        """A template that names a file and was not read, as it is shown; empty where none does."""
        path = Path(os.path.realpath(file))
        base = repository_of(path.parent) or path.parent
        if base not in self._known:
            self._known[base] = list(self._nesting(base))
        name = os.fsencode(path.name)
        return next((display_path(other) for other, content in self._known[base] if name in content), "")

    def _nesting(self, base: Path) -> Iterator[tuple[Path, bytes]]:
        """The templates below a folder that nest others and were not read."""
        for folder, inner, files in os.walk(base):
            inner[:] = sorted(name for name in inner if name not in _PASSED_OVER)
            for name in sorted(files):
                path = Path(folder, name)
                if not name.endswith(_ENDINGS) or os.path.realpath(path) in self._read:
                    continue
                try:
                    content = path.read_bytes()
                except OSError:
                    continue
                if any(sign in content for sign in _NESTING):
                    yield path, content
