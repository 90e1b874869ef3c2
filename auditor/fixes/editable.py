"""What a source must offer so that fixes can be written into it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from auditor.fixes.edit import Edit
from auditor.fixes.fix import Fix
from auditor.iam.frozen import Frozen


class Draft(Frozen):
    """A way to write one fix. `touched` are the top-level parts of files that it changes, as (file,
    start); `data` the data sources that modules of Terraform must declare, as (module, type);
    `gap` tells that applying it in one go interrupts access."""

    edits: tuple[Edit, ...]
    touched: frozenset[tuple[str, int]]
    gap: bool
    data: frozenset[tuple[str, str]] = frozenset()


class Editable(Protocol):
    """The source of one estate. Files are named by their shown paths."""

    def drafts(self, fix: Fix) -> Iterator[Draft]:
        """The ways to write `fix`, the best first. Raises NotEditableError, which says why, where
        there is none."""
        ...

    def write(self, drafts: Iterable[Draft]) -> dict[str, bytes]:
        """The files as all of these drafts leave them. Raises OverlapError where two of them
        contradict each other, NotEditableError."""
        ...

    def content(self, file: str) -> bytes:
        """What a file holds now."""
        ...

    def unread_user(self, file: str) -> str:
        """Something that uses a file too and was not read; empty where there is none."""
        ...

    def broken(self, files: Iterable[str]) -> str:
        """What would no longer work, as a clause, where these files are as they are read now;
        empty where all does."""
        ...
