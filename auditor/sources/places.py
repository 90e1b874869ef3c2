"""From an offset in a text to its place in a file."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
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
    is at that one place. `offsets` are those of the anchors, for a quick search.
    """

    anchors: tuple[Anchor, ...] = ()
    file: str | None = None
    address: str | None = None
    whole: Origin | None = None
    offsets: tuple[int, ...] = field(default=(), repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.offsets) != len(self.anchors):
            object.__setattr__(self, "offsets", tuple(anchor.offset for anchor in self.anchors))

    def origin(self, start: int, end: int) -> Origin:
        """The span of the characters from `start` up to and without `end`."""
        if self.whole is not None:
            return self.whole
        anchors, offsets = self.anchors, self.offsets
        first, line, column = anchors[bisect_right(offsets, start) - 1]
        last, end_line, end_column = anchors[bisect_right(offsets, end) - 1]
        return Origin(self.file, line, column + start - first, end_line, end_column + end - last, self.address)


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
