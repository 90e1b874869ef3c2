"""Text into HTML: every character shows, and none is taken for markup."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import Any

from markupsafe import Markup, escape

from auditor.reports.html.code import CodeLine, Piece
from auditor.reports.screen import harmless


def visible(value: Any) -> Any:
    """Text in which what reverses, hides or breaks other text is written as an escape."""
    return harmless(value) if type(value) is str else value


def mark_quoted(text: str) -> Markup:
    """A sentence whose parts in backticks are code."""
    parts = str(escape(harmless(text))).split("`")
    if len(parts) % 2 == 0:
        return _marked("`".join(parts))
    return _marked("".join(f"<code>{part}</code>" if index % 2 else part for index, part in enumerate(parts)))


def write_prose(text: str) -> Markup:
    """The same of a text in several lines, as one paragraph."""
    return mark_quoted(" ".join(text.split()))


def write_code(text: str) -> Markup:
    """Lines of code."""
    return _marked(f"{escape(_harmless_lines(text))}\n")


def write_lines(lines: Iterable[Piece], tag: str) -> Markup:
    """Lines of code, those that are marked in the element `tag`."""
    return _marked(
        "".join(
            _in_element("\n".join(line.text for line in run), tag if marked else "") + "\n"
            for marked, run in groupby(lines, key=_is_marked)
        )
    )


def write_source(lines: Iterable[CodeLine]) -> Markup:
    """Numbered lines of a source."""
    return _marked(
        "".join(
            f'<div class="line{" in" if line.inside else ""}"><span class="no">{line.number}</span><code>'
            + "".join(_in_element(piece.text, "mark" if piece.marked else "") for piece in line.pieces)
            + "</code></div>"
            for line in lines
        )
    )


_DIFF = {"+": "ins", "-": "del", "@": "at"}


def write_diff(text: str) -> Markup:
    """A unified diff."""
    lines = str(escape(_harmless_lines(text))).split("\n")
    return _marked(
        "".join(
            f'<span class="{_DIFF[line[0]]}">{line}</span>\n' if line[:1] in _DIFF else f"{line}\n" for line in lines
        )
    )


_is_marked = itemgetter(1)


def _harmless_lines(text: str) -> str:
    if text.replace("\n", "").isprintable():
        return text
    return "\n".join(harmless(line) for line in text.split("\n"))


def _in_element(text: str, tag: str) -> str:
    shown = escape(_harmless_lines(text))
    return f"<{tag}>{shown}</{tag}>" if tag else str(shown)


def _marked(written: str) -> Markup:
    return Markup(written)  # noqa: S704 - each text in it is escaped
