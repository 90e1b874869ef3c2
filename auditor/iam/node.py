"""JSON-shaped values that know where they were written: what every reader hands to `document`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from auditor.iam.frozen import Frozen
from auditor.iam.origin import NOWHERE, Origin
from auditor.iam.text import Hole, Text, text

Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain] | None"


class Member(Frozen):
    """One `key: value` of an object."""

    key: Text
    value: Node
    origin: Origin = NOWHERE


class Members(Frozen):
    """An object's members in source order; a key may occur twice, as in the source."""

    items: tuple[Member, ...] = ()

    def get(self, key: str) -> Node | None:
        """The value of the last member called exactly `key`, or None."""
        found = self.member(key)
        return found.value if found is not None else None

    def member(self, key: str) -> Member | None:
        """The last member called exactly `key`, or None."""
        wanted = (key,) if key else ()
        for member in reversed(self.items):
            if member.key.parts == wanted:
                return member
        return None

    def __iter__(self) -> Iterator[Member]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


class Node(Frozen):
    """A value and the place it was written.

    `value` is a Text (any string, also one with holes), a bool, a number, None, a tuple of
    nodes (a list) or Members (an object). A value that is wholly unknown, of whatever type, is
    a Text of one hole; `unknown` tells.
    """

    value: Text | bool | int | float | tuple[Node, ...] | Members | None
    origin: Origin = NOWHERE

    @property
    def unknown(self) -> Hole | None:
        """The hole that this whole value is, if it is one."""
        return self.value.hole if isinstance(self.value, Text) else None

    @property
    def text(self) -> Text | None:
        return self.value if isinstance(self.value, Text) else None

    @property
    def members(self) -> Members | None:
        return self.value if isinstance(self.value, Members) else None

    @property
    def items(self) -> tuple[Node, ...] | None:
        return self.value if isinstance(self.value, tuple) else None


class Perhaps(Node, kw_only=True):
    """A value in a list that may stand there any number of times, or not at all: a hole, as its
    `value` says, for whoever asks no more. `body` is what it is where it is there, `why`, a
    clause, why that is not known."""

    body: Node
    why: str


def node(value: Plain | Text | Hole, origin: Origin = NOWHERE) -> Node:
    """A plain Python value as a Node, every part of it at `origin`."""
    if isinstance(value, dict):
        return Node(Members(tuple(Member(text(k), node(v, origin), origin) for k, v in value.items())), origin)
    if isinstance(value, list):
        return Node(tuple(node(item, origin) for item in value), origin)
    if isinstance(value, (str, Hole)):
        return Node(text(value), origin)
    return Node(value, origin)
