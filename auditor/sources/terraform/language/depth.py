"""How deeply the language may nest before it is not understood any more."""

from __future__ import annotations

DEEPEST = 200
"""How many expressions or directives may stand in each other. Real configurations stay below 30."""


class TooDeepError(Exception):
    """Something nests deeper than `DEEPEST`; `start` is the byte where that is so."""

    def __init__(self, start: int) -> None:
        super().__init__(start)
        self.start = start
