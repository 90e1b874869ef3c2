"""The book of holes: every hole that reading a configuration makes is made here.

A hole is listed as unresolved when it stands in what is handed on, or when a reader notes that
it had to go without a value.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from auditor.estate.estate import Skipped, Unresolved
from auditor.iam.frozen import Frozen
from auditor.iam.origin import Origin
from auditor.iam.text import Hole, HoleType, Text

_LONGEST = 120


class HoleBook:
    """Collects holes with the place that made them, and inputs that were skipped."""

    def __init__(self) -> None:
        self._made: dict[Hole, Unresolved] = {}
        self._noted: dict[tuple[Origin, str], Unresolved] = {}
        self._skipped: dict[Skipped, None] = {}

    def hole(self, name: str, origin: Origin, type_: HoleType = HoleType.ANYTHING, source: str = "") -> Hole:
        """A hole called `name`; `source` is its text in the source, where that differs."""
        made = Hole(name, type_)
        entry = Unresolved(origin, "${" + _shortened(source or name) + "}")
        known = self._made.get(made)
        if known is None or origin.sort_key() < known.origin.sort_key():
            self._made[made] = entry
        return made

    def adopt(self, other: HoleBook) -> None:
        """Know the holes of another book too: its values are used here."""
        self._made = {**other._made, **self._made}

    def note(self, origin: Origin, text: str) -> None:
        """List something whose value was needed and is not known."""
        entry = Unresolved(origin, _shortened(text))
        self._noted.setdefault((origin, entry.text), entry)

    def skip(self, skipped: Skipped) -> None:
        self._skipped.setdefault(skipped)

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        return tuple(sorted(self._skipped, key=lambda entry: (entry.origin.sort_key(), entry.reason)))

    def unresolved(self, values: Iterable[object]) -> tuple[Unresolved, ...]:
        """What was noted, and the holes that stand in the given values, in source order."""
        used = {self._made[hole] for hole in _holes(values, self._made)}
        noted = {entry for entry in self._noted.values() if entry.text not in {other.text for other in used}}
        return tuple(sorted(used | noted, key=lambda entry: (entry.origin.sort_key(), entry.text)))


def _holes(values: Iterable[object], among: Collection[Hole]) -> set[Hole]:
    """Those of some holes that stand inside frozen values, however deep."""
    found: set[Hole] = set()
    seen: set[int] = set()
    waiting: list[Any] = list(values)
    while waiting and len(found) < len(among):
        value = waiting.pop()
        kind = type(value)
        if kind in _WITHOUT:
            continue
        if kind is Text:
            found.update(part for part in value.parts if isinstance(part, Hole) and part in among)
        elif kind is Hole and value in among:
            found.add(value)
        elif kind in (tuple, list, frozenset):
            waiting.extend(value)
        elif isinstance(value, Frozen) and id(value) not in seen:
            seen.add(id(value))
            waiting.extend([getattr(value, name) for name in kind.__struct_fields__ if name != "origin"])
    return found


_WITHOUT = frozenset({str, bool, int, float, type(None), Origin})
"""Types of values that have no holes."""


def _shortened(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST else flat[: _LONGEST - 3] + "..."
