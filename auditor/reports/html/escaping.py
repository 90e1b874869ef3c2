"""Text into HTML: every character shows, and none is taken for markup."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from markupsafe import Markup, escape

from auditor.reports.html.code import CodeLine, Piece
from auditor.reports.screen import harmless


def visible(value: Any) -> Any:
    """Text in which what reverses, hides or breaks other text is written as an escape."""
    return harmless(value) if type(value) is str else value


def mark_quoted(text: str) -> Markup:
    """A sentence whose parts in backticks are code."""
    parts = harmless(text).split("`")
    if len(parts) % 2 == 0:
        return escape("`".join(parts))
    return _join(f"<code>{escape(part)}</code>" if index % 2 else escape(part) for index, part in enumerate(parts))


def write_prose(text: str) -> Markup:
    """The same of a text in several lines, as one paragraph."""
    return mark_quoted(" ".join(text.split()))


def write_lines(lines: Iterable[Piece], tag: str) -> Markup:
    """Lines of code, those that are marked in the element `tag`."""
    return _join(
        _in_element("\n".join(harmless(line.text) for line in run), tag if marked else "") + "\n"
        for marked, run in groupby(lines, key=lambda line: line.marked)
    )


def write_source(lines: Iterable[CodeLine]) -> Markup:
    """Numbered lines of a source."""
    return _join(
        f'<div class="line{" in" if line.inside else ""}"><span class="no">{line.number}</span><code>'
        + "".join(_in_element(harmless(piece.text), "mark" if piece.marked else "") for piece in line.pieces)
        + "</code></div>"
        for line in lines
    )


_DIFF = {"+": "ins", "-": "del", "@": "at"}


def write_diff(lines: Iterable[str]) -> Markup:
    """The lines of a unified diff."""
    return _join(
        f'<span class="{_DIFF[line[0]]}">{escape(harmless(line))}</span>\n'
        if line[:1] in _DIFF
        else f"{escape(harmless(line))}\n"
        for line in lines
    )


def _in_element(text: str, tag: str) -> str:
    shown = escape(text)
    return f"<{tag}>{shown}</{tag}>" if tag else shown


def _join(parts: Iterable[str]) -> Markup:
    return Markup("".join(parts))  # noqa: S704 - each part is escaped by itself
