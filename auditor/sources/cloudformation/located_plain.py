"""Templates as plain dictionaries whose parts remember where they were written.

The SAM translator takes a template apart and puts it together again; what it hands on as it was
still knows its place afterwards, through copies too.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from auditor.iam.node import Member, Members, Node
from auditor.iam.origin import NOWHERE, Origin
from auditor.iam.text import text
from auditor.sources.cloudformation.values import text_of

Plain = Any
"""What `json.load` gives; the translator's own functions are not typed."""

_EMPTY: Mapping[str, Plain] = MappingProxyType({})


class LocatedText(str):
    """A text and its place."""

    origin: Origin

    __slots__ = ("origin",)

    def __deepcopy__(self, memo: dict[int, object]) -> LocatedText:
        return self


class LocatedObject(dict[str, Plain]):
    """An object and its place; its keys are located texts at the places of the members."""

    def __init__(self, items: Mapping[str, Plain] = _EMPTY, origin: Origin = NOWHERE) -> None:
        super().__init__(items)
        self.origin = origin

    def __deepcopy__(self, memo: dict[int, object]) -> LocatedObject:
        return LocatedObject({key: copy.deepcopy(value, memo) for key, value in self.items()}, self.origin)


class LocatedList(list[Plain]):
    """A list and its place."""

    def __init__(self, items: Iterable[Plain] = (), origin: Origin = NOWHERE) -> None:
        super().__init__(items)
        self.origin = origin

    def __deepcopy__(self, memo: dict[int, object]) -> LocatedList:
        return LocatedList([copy.deepcopy(item, memo) for item in self], self.origin)


def plain(node: Node) -> Plain:
    """A part of a template as a plain value."""
    inner = node.value
    if isinstance(inner, Members):
        members: dict[str, Plain] = {_located(str(member.key), member.origin): plain(member.value) for member in inner}
        return LocatedObject(members, node.origin)
    if isinstance(inner, tuple):
        return LocatedList((plain(item) for item in inner), node.origin)
    written = text_of(node) if node.text is not None else None
    return inner if written is None else _located(str(written), node.origin)


def located(value: Plain, place: Origin) -> Node:
    """A plain value as a part of a template; what does not know its place is at `place`."""
    origin = getattr(value, "origin", place)
    if isinstance(value, dict):
        members = []
        for key, inner in value.items():
            node = located(inner, origin)
            members.append(Member(text(str(key)), node, getattr(key, "origin", node.origin)))
        return Node(Members(tuple(members)), origin)
    if isinstance(value, (list, tuple)):
        return Node(tuple(located(item, origin) for item in value), origin)
    if isinstance(value, str):
        return Node(text(str(value)), origin)
    return Node(value if isinstance(value, (bool, int, float)) else None, origin)


def _located(written: str, origin: Origin) -> LocatedText:
    made = LocatedText(written)
    made.origin = origin
    return made
