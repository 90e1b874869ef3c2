"""A block in a frame: its arguments evaluated, its dynamic blocks written out."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.iam.node import Member, Members, Node
from auditor.iam.origin import Origin
from auditor.iam.text import text
from auditor.sources.terraform.evaluation.evaluator import Evaluator
from auditor.sources.terraform.evaluation.frame import Frame
from auditor.sources.terraform.evaluation.loops import turn_label
from auditor.sources.terraform.evaluation.value import (
    EvaluationError,
    NotKnownError,
    Spread,
    entries,
    is_null,
    make_object,
    make_string,
)
from auditor.sources.terraform.language import expression as ast
from auditor.sources.terraform.language.block import Block

_MOST = 10_000


class BlockView:
    """A block with the frame that its expressions are evaluated in.

    `unknown` is the hole in place of dynamic blocks of which nothing but that they may be there
    is known; such a view has no arguments.
    """

    __slots__ = ("_arguments", "_blocks", "_origin", "_running", "_there", "block", "evaluator", "frame", "unknown")

    def __init__(
        self,
        block: Block,
        frame: Frame,
        evaluator: Evaluator,
        unknown: Node | None = None,
        there: BlockView | None = None,
    ) -> None:
        self.block = block
        self.frame = frame
        self.evaluator = evaluator
        self.unknown = unknown
        self._there = there
        self._arguments: dict[str, Node | None] = {}
        self._blocks: dict[str, tuple[BlockView, ...]] = {}
        self._running: set[str] = set()
        self._origin: Origin | None = None

    @property
    def origin(self) -> Origin:
        if self._origin is None:
            self._origin = self._span(self.block)
        return self._origin

    def argument(self, name: str) -> Node | None:
        """The value of an argument; None where it is absent or null. Raises EvaluationError where it
        refers to itself."""
        if name in self._arguments:
            return self._arguments[name]
        attribute = self.block.attributes.get(name) if self.unknown is None else None
        if attribute is None:
            return None
        if name in self._running:
            raise EvaluationError(f"`{name}` refers to itself")
        self._running.add(name)
        try:
            value = self.evaluator.value(attribute.expression, self.frame)
        finally:
            self._running.discard(name)
        self._arguments[name] = None if is_null(value) else value
        return self._arguments[name]

    def place(self, name: str) -> Origin:
        """Where an argument stands, name and value; the block where it is absent."""
        attribute = self.block.attributes.get(name)
        if attribute is None:
            return self.origin
        return attribute.file.origin(attribute.start, attribute.end, self.frame.address)

    def blocks(self, type_: str) -> tuple[BlockView, ...]:
        """The nested blocks of a type, dynamic ones written out, in source order."""
        if type_ not in self._blocks:
            self._blocks[type_] = tuple(self._find(type_)) if self.unknown is None else ()
        return self._blocks[type_]

    def one(self, type_: str) -> BlockView | None:
        """The nested block of a type that may stand once."""
        found = self.blocks(type_)
        return found[0] if found else None

    def types(self) -> Iterator[str]:
        """The types of the nested blocks."""
        if self.unknown is None:
            for block in self.block.body.blocks:
                yield block.labels[0] if block.type == "dynamic" and block.labels else block.type

    def node(self) -> Node:
        """Arguments and nested blocks as one object."""
        if self.unknown is not None:
            return self.unknown
        members: list[Member] = []
        for name in self.block.attributes:
            value = self.argument(name)
            if value is not None:
                members.append(Member(text(name), value, self.place(name)))
        for type_ in dict.fromkeys(self.types()):
            if type_ not in self.block.attributes:
                views = tuple(view.node() for view in self.blocks(type_))
                members.append(Member(text(type_), Node(views, self.origin), self.origin))
        return Node(Members(tuple(members)), self.origin)

    def there(self) -> BlockView | None:
        if self.unknown is not None and self._there is not None:
            self.evaluator.book.note(self.unknown.origin, str(self.unknown.text))
        return self._there

    def _find(self, type_: str) -> Iterator[BlockView]:
        for block in self.block.body.blocks:
            if block.type == type_:
                yield BlockView(block, self.frame, self.evaluator)
            elif block.type == "dynamic" and block.labels == (type_,):
                yield from self._dynamic(block, type_)

    def _dynamic(self, block: Block, type_: str) -> Iterator[BlockView]:
        content = next(block.blocks_of("content"), None)
        for_each = block.attributes.get("for_each")
        if content is None or for_each is None:
            return
        iterator = block.attributes.get("iterator")
        name = iterator.expression.name if iterator and isinstance(iterator.expression, ast.Name) else type_
        collection = self.evaluator.value(for_each.expression, self.frame)
        if collection.value is None:
            return
        try:
            pairs = entries(collection)
            if len(pairs) > _MOST:
                raise NotKnownError
        except (NotKnownError, EvaluationError):
            yield self._open(block, content, name, self.evaluator.unknown(for_each.expression, self.frame))
            return
        for turn, (key, value) in enumerate(pairs):
            try:
                self.evaluator.spend()
            except NotKnownError:
                hole = self.evaluator.unknown(for_each.expression, self.frame)
                yield BlockView(content, self.frame, self.evaluator, Spread(hole.value, self._span(block)))
                return
            if isinstance(value, Spread):
                yield self._open(block, content, name, value, turn)
                continue
            bindings = {name: make_object({"key": key, "value": value}, value.origin)}
            inner = self.frame.bind(bindings, {name: turn_label(turn, block, self.frame)})
            yield BlockView(content, inner, self.evaluator)

    def _open(self, block: Block, content: Block, name: str, elements: Node, turn: int = 0) -> BlockView:
        """The dynamic blocks for elements that are not known: each has holes for the element."""
        label = turn_label(turn, block, self.frame)
        each = {
            part: self.evaluator.book.hole(f"{name}.{part} ({label})", elements.origin, source=f"{name}.{part}")
            for part in ("key", "value")
        }
        element = make_object({part: make_string(text(hole), elements.origin) for part, hole in each.items()})
        inner = BlockView(content, self.frame.bind({name: element}, {name: label}), self.evaluator)
        return BlockView(content, self.frame, self.evaluator, Spread(elements.value, self._span(block)), inner)

    def _span(self, block: Block) -> Origin:
        return block.file.origin(block.start, block.end, self.frame.address)
