"""What a reading could not look at, gathered beside what it read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from auditor.sources.aws.errors import CallError

_T = TypeVar("_T")


@dataclass(slots=True)
class Gaps:
    """`skipped` are calls that failed; `unknown` are the words of a bundle for what its lists do
    not tell for certain."""

    skipped: list[CallError] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)

    def note(self, error: CallError, *unknown: str) -> None:
        self.skipped.append(error)
        self.unknown.update(unknown)

    def attempt(self, call: Callable[[], _T], *unknown: str) -> _T | None:
        """What `call` gives; None where it fails, which is noted."""
        try:
            return call()
        except CallError as error:
            self.note(error, *unknown)
            return None

    def join(self, other: Gaps) -> None:
        self.skipped.extend(other.skipped)
        self.unknown.update(other.unknown)
