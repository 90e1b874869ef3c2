"""Lining up what was changed as `terraform fmt` does.

In lines that follow each other the equals signs stand in one column, and so do the comments behind
the code. Lines are moved only where they stand in a row with a changed one.
Source: the output of `terraform fmt` (its rules are those of the hclwrite package).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, groupby
from typing import TYPE_CHECKING

from auditor.fixes.edit import Edit, edited
from auditor.sources.terraform.language.syntax import parse_tree

if TYPE_CHECKING:
    from tree_sitter import Node as SyntaxNode

_ENTRIES = ("attribute", "object_elem")
_REOPENED = re.compile(rb"[ \t]*[}\])]+, *[{\[(]+\r?")
_OPENING, _CLOSING = (b"{", b"[", b"("), (b"}", b"]", b")")
_STEP = "  "
_ZERO_WIDTH = ("Mn", "Me", "Cf")


Cell = tuple[int, int]
"""What is moved in a line: where the code before it ends, and where it begins."""


def line_up(content: bytes, touched: Sequence[tuple[int, int]], blocks: Sequence[tuple[int, int]] = ()) -> bytes:
    """The content with the lines lined up that hold a touched span or stand beside one. `blocks` are
    the spans of its top-level blocks, where they are known."""
    windows = _known_windows(content, touched, blocks) or _windows(content, touched, _blocks(content))
    for start, end in reversed(windows):
        inside = [(max(a, start) - start, min(b, end) - start) for a, b in touched if a <= end and start <= b]
        content = content[:start] + _line_up(content[start:end], inside) + content[end:]
    return content


def _blocks(content: bytes) -> list[tuple[int, int]]:
    body = next((child for child in parse_tree(content).children if child.type == "body"), None)
    children = body.children if body is not None else []
    return [(child.start_byte, child.end_byte) for child in children if child.type == "block"]


def _known_windows(
    content: bytes, touched: Sequence[tuple[int, int]], blocks: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """The parts to look at, if the known blocks tell: each is a block that stands for itself. Else
    none."""
    windows = _windows(content, touched, blocks) if blocks else []
    whole = all(_blocks(content[a:b]) == [(b - a - len(content[a:b].lstrip()), b - a)] for a, b in windows)
    return windows if whole else []


def _windows(
    content: bytes, touched: Sequence[tuple[int, int]], blocks: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """The parts of a file to look at: the top-level blocks that were touched, since no line of
    another one moves; all of it where something else was touched."""
    windows: dict[tuple[int, int], None] = {}
    for a, b in touched:
        meeting = [(start, end) for start, end in blocks if start <= b and a <= end]
        if not meeting or a < meeting[0][0] or meeting[-1][1] < b:
            return [(0, len(content))]
        windows.update({(_begin(content, start), end): None for start, end in meeting})
    return sorted(windows)


def _line_up(content: bytes, touched: Sequence[tuple[int, int]]) -> bytes:
    rows = _rows(content, touched)
    content = edited(content, _reindent(content, rows))[0]
    for cells, align in ((_equals, _align_equals), (_comments, _align_comments)):
        nodes = tuple(_nodes(content))
        line_of = _lines(content, nodes)
        lines = {line_of[row] for row in rows}
        beside = lines | {line + step for line in lines for step in (-1, 1)}
        found = {line_of[row]: cell for row, cell in cells(content, nodes).items()}
        content = edited(content, _aligned(content, found, beside, align))[0]
    nodes = tuple(_nodes(content))
    return edited(content, (edit for row, edit in _opening(content, nodes) if row in rows))[0]


def _lines(content: bytes, nodes: Sequence[SyntaxNode]) -> list[int]:
    """The number of the line that each row belongs to: a heredoc is a part of its first line."""
    inside = {
        row
        for node in nodes
        if node.type == "heredoc_template"
        for row in range(node.start_point.row + 1, node.end_point.row + 1)
    }
    return list(accumulate((row not in inside for row in range(content.count(b"\n") + 1)), initial=-1))[1:]


def _aligned(
    content: bytes,
    cells: Mapping[int, Cell],
    lines: set[int],
    align: Callable[[bytes, Sequence[Cell]], Iterator[Edit]],
) -> Iterator[Edit]:
    """Line up the cells, by line, of each chain of lines that has one of `lines`."""
    for _, group in groupby(enumerate(sorted(cells)), key=lambda pair: pair[1] - pair[0]):
        chain = [line for _, line in group]
        if not lines.isdisjoint(chain):
            yield from align(content, [cells[line] for line in chain])


def _align_equals(content: bytes, chain: Sequence[Cell]) -> Iterator[Edit]:
    width = max(_columns(content[_begin(content, end) : end].lstrip()) for end, _ in chain)
    for end, start in chain:
        gap = width - _columns(content[_begin(content, end) : end].lstrip()) + 1
        yield Edit("", end, start, " " * gap + "= ")


def _align_comments(content: bytes, chain: Sequence[Cell]) -> Iterator[Edit]:
    width = max(_columns(content[_begin(content, end) : end]) for end, _ in chain)
    for end, start in chain:
        yield Edit("", end, start, " " * (width - _columns(content[_begin(content, end) : end]) + 1))


def _rows(content: bytes, touched: Sequence[tuple[int, int]]) -> set[int]:
    rows: set[int] = set()
    for start, end in touched:
        first = content.count(b"\n", 0, start)
        rows.update(range(first, first + content.count(b"\n", start, end) + 1))
    return rows


def _equals(content: bytes, nodes: Iterable[SyntaxNode]) -> dict[int, Cell]:
    """The equals signs to line up, by row: those of a line that begins with a name and leaves no
    bracket open. The cell ends where the value begins."""
    entries = (node for node in nodes if node.type in _ENTRIES and _is_whole(content, node))
    return dict(_signs(content, entries))


def _opening(content: bytes, nodes: Iterable[SyntaxNode]) -> Iterator[tuple[int, Edit]]:
    """The equals signs with one space around, of lines that open a bracket."""
    entries = (node for node in nodes if node.type in _ENTRIES and not _is_whole(content, node))
    for row, (end, start) in _signs(content, entries):
        yield row, Edit("", end, start, " = ")


def _signs(content: bytes, entries: Iterable[SyntaxNode]) -> Iterator[tuple[int, Cell]]:
    for node in entries:
        sign = next((child for child in node.children if child.type == "="), None)
        name, value = node.children[0], node.children[-1]
        if sign is None or sign.end_point.row != value.start_point.row:
            continue
        before = re.sub(rb"/\*.*?\*/", b"", content[_begin(content, node.start_byte) : node.start_byte])
        if not before.strip():
            yield node.start_point.row, (name.end_byte, value.start_byte)


def _comments(content: bytes, nodes: Iterable[SyntaxNode]) -> dict[int, Cell]:
    """The comments behind code, by row; those between `/*` and `*/` are never lined up."""
    cells: dict[int, Cell] = {}
    for node in nodes:
        begin = _begin(content, node.start_byte)
        code = content[begin : node.start_byte].rstrip()
        if node.type == "comment" and code.strip() and content[node.start_byte : node.start_byte + 2] != b"/*":
            cells[node.start_point.row] = (begin + len(code), node.start_byte)
    return cells


def _nodes(content: bytes) -> Iterator[SyntaxNode]:
    waiting = [parse_tree(content)]
    while waiting:
        node = waiting.pop()
        waiting.extend(node.children)
        yield node


def _is_whole(content: bytes, node: SyntaxNode) -> bool:
    """Whether the line where an entry begins closes as many brackets as it opens."""
    value = node.children[-1]
    if node.start_point.row != node.end_point.row:
        while len(value.children) == 1:
            value = value.children[0]
        return value.type == "heredoc_template" and value.start_point.row == node.start_point.row
    end = content.find(b"\n", node.end_byte)
    behind = content[node.end_byte : end if end >= 0 else len(content)]
    rest = re.split(rb"#|//|/\*", behind, maxsplit=1)[0]
    return sum(map(rest.count, _OPENING)) == sum(map(rest.count, _CLOSING))


def _reindent(content: bytes, rows: set[int]) -> Iterator[Edit]:
    """A line that closes a bracket and opens the next stands as deep as what is inside of them."""
    at = 0
    above = b""
    for row, line in enumerate(content.split(b"\n")):
        if row in rows and _REOPENED.fullmatch(line):
            held = len(line) - len(line.lstrip())
            deeper = _STEP if above.rstrip().endswith(_OPENING) else ""
            yield Edit("", at, at + held, above[: len(above) - len(above.lstrip())].decode() + deeper)
        at += len(line) + 1
        above = line if line.strip() else above


def _begin(content: bytes, at: int) -> int:
    return content.rfind(b"\n", 0, at) + 1


def _columns(written: bytes) -> int:
    """How wide a text is: marks that join the character before them count nothing."""
    return sum(unicodedata.category(char) not in _ZERO_WIDTH for char in written.decode(errors="replace"))
