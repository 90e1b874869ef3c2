"""Text into HTML: every character shows, and none is taken for markup."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from markupsafe import Markup, escape

from auditor.iam.origin import Origin
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


def write_items(lines: Iterable[str]) -> Markup:
    """Items of a list."""
    shown = str(escape("\n".join(map(harmless, lines))))
    return _marked("".join(f"<li>{line}</li>" for line in shown.split("\n")) if shown else "")


def write_place(origin: Origin) -> Markup:
    """Where something stands, and in which block."""
    place = str(origin)
    block = f" in {_code(origin.address)}" if origin.address and origin.address != place else ""
    return _marked(f"{_code(place)}{block}")


def _code(text: str) -> str:
    return f"<code>{escape(harmless(text))}</code>"


def write_code(text: str) -> Markup:
    """Lines of code."""
    return _marked(f"{escape(_harmless_lines(text))}\n")


def write_lines(lines: Sequence[Piece], tag: str) -> Markup:
    """Lines of code, a piece each, those that are marked in the element `tag`."""
    if not lines:
        return Markup()
    texts, marks = zip(*lines, strict=True)
    shown = zip(str(escape(_harmless_lines("\n".join(texts)))).split("\n"), marks, strict=True)
    runs = ((marked, "\n".join(line for line, _ in run)) for marked, run in groupby(shown, key=_is_marked))
    return _marked("".join(f"<{tag}>{run}</{tag}>\n" if marked else f"{run}\n" for marked, run in runs))


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
