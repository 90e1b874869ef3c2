"""From an offset in a text to its place in a file."""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
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

    The text of a whole file has one anchor a line. A text written inside another one (a
    heredoc, a JSON string) has one more after each escape, interpolation or stripped
    indentation. In a text with holes each hole counts as one character. Anchors are in the
    order of their offsets and the first one is at offset 0. With `whole`, every part of the text
    is at that one place.
    """

    anchors: tuple[Anchor, ...] = ()
    file: str | None = None
    address: str | None = None
    whole: Origin | None = None

    def origin(self, start: int, end: int) -> Origin:
        """The span of the characters from `start` up to and without `end`."""
        if self.whole is not None:
            return self.whole
        line, column = self._place(start)
        end_line, end_column = self._place(end)
        return Origin(self.file, line, column, end_line, end_column, self.address)

    def _place(self, offset: int) -> tuple[int, int]:
        anchor = self.anchors[bisect_right(self.anchors, (offset, sys.maxsize)) - 1]
        return anchor.line, anchor.column + offset - anchor.offset


def everywhere(origin: Origin) -> Places:
    """The places of a text whose parts cannot be told apart: all of it is at `origin`."""
    return Places(whole=origin)


def file_places(content: str, file: str | None, address: str | None = None) -> Places:
    """The places of a text that is a whole file, or stands by itself (standard input)."""
    return Places(tuple(line_anchors(content)), file, address)


def line_anchors(content: str, line: int = 1, column: int = 1) -> Iterator[Anchor]:
    """One anchor for each line of a text that begins at `line` and `column` and whose further
    lines begin at column 1. A line ends after a line feed."""
    yield Anchor(0, line, column)
    start = content.find("\n") + 1
    while start:
        line += 1
        yield Anchor(start, line, 1)
        start = content.find("\n", start) + 1


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
