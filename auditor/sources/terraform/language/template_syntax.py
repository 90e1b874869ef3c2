"""The inside of quoted strings, heredocs and template files: literals, `${...}` and `%{...}`.

Source: the HCL specification ("Templates", "Heredoc Templates") and the behaviour of
`terraform console`: a strip marker eats the white space of the literal beside it up to the end
of its line, and `<<-` removes the smallest indentation of the lines that are not blank.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec.structs import replace

from auditor.sources.terraform.language.depth import DEEPEST, TooDeepError
from auditor.sources.terraform.language.expression import Expression, ForDirective, IfDirective, Piece, TemplatePart

if TYPE_CHECKING:
    from tree_sitter import Node as SyntaxNode

Convert = Callable[["SyntaxNode"], Expression]

_QUOTED_ESCAPE = re.compile(r'\\u[0-9a-fA-F]{4}|\\U[0-9a-fA-F]{8}|\\[nrt"\\]|\$\$\{|%%\{')
_BARE_ESCAPE = re.compile(r"\$\$\{|%%\{")
_ESCAPED = {"\\n": "\n", "\\r": "\r", "\\t": "\t", '\\"': '"', "\\\\": "\\", "$${": "${", "%%{": "%{"}
_LARGEST_CODE = 0x10FFFF
_MARKERS = {
    "template_if_intro": "if",
    "template_else_intro": "else",
    "template_if_end": "endif",
    "template_for_start": "for",
    "template_for_end": "endfor",
    "template_interpolation": "interpolation",
}


@dataclass(slots=True)
class _Line:
    """The literal text up to the end of a line, or up to the next interpolation."""

    pieces: list[Piece]

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)

    def strip_left(self, count: int | None = None) -> None:
        """Remove white space from the left: all of it, or that of `count` characters."""
        while self.pieces and count != 0:
            piece = self.pieces[0]
            stripped = piece.text.lstrip() if count is None else piece.text[count:]
            removed = len(piece.text) - len(stripped)
            if not removed:
                return
            width = len(piece.text[:removed].encode())
            self.pieces[0] = replace(piece, text=stripped, start=piece.start + (width if piece.linear else 0))
            if count is not None or stripped:
                return
            del self.pieces[0]

    def strip_right(self) -> None:
        while self.pieces:
            piece = self.pieces[-1]
            stripped = piece.text.rstrip()
            if stripped:
                self.pieces[-1] = replace(piece, text=stripped)
                return
            self.pieces.pop()


@dataclass(slots=True)
class _Marker:
    """An interpolation, or one `%{...}` of a directive."""

    kind: str
    node: SyntaxNode
    strip_before: bool
    strip_after: bool


def quoted_parts(node: SyntaxNode, content: bytes, convert: Convert) -> tuple[TemplatePart, ...]:
    """The parts of a string in double quotes."""
    return _parts(node, (node.start_byte + 1, node.end_byte - 1), content, convert, quoted=True)


def heredoc_parts(node: SyntaxNode, content: bytes, convert: Convert) -> tuple[TemplatePart, ...]:
    """The parts of a heredoc; the last line end before the closing word belongs to it."""
    opening = content.find(b"\n", node.start_byte) + 1
    closing = content.rfind(b"\n", node.start_byte, node.end_byte) + 1
    indented = content.startswith(b"<<-", node.start_byte)
    return _parts(node, (opening, max(opening, closing)), content, convert, quoted=False, indented=indented)


def unescape(raw: str) -> str:
    """What the literal inside of a quoted string means."""
    return _QUOTED_ESCAPE.sub(lambda match: _unescaped(match.group()), raw) if "\\" in raw or "{" in raw else raw


def _unescaped(escape: str) -> str:
    if escape[:2] in ("\\u", "\\U"):
        code = int(escape[2:], 16)
        return chr(code) if code <= _LARGEST_CODE and not 0xD800 <= code < 0xE000 else "\N{REPLACEMENT CHARACTER}"
    return _ESCAPED[escape]


def _parts(
    node: SyntaxNode,
    region: tuple[int, int],
    content: bytes,
    convert: Convert,
    *,
    quoted: bool,
    indented: bool = False,
) -> tuple[TemplatePart, ...]:
    escape = _QUOTED_ESCAPE if quoted else _BARE_ESCAPE
    tokens: list[_Line | _Marker] = []
    at, end = region
    for marker in _markers(node):
        tokens.extend(_lines(content, at, marker.node.start_byte, escape))
        tokens.append(marker)
        at = marker.node.end_byte
    tokens.extend(_lines(content, at, end, escape))
    _strip(tokens)
    if indented:
        _remove_indentation(tokens)
    stream = iter(tokens)
    parts, _ = _group(stream, convert)
    return parts


def _markers(node: SyntaxNode, depth: int = 0) -> Iterator[_Marker]:
    if depth > DEEPEST:
        raise TooDeepError(node.start_byte)
    for child in node.children:
        kind = _MARKERS.get(child.type)
        if kind is not None:
            inner = child.children
            yield _Marker(
                kind,
                child,
                strip_before=len(inner) > 2 and inner[1].type == "strip_marker",
                strip_after=len(inner) > 2 and inner[-2].type == "strip_marker",
            )
        elif child.type in ("template_directive", "template_if", "template_for"):
            yield from _markers(child, depth + 1)


def _lines(content: bytes, start: int, end: int, escape: re.Pattern[str]) -> Iterator[_Line]:
    at = start
    while at < end:
        line_end = content.find(b"\n", at, end) + 1 or end
        yield _Line(list(_pieces(content[at:line_end].decode(), at, escape)))
        at = line_end


def _pieces(raw: str, start: int, escape: re.Pattern[str]) -> Iterator[Piece]:
    done, at = 0, start
    for match in escape.finditer(raw):
        if match.start() > done:
            literal = raw[done : match.start()]
            width = len(literal.encode())
            yield Piece(literal, at, at + width)
            at += width
        width = len(match.group())
        yield Piece(_unescaped(match.group()), at, at + width, linear=False)
        at += width
        done = match.end()
    if done < len(raw):
        yield Piece(raw[done:], at, at + len(raw[done:].encode()))


def _remove_indentation(tokens: list[_Line | _Marker]) -> None:
    """Remove the smallest indentation, after strip markers have taken line ends away: what
    follows such a line does not begin a line any more."""
    starts: list[_Line] = []
    smallest: int | None = None
    line_begins = True
    for token in tokens:
        written = token.text if isinstance(token, _Line) else ""
        if line_begins:
            blank = isinstance(token, _Line) and not written.strip() and written.endswith("\n")
            if not blank:
                indentation = len(written) - len(written.lstrip())
                smallest = indentation if smallest is None else min(smallest, indentation)
                if isinstance(token, _Line):
                    starts.append(token)
        line_begins = written.endswith("\n")
    for line in starts:
        line.strip_left(smallest)


def _strip(tokens: list[_Line | _Marker]) -> None:
    for index, token in enumerate(tokens):
        if not isinstance(token, _Marker):
            continue
        before = tokens[index - 1] if index else None
        after = tokens[index + 1] if index + 1 < len(tokens) else None
        if token.strip_before and isinstance(before, _Line):
            before.strip_right()
        if token.strip_after and isinstance(after, _Line):
            after.strip_left()


def _group(tokens: Iterator[_Line | _Marker], convert: Convert) -> tuple[tuple[TemplatePart, ...], _Marker | None]:
    """The parts up to the marker that ends this level, and that marker."""
    parts: list[TemplatePart] = []
    for token in tokens:
        if isinstance(token, _Line):
            parts.extend(piece for piece in token.pieces if piece.text)
            continue
        node = token.node
        inner = [child for child in node.children if child.type == "expression"]
        match token.kind:
            case "interpolation":
                if inner:
                    parts.append(convert(inner[0]))
            case "if":
                then, end = _group(tokens, convert)
                otherwise: tuple[TemplatePart, ...] = ()
                if end is not None and end.kind == "else":
                    otherwise, end = _group(tokens, convert)
                last = end.node.end_byte if end is not None else node.end_byte
                parts.append(IfDirective(convert(inner[0]), then, otherwise, node.start_byte, last))
            case "for":
                words = [
                    str(child.text, "utf-8") for child in node.children if child.type == "identifier" and child.text
                ]
                body, end = _group(tokens, convert)
                last = end.node.end_byte if end is not None else node.end_byte
                key = words[0] if len(words) > 1 else None
                parts.append(ForDirective(key, words[-1], convert(inner[0]), body, node.start_byte, last))
            case _:
                return tuple(parts), token
    return tuple(parts), None
