"""Files of the Terraform language: bytes in, blocks with byte spans out.

A broken part of a file costs the top-level block it stands in; the others are still read.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from auditor.iam.origin import Origin
from auditor.sources.display import display_path
from auditor.sources.errors import SourceError
from auditor.sources.source import load
from auditor.sources.terraform.language.block import Attribute, Block, Body, read_body
from auditor.sources.terraform.language.conversion import Converter
from auditor.sources.terraform.language.expression import Expression

if TYPE_CHECKING:
    from tree_sitter import Node as SyntaxNode
    from tree_sitter import Parser

DEEPEST = 300
"""How many brackets may stand in each other."""

_OPENING = b"[({"
_NO_BRACKETS = bytes(sorted({*range(256)} - {*b"[]{}()"}))
_BRACKETS = re.compile(rb"[\[({})\]]")
_CONFLICT = re.compile(rb"^<{7}(?:[ \t][^\n]*)?\r?\n.*?^>{7}(?:[ \t][^\n]*)?$", re.MULTILINE | re.DOTALL)
_TOP_LEVEL = re.compile(
    rb"^(?:resource|data|variable|locals|module|provider|output|terraform|moved|import|removed|check|ephemeral)\b"
    rb"[^\n{=]*\{",
    re.MULTILINE,
)
_EXPONENT = re.compile(rb"(?<![\w.])\d+[eE][+-]?\d+\b")
_DIGITS_FOR_MARKS = bytes.maketrans(b"eE+-", b"0000")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_SHOWN = 40


class SyntaxFile:
    """One file. `body` holds its blocks and attributes, `errors` what could not be read of it.

    `content` are its bytes as they stand; all spans count them. `file` is its path as it is
    shown. `wrapped` files are template files inside one more line at the start: what they say
    is shown nowhere but in the values that they make. A text that is a string of another file
    has one `place` for all of it.
    """

    __slots__ = (
        "__weakref__",
        "_ascii",
        "_line_starts",
        "body",
        "content",
        "converter",
        "errors",
        "file",
        "path",
        "place",
        "wrapped",
    )

    def __init__(
        self, path: Path, file: str, content: bytes, *, wrapped: bool = False, place: Origin | None = None
    ) -> None:
        self.path = path
        self.file = file
        self.content = content
        self.wrapped = wrapped
        self.place = place
        self.converter = Converter(content)
        self.errors: tuple[SourceError, ...] = ()
        self.body = Body({}, ())
        self._line_starts = [0, *(match.end() for match in re.finditer(rb"\n", content))]
        self._ascii = content.isascii()

    @property
    def blocks(self) -> tuple[Block, ...]:
        return self.body.blocks

    @property
    def attributes(self) -> dict[str, Attribute]:
        return self.body.attributes

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of a byte, from 1, the column in characters."""
        if self.place is not None:
            return self.place.line or 1, self.place.column or 1
        row = bisect_right(self._line_starts, offset) - 1
        begin = self._line_starts[row]
        line = row if self.wrapped else row + 1
        if self._ascii:
            return line, offset - begin + 1
        return line, len(self.content[begin:offset].decode(errors="replace")) + 1

    def origin(self, start: int, end: int, address: str | None = None) -> Origin:
        """The place of the bytes from `start` up to and without `end`."""
        if self.place is not None:
            return self.place.at(address)
        if self._ascii and not self.wrapped:
            starts = self._line_starts
            first = bisect_right(starts, start)
            last = first if first == len(starts) or end < starts[first] else bisect_right(starts, end)
            return Origin(self.file, first, start - starts[first - 1] + 1, last, end - starts[last - 1] + 1, address)
        return Origin(self.file, *self.position(start), *self.position(end), address)

    def offset(self, line: int, column: int) -> int:
        """The byte at a line and column, the inverse of `position`."""
        begin = self._line_starts[line - 1]
        if self._ascii:
            return begin + column - 1
        return begin + len(self.content[begin:].decode(errors="replace")[: column - 1].encode())

    def source(self, start: int, end: int) -> str:
        """The text of a span."""
        return self.content[start:end].decode(errors="replace")


