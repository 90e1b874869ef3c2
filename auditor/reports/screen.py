"""Lines for a terminal: spans of styled text that can neither move the cursor nor hide."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from enum import Enum
from typing import TypeAlias

from auditor.engine.levels import Severity


class Style(Enum):
    """How a span looks, as the parameters of an ANSI SGR sequence."""

    PLAIN = ""
    STRONG = "1"
    FAINT = "2"
    GOOD = "32"
    BAD = "31"
    DOUBTFUL = "33"
    NAME = "36"
    CRITICAL = "1;37;41"
    HIGH = "1;31"
    MEDIUM = "1;33"
    LOW = "1;36"
    INFO = "1;34"


Span: TypeAlias = "tuple[str, Style]"
Line: TypeAlias = "list[Span]"

BLANK: Line = []


def style_of(severity: Severity) -> Style:
    return Style[severity.name]


def plain(text: str) -> Line:
    return [(text, Style.PLAIN)]


def harmless(text: str) -> str:
    """The text with everything that does not print (control characters, ANSI escapes, marks
    that reverse or hide text) written as an escape such as `\\x1b`."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else _escape(character) for character in text)


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def width_of(text: str) -> int:
    """How many columns of a terminal a printable text takes."""
    if text.isascii():
        return len(text)
    return sum(_cells(character) for character in text)


def _cells(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def wrap(text: str, width: int) -> list[str]:
    """The words of a text in lines of at most `width` columns; a longer word has its own line.

    Spaces are kept as they stand inside a line, so that a quoted name is shown exactly.
    """
    first, *words = harmless(text).split(" ")
    lines = [first]
    for word in words:
        if width_of(lines[-1]) + 1 + width_of(word) > width:
            lines.append(word)
        else:
            lines[-1] += f" {word}"
    return lines


MARGIN = 11
"""Columns that `hang` takes."""


def hang(label: str, lines: list[Line]) -> list[Line]:
    """The lines behind a margin, which holds the label beside the first of them."""
    margins: list[Span] = [(f"  {label:<{MARGIN - 2}}", Style.NAME), *[(" " * MARGIN, Style.PLAIN)] * len(lines)]
    return [[margin, *line] for margin, line in zip(margins, lines, strict=False)]


def styled(text: str, style: Style, width: int) -> list[Line]:
    """A text wrapped at `width` columns, in one style."""
    return [[(part, style)] for part in wrap(text, width)]


def several(count: int, noun: str) -> str:
    """`1 finding`, `2 findings`."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def draw(lines: Iterable[Line], *, color: bool) -> str:
    """The lines as one text with closing newlines; styles are ANSI sequences, or left out."""
    return "".join("".join(_draw_span(text, style, color) for text, style in line).rstrip() + "\n" for line in lines)


def _draw_span(text: str, style: Style, color: bool) -> str:
    shown = harmless(text)
    return f"\x1b[{style.value}m{shown}\x1b[0m" if color and style.value and shown.strip() else shown
