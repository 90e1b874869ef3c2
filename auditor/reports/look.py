"""How a report for people is laid out, and what a format may know beside the report itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from msgspec import field

from auditor.iam.frozen import Frozen
from auditor.reports.excerpt import SourceLines

Place: TypeAlias = "Callable[[str], str]"
"""From a file's name, relative to the working directory, to its name as seen from the repository's root."""


def _no_source(_file: str) -> Sequence[str] | None:
    return None


def _as_it_stands(file: str) -> str:
    return file


class Look(Frozen):
    """How the report is laid out: its width in columns, with colours or not, long lists whole
    or cut, and where the lines of a source file come from."""

    width: int = 100
    color: bool = False
    whole: bool = False
    source: SourceLines = field(default=_no_source)


class Frame(Frozen):
    """What surrounds a report. `place` names files as a hosting service does; `commit` is that of the
    repository, and `date` (ISO) the day that somebody gave the run: both None where nothing tells."""

    look: Look = Look()
    place: Place = _as_it_stands
    commit: str | None = None
    date: str | None = None


BARE = Frame()