def parse_file(path: Path) -> SyntaxFile:
    """Read and parse one `.tf` or `.tfvars` file. Raises SourceError where nothing of it can be
    read (it is too large, no UTF-8, or refused by the system)."""
    shown = display_path(path)
    content = load(path, shown).content
    known = _PARSED.get((path, shown, content))
    if known is None:
        known = _PARSED[path, shown, content] = parse_text(content, path)
    return known


_PARSED: WeakValueDictionary[tuple[Path, str, str], SyntaxFile] = WeakValueDictionary()
"""The files that somebody still holds: whoever reads them again gets the same, if they say the same."""


def parse_text(content: str, path: Path) -> SyntaxFile:
    """Parse what stands in `path`. What cannot be read stands in `errors`."""
    file = SyntaxFile(path, display_path(path), content.encode())
    readable = file.content
    if readable.startswith(_BYTE_ORDER_MARK):
        readable = b"   " + readable[3:]
    readable, errors = _without_conflicts(file, readable)
    root = _parse(readable)
    if root.has_error or _deep(readable) or _misplaced_label(root, readable) is not None:
        readable, more = _without_broken_blocks(file, readable)
        errors += more
        root = _parse(readable)
    file.errors = tuple(errors)
    file.body = read_body(_body_of(root), file)
    return file


def parse_template(content: str, path: Path, place: Origin | None = None) -> tuple[SyntaxFile, Expression]:
    """Parse a template file, or a template that stands at `place` of another file: the
    expression that makes its text, with one line end more at the end. Raises SourceError."""
    word = "TEMPLATE"
    while word in content:
        word += "_"
    wrapped = f"template = <<{word}\n{content}\n{word}\n".encode()
    file = SyntaxFile(path, display_path(path), wrapped, wrapped=place is None, place=place)
    root = _parse(file.content)
    file.body = read_body(_body_of(root), file)
    if root.has_error or _deep(file.content) is not None or len(file.attributes) != 1 or file.blocks:
        raise SourceError("the template has a mistake", Origin(file.file))
    return file, file.attributes["template"].expression


def parse_tree(content: bytes) -> SyntaxNode:
    """The syntax tree of a text, errors and all: for those who look at its layout."""
    return _parse(content)


def parse_expression(source: str, place: Origin) -> tuple[SyntaxFile, Expression]:
    """Parse one expression that stands alone, such as the value of `--var`. Raises SourceError."""
    file = SyntaxFile(Path(place.file or ""), place.file or "", f"value = {source}\n".encode(), place=place)
    root = _parse(file.content)
    file.body = read_body(_body_of(root), file)
    if root.has_error or _deep(file.content) is not None or len(file.attributes) != 1 or file.blocks:
        raise SourceError(f"`{source[:_SHOWN]}` is no expression", place)
    return file, file.attributes["value"].expression


def _parse(content: bytes) -> SyntaxNode:
    """The root of the syntax tree. The grammar lacks numbers such as `1e3`: a text that has some is
    parsed with a longer number in their place, of the same length, and read as it stands."""
    root = _parser().parse(content).root_node
    if root.has_error and _EXPONENT.search(content) is not None:
        root = _parser().parse(_EXPONENT.sub(_without_exponent, content)).root_node
    return root


def _without_exponent(number: re.Match[bytes]) -> bytes:
    return number[0].translate(_DIGITS_FOR_MARKS)


@lru_cache(maxsize=1)
def _parser() -> Parser:
    import tree_sitter  # noqa: PLC0415 - only Terraform sources pay for the parser
    import tree_sitter_hcl  # noqa: PLC0415 - as above

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_hcl.language()))


def _body_of(root: SyntaxNode) -> SyntaxNode | None:
    return next((child for child in root.children if child.type == "body"), None)


