"""The source lines of an origin, with a marker under the exact span."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from auditor.iam.origin import Origin
from auditor.reports.screen import Line, Style, harmless, width_of

SourceLines: TypeAlias = "Callable[[str], Sequence[str] | None]"
"""A file's lines without line ends, or None where it cannot be read (any more)."""

MOST_LINES = 8
_LEFT_CONTEXT = 12
_TAB = "    "


def show_excerpt(origin: Origin, source: SourceLines, width: int, style: Style) -> list[Line]:
    """The lines of `origin`, numbered, none wider than `width`; nothing where there are none.

    A span in one line is underlined in `style`; the lines of a longer one carry a thick bar.
    """
    lines = source(origin.file) if origin.file else None
    if lines is None or not origin.line or origin.line > len(lines):
        return []
    last = min(max(origin.end_line or origin.line, origin.line), len(lines))
    shown = range(origin.line, min(last, origin.line + MOST_LINES - 1) + 1)
    gutter = len(str(shown[-1])) + 3
    if len(shown) == 1 and last == origin.line:
        return _underlined(origin, lines[origin.line - 1], gutter, width, style)
    excerpt: list[Line] = []
    for number in shown:
        code, _ = _window(lines[number - 1], 0, 0, width - gutter)
        excerpt.append([(f"{number:>{gutter - 3}} ", Style.FAINT), ("┃ ", style), (code, Style.PLAIN)])
    left = last - shown[-1]
    if left:
        excerpt.append([(f"{' ' * (gutter - 3)} ┊ {left} more line{'s' if left > 1 else ''}", Style.FAINT)])
    return excerpt


def _underlined(origin: Origin, line: str, gutter: int, width: int, style: Style) -> list[Line]:
    first = origin.column - 1 if origin.column else len(line) - len(line.lstrip())
    after = origin.end_column - 1 if origin.end_column else len(line.rstrip())
    first = min(first, max(len(line) - 1, 0))
    after = max(min(after, len(line)), first + 1)
    code, marker = _window(line, first, after, width - gutter)
    return [
        [(f"{origin.line:>{gutter - 3}} │ ", Style.FAINT), (code, Style.PLAIN)],
        [(" " * (gutter - 3) + " │ ", Style.FAINT), (marker.rstrip(), style)],
    ]


def _cell(character: str) -> str:
    """What a character of a source line is shown as."""
    return _TAB if character == "\t" else harmless(character)


def _window(line: str, first: int, after: int, width: int) -> tuple[str, str]:
    """At most `width` columns of a line around the span `first:after`, and the marker below. No more of
    the line is looked at than is shown: a whole file may be one line."""
    begin = max(0, first - _LEFT_CONTEXT) if _is_wider(line, after, width - 1) else 0
    code = "…" if begin else ""
    marker = " " * len(code)
    taken = len(code)
    for index in range(begin, len(line)):
        cell = _cell(line[index])
        wide = width_of(cell)
        last = index == len(line) - 1
        if wide > width - taken - (not last):
            return code + "…", marker
        code += cell
        taken += wide
        marker += ("^" if first <= index < after else " ") * wide
    return code, marker


def _is_wider(line: str, after: int, width: int) -> bool:
    """Whether the beginning of a line takes more columns."""
    taken = 0
    for index in range(min(after, len(line))):
        taken += width_of(_cell(line[index]))
        if taken > width:
            return True
    return False
