"""Blocks and attributes of a configuration file, with their spans in bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from auditor.sources.terraform.language.depth import TooDeepError
from auditor.sources.terraform.language.expression import Expression, Unreadable
from auditor.sources.terraform.language.template_syntax import unescape

if TYPE_CHECKING:
    from tree_sitter import Node as SyntaxNode

    from auditor.sources.terraform.language.syntax import SyntaxFile


class Attribute:
    """`name = expression`. The expression is converted when it is first asked for."""

    __slots__ = ("_expression", "_node", "end", "file", "name", "start")

    def __init__(
        self,
        name: str,
        file: SyntaxFile,
        start: int,
        end: int,
        *,
        node: SyntaxNode | None = None,
        expression: Expression | None = None,
    ) -> None:
        self.name = name
        self.file = file
        self.start = start
        self.end = end
        self._node = node
        self._expression = expression

    @property
    def expression(self) -> Expression:
        if self._expression is None:
            assert self._node is not None
            try:
                self._expression = self.file.converter.convert(self._node)
            except TooDeepError as deep:
                self._expression = Unreadable("it nests too deeply", deep.start, self.end)
            self._node = None
        return self._expression


class Body:
    """What stands in a file, or between the braces of a block. A name that is set twice keeps
    its first value; Terraform refuses it."""

    __slots__ = ("attributes", "blocks")

    def __init__(self, attributes: dict[str, Attribute], blocks: Sequence[Block]) -> None:
        self.attributes = attributes
        self.blocks = tuple(blocks)

    def blocks_of(self, type_: str) -> Iterator[Block]:
        return (block for block in self.blocks if block.type == type_)

    def convert(self) -> None:
        """Convert all expressions now, after which nothing needs the syntax tree."""
        for attribute in self.attributes.values():
            _ = attribute.expression
        for block in self.blocks:
            block.body.convert()


class Block:
    """`type "label" { ... }`. `start` to `end` spans all of it, `inside` what is between the
    braces."""

    __slots__ = ("_body", "_node", "end", "file", "inside", "labels", "start", "type")

    def __init__(
        self,
        type_: str,
        labels: tuple[str, ...],
        file: SyntaxFile,
        span: tuple[int, int],
        inside: tuple[int, int],
        *,
        node: SyntaxNode | None = None,
        body: Body | None = None,
    ) -> None:
        self.type = type_
        self.labels = labels
        self.file = file
        self.start, self.end = span
        self.inside = inside
        self._node = node
        self._body = body

    @property
    def body(self) -> Body:
        if self._body is None:
            self._body = read_body(self._node, self.file)
            self._node = None
        return self._body

    def with_body(self, body: Body) -> Block:
        """This block with other contents: what an override file makes of it."""
        return Block(self.type, self.labels, self.file, (self.start, self.end), self.inside, body=body)

    @property
    def attributes(self) -> dict[str, Attribute]:
        return self.body.attributes

    def blocks_of(self, type_: str) -> Iterator[Block]:
        return self.body.blocks_of(type_)


def read_body(node: SyntaxNode | None, file: SyntaxFile) -> Body:
    """The attributes and blocks of a `body` node; None is an empty one."""
    attributes: dict[str, Attribute] = {}
    blocks: list[Block] = []
    for child in node.children if node is not None else ():
        kind = child.type
        if kind == "block":
            blocks.append(_read_block(child, file))
        elif kind == "attribute":
            parts = child.children
            name = _text(parts[0], file)
            made = Attribute(name, file, child.start_byte, child.end_byte, node=parts[-1])
            attributes.setdefault(name, made)
    return Body(attributes, blocks)


def _read_block(node: SyntaxNode, file: SyntaxFile) -> Block:
    labels: list[str] = []
    body: SyntaxNode | None = None
    opening = closing = node.end_byte
    for child in node.children:
        match child.type:
            case "identifier":
                labels.append(_text(child, file))
            case "string_lit":
                labels.append(unescape(_text(child, file)[1:-1]))
            case "block_start":
                opening = child.end_byte
            case "block_end":
                closing = child.start_byte
            case "body":
                body = child
    span = (node.start_byte, node.end_byte)
    return Block(labels[0], tuple(labels[1:]), file, span, (opening, closing), node=body)


def _text(node: SyntaxNode, file: SyntaxFile) -> str:
    return file.content[node.start_byte : node.end_byte].decode()
