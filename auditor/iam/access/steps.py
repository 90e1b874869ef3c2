"""How much may be tried for one question: a count, not a clock, so that the answer is the same each time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

MOST_STEPS = 800_000
"""So many steps take somewhat more than a second."""


class TooManyError(Exception):
    """The policies tell more apart than can be searched. The message is a reason for the user."""

    def __init__(self, reason: str = "the policies tell more requests apart than can be searched") -> None:
        super().__init__(reason)


class Steps:
    """The steps that are left. A step is one small piece of work: a pattern compared with a value, a
    combination looked at."""

    __slots__ = ("left",)

    def __init__(self, most: int = MOST_STEPS) -> None:
        self.left = most

    def spend(self, count: int) -> None:
        """Take steps; raises TooManyError where there are not so many left."""
        self.left -= count
        if self.left < 0:
            raise TooManyError

    @contextmanager
    def some(self) -> Iterator[Steps]:
        """Half of what is left, so that one part of a question leaves something to the others."""
        part = Steps(self.left // 2)
        most = part.left
        try:
            yield part
        finally:
            self.left -= most - part.left