def _without_conflicts(file: SyntaxFile, content: bytes) -> tuple[bytes, list[SourceError]]:
    """The content with what stands between conflict markers of git blanked out."""
    errors: list[SourceError] = []
    for match in _CONFLICT.finditer(content):
        place = file.origin(*match.span())
        errors.append(
            SourceError("a merge conflict stands here unresolved", place, "choose one side and remove the markers")
        )
        content = _blanked(content, *match.span())
    return content, errors


def _without_broken_blocks(file: SyntaxFile, content: bytes) -> tuple[bytes, list[SourceError]]:
    """The content with each top-level block that has an error blanked out."""
    starts = sorted({0, *(match.start() for match in _TOP_LEVEL.finditer(content)), len(content)})
    errors: list[SourceError] = []
    for start, end in pairwise(starts):
        error = _error_in(file, content, start, end)
        if error is not None:
            errors.append(error)
            content = _blanked(content, start, end)
    if _parse(content).has_error:
        error = _error_in(file, content, 0, len(content))
        errors.extend([error] if error is not None else [])
        content = _blanked(content, 0, len(content))
    return content, errors


def _error_in(file: SyntaxFile, content: bytes, start: int, end: int) -> SourceError | None:
    part = content[start:end]
    deep = _deep(part)
    if deep is not None:
        place = file.origin(start + deep, start + deep + 1)
        return SourceError(f"more than {DEEPEST} brackets inside each other", place, "nothing real nests so deeply")
    root = _parse(part)
    broken = _first_error(root) if root.has_error else _misplaced_label(root, part)
    if broken is None:
        return None
    at = min(start + broken, max(start, end - 1))
    line_end = content.find(b"\n", at)
    rest = content[at : line_end if line_end >= 0 else len(content)].decode(errors="replace").strip()
    what = f"`{rest[:_SHOWN]}` is not understood here" if rest else "something is missing here"
    block = content[start : content.find(b"\n", start) if content.find(b"\n", start) >= 0 else end].decode()
    head = block.partition("{")[0].strip() if _TOP_LEVEL.match(content, start) else ""
    left_out = f"; `{head}` is left out" if head else ""
    return SourceError(what + left_out, file.origin(at, at + 1), "`terraform validate` tells more")


def _first_error(root: SyntaxNode) -> int:
    """Where the smallest erroneous node begins; it is nearest to the mistake."""
    best: tuple[int, int] | None = None
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.is_error or node.is_missing:
            rank = (node.end_point.row - node.start_point.row, node.start_byte)
            best = rank if best is None else min(best, rank)
        waiting.extend(child for child in node.children if child.has_error or child.is_missing)
    return best[1] if best is not None else root.start_byte


def _opens_in_its_line(content: bytes, start: int) -> bool:
    """Whether what begins here has its opening brace in the same line, and nothing behind it."""
    end = content.find(b"\n", start)
    return content.endswith(b"{", start, end)


def _misplaced_label(root: SyntaxNode, content: bytes) -> int | None:
    """Where a block has a label on another line than its type, which tree-sitter lets pass."""
    for body in root.children:
        for block in body.children if body.type == "body" else ():
            if _opens_in_its_line(content, block.start_byte) or block.type != "block":
                continue
            row = block.start_point.row
            for child in block.children:
                if child.type == "body":
                    break
                if child.type != "comment" and child.start_point.row != row and child.type != "block_end":
                    return child.start_byte
    return None


def _deep(content: bytes) -> int | None:
    """Where brackets nest deeper than allowed. Brackets in strings count too: real strings and
    comments do not leave hundreds of them open."""
    depth = deepest = 0
    for bracket in content.translate(None, _NO_BRACKETS):
        depth = depth + 1 if bracket in _OPENING else max(0, depth - 1)
        deepest = max(deepest, depth)
    if deepest <= DEEPEST:
        return None
    depth = 0
    for match in _BRACKETS.finditer(content):
        depth = depth + 1 if match.group() in _OPENING else max(0, depth - 1)
        if depth > DEEPEST:
            return match.start()
    return None


def _blanked(content: bytes, start: int, end: int) -> bytes:
    return content[:start] + re.sub(rb"[^\n]", b" ", content[start:end]) + content[end:]
