"""From an offset in a text to its place in a file."""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple

from auditor.iam.origin import Origin


class Anchor(NamedTuple):
    """The character at `offset` of the text stands at `line` and `column` of the file, and what
    follows it, up to the next anchor, runs on in that line."""

    offset: int
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Places:
    """Where each character of a text stands in its file.

    The text of a whole file has `lines`, the offsets where its lines begin, and their `numbers`: one
    object for each, since a large file has a million places. A text written inside
    another one (a heredoc, a JSON string) has anchors instead, also after each escape,
    interpolation or stripped indentation; in a text with holes each hole counts as one character.
    Both are in the order of their offsets, and the first one is at offset 0. With `whole`, every
    part of the text is at that one place.
    """

    anchors: tuple[Anchor, ...] = ()
    file: str | None = None
    address: str | None = None
    whole: Origin | None = None
    lines: Sequence[int] = field(default=(), repr=False, compare=False)
    numbers: Sequence[int] = field(default=(), repr=False, compare=False)

    def origin(self, start: int, end: int) -> Origin:
        """The span of the characters from `start` up to and without `end`."""
        if self.whole is not None:
            return self.whole
        lines = self.lines
        if lines:
            first, last = bisect_right(lines, start) - 1, bisect_right(lines, end) - 1
            line, end_line = self.numbers[first], self.numbers[last]
            return Origin(self.file, line, start - lines[first] + 1, end_line, end - lines[last] + 1, self.address)
        line, column = self._anchored(start)
        end_line, end_column = self._anchored(end)
        return Origin(self.file, line, column, end_line, end_column, self.address)

    def _anchored(self, offset: int) -> tuple[int, int]:
        anchor = self.anchors[bisect_right(self.anchors, (offset, sys.maxsize)) - 1]
        return anchor.line, anchor.column + offset - anchor.offset


def everywhere(origin: Origin) -> Places:
    """The places of a text whose parts cannot be told apart: all of it is at `origin`."""
    return Places(whole=origin)


def file_places(content: str, file: str | None, address: str | None = None) -> Places:
    """The places of a text that is a whole file, or stands by itself (standard input)."""
    lines = line_starts(content)
    return Places(file=file, address=address, lines=lines, numbers=tuple(range(1, len(lines) + 1)))


def line_starts(content: str) -> Sequence[int]:
    """The offset at which each line of a text begins. A line ends after a line feed."""
    lines = content.split("\n")
    lines.pop()
    return array("Q", accumulate((len(line) + 1 for line in lines), initial=0))


def line_anchors(content: str, line: int, column: int) -> Iterator[Anchor]:
    """One anchor for each line of a text that begins at `line` and `column` and whose further
    lines begin at column 1."""
    for number, start in enumerate(line_starts(content)):
        yield Anchor(start, line + number, 1 if number else column)


def inside(outer: Places, runs: Iterable[tuple[int, int]]) -> Places:
    """The places of a text written inside another: each run is the offset in the inner text and
    the offset in the outer text where a stretch without escapes begins."""
    if outer.whole is not None:
        return outer
    anchors = []
    for inner_offset, outer_offset in runs:
        place = outer.origin(outer_offset, outer_offset)
        anchors.append(Anchor(inner_offset, place.line or 1, place.column or 1))
    return Places(tuple(anchors), outer.file, outer.address)
