"""A block of a plan or state: its values, with holes where they are known only after apply."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from auditor.iam.node import Member, Members, Node
from auditor.iam.origin import Origin
from auditor.iam.text import Text, text
from auditor.sources.source import Source
from auditor.sources.terraform.evaluation.value import Written
from auditor.sources.terraform_json.configuration import listed, mapping, references
from auditor.sources.terraform_json.outline import Plain
from auditor.sources.terraform_json.values import with_holes


class Owner(Protocol):
    """The resource that a block is of."""

    source: Source

    def later(self, path: str, argument: str, expression: object) -> Node:
        """What stands for a value that is known only after apply."""
        ...

    def origin_of(self, value: Node, argument: str, expression: object) -> Node:
        """The value that a known one is taken from, where it is told elsewhere."""
        ...


class PlannedView:
    """A block; `marks` has the shape of its values, true for what is not known or not to be shown.

    `expressions` is the block in the configuration, None where that is not told. A null is an
    argument that is absent, and so is an empty text, which the provider writes for the same. What
    is not known and not configured is computed, and no argument; what is configured and not there
    at all is not known, as in the planned values.
    """

    def __init__(
        self,
        owner: Owner,
        values: Node,
        marks: object,
        expressions: Plain | None,
        path: str,
        unknown: Node | None = None,
    ) -> None:
        self.owner = owner
        self.values = values
        self.marks = mapping(marks)
        self.expressions = expressions
        self.path = path
        self.unknown = unknown
        self._members = values.members or Members()
        self._arguments: dict[str, Node | None] = {}

    @property
    def origin(self) -> Origin:
        return self.values.origin

    def argument(self, name: str) -> Node | None:
        if self.unknown is not None:
            return None
        if name not in self._arguments:
            self._arguments[name] = self._read(name)
        return self._arguments[name]

    def place(self, name: str) -> Origin:
        return next((member.origin for member in self._members if member.key.literal == name), self.origin)

    def blocks(self, type_: str) -> tuple[PlannedView, ...]:
        if self.unknown is not None:
            return ()
        marks = self.marks.get(type_)
        if marks is True:
            if not self._configured(type_):
                return ()
            hole = self.owner.later(self._path(type_), type_, None)
            return (PlannedView(self.owner, Node(Members(), self.origin), None, None, self._path(type_), hole),)
        value = self._members.get(type_)
        items = () if value is None or value.value is None else value.items
        found = [
            item
            for item in ((value,) if items is None and value is not None else items or ())
            if item.members is not None
        ]
        own = marks if isinstance(marks, list) else [marks]
        paired = _paired(found, self.expressions.get(type_) if self.expressions is not None else None)
        return tuple(
            PlannedView(self.owner, item, own[at] if at < len(own) else None, paired[at], f"{self._path(type_)}[{at}]")
            for at, item in enumerate(found)
        )

    def one(self, type_: str) -> PlannedView | None:
        found = self.blocks(type_)
        return found[0] if found else None

    def tells(self, name: str) -> bool:
        """Whether there is a value of that name, a null too."""
        return self._members.get(name) is not None

    def names(self) -> list[str]:
        """Everything that has a value, or will have one."""
        names = dict.fromkeys([*(member.key.literal for member in self._members), *self.marks])
        return [name for name in names if name is not None]

    def node(self) -> Node:
        if self.unknown is not None:
            return self.unknown
        told = ((name, self.argument(name)) for name in self.names())
        members = (Member(text(name), value, self.place(name)) for name, value in told if value is not None)
        return Node(Members(tuple(members)), self.origin)

    def there(self) -> None:
        """Nothing tells what a block of a plan says that is known only after apply."""

    def _read(self, name: str) -> Node | None:
        mark = self.marks.get(name)
        value = self._members.get(name)
        expression = self.expressions.get(name) if self.expressions is not None else None
        if mark is True:
            return self.owner.later(self._path(name), name, expression) if self._configured(name) else None
        if value is None and references(expression):
            return self.owner.later(self._path(name), name, expression)
        if value is None or value.value is None or value.value == Text():
            return None
        known = with_holes(
            value, mark, lambda path, inner: self.owner.later(path, inner, expression), self._path(name), name
        )
        literal = known.text.literal if known.text is not None else None
        if literal is not None and literal.lstrip()[:1] in ("{", "["):
            places = replace(self.owner.source.places_inside(known), address=self.origin.address)
            written = Written(known.value, known.origin, places=places)
            return self.owner.origin_of(written, name, expression)
        return known

    def _configured(self, name: str) -> bool:
        return self.expressions is None or name in self.expressions

    def _path(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name


def _paired(items: list[Node], expressions: object) -> list[Plain | None]:
    """The block of the configuration that each item comes from, None where that is not sure: items
    of sets have an order of their own, and dynamic blocks are not listed."""
    blocks = [mapping(block) for block in listed(expressions)]
    if len(blocks) != len(items):
        return [None] * len(items)
    if len(items) == 1:
        return [blocks[0]]
    fitting = [[block for block in blocks if _fits(block, item)] for item in items]
    return [found[0] if len(found) == 1 else None for found in fitting]


def _fits(block: Plain, item: Node) -> bool:
    """Whether no constant of a block contradicts the values of an item."""
    for name, expression in block.items():
        constant = mapping(expression).get("constant_value")
        value = item.members.get(name) if item.members is not None else None
        literal = value.text.literal if value is not None and value.text is not None else None
        if isinstance(constant, str) and literal is not None and literal != constant:
            return False
    return True
