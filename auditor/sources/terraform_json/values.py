"""Values as a plan or state tells them: with holes for what is not known or not to be shown."""

from __future__ import annotations

from collections.abc import Callable

from auditor.iam.node import Member, Members, Node
from auditor.iam.text import text

HoleAt = Callable[[str, str], Node]
"""The node for what is not known, by its path in the resource (`statement[0].resources[1]`) and the
name of the argument that it is in."""


def with_holes(value: Node, unknown: object, hole: HoleAt, path: str, name: str) -> Node:
    """A value with holes where `unknown`, of the same shape, is true."""
    if unknown is True:
        return hole(path, name)
    if isinstance(unknown, list) and value.items is not None and unknown:
        marks = [*unknown, *[False] * len(value.items)]
        items = (
            with_holes(item, marks[place], hole, f"{path}[{place}]", name) for place, item in enumerate(value.items)
        )
        return Node(tuple(items), value.origin)
    if isinstance(unknown, dict) and value.members is not None and unknown:
        return Node(Members(tuple(_members(value.members, unknown, hole, path, value))), value.origin)
    return value


def _members(members: Members, unknown: dict[str, object], hole: HoleAt, path: str, whole: Node) -> list[Member]:
    there = {member.key.literal for member in members}
    found = [
        Member(
            member.key,
            with_holes(member.value, unknown.get(key), hole, f"{path}.{key}", key),
            member.origin,
        )
        for member in members
        if (key := member.key.literal) is not None
    ]
    found += [
        Member(text(key), hole(f"{path}.{key}", key), whole.origin)
        for key, mark in unknown.items()
        if mark is True and key not in there
    ]
    return found


def both(unknown: object, sensitive: object) -> object:
    """The marks of what is not known, with those of what is not to be shown added."""
    if unknown is True or sensitive is True:
        return True
    if isinstance(unknown, list) and isinstance(sensitive, list):
        length = max(len(unknown), len(sensitive))
        pairs = zip(_padded(unknown, length), _padded(sensitive, length), strict=True)
        return [both(one, other) for one, other in pairs]
    if isinstance(unknown, dict) and isinstance(sensitive, dict):
        return {key: both(unknown.get(key), sensitive.get(key)) for key in {**unknown, **sensitive}}
    return sensitive if isinstance(sensitive, (list, dict)) and not isinstance(unknown, (list, dict)) else unknown


def _padded(marks: list[object], length: int) -> list[object]:
    return [*marks, *[False] * (length - len(marks))]
