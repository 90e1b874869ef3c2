"""Values that hang on a condition of which it is not known whether it holds.

A condition that holds or fails is a set of literals: its name, or `not` and its name, with those
of all conditions that then hold or fail too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from auditor.iam.node import Member, Members, Node
from auditor.iam.text import Text

Literals = frozenset[str]
CERTAIN: Literals = frozenset()

_MOST_CONDITIONS = 4
"""Undecided conditions in one value beyond which its parts are not told apart any more."""


class Choice(Node):
    """`Fn::If`: `then` where all of `holding` is true, `otherwise` where all of `failing` is; None
    is no value at all. To whom it is but a value it is a hole."""

    holding: Literals = CERTAIN
    failing: Literals = CERTAIN
    then: Node | None = None
    otherwise: Node | None = None


def contradict(one: Literals, other: Literals) -> bool:
    """Whether two sets of literals cannot both be true."""
    return any(opposite(literal) in other for literal in one)


def opposite(literal: str) -> str:
    return literal.removeprefix("not ") if literal.startswith("not ") else f"not {literal}"


def first_choice(value: Node) -> Choice | None:
    """The first choice in a value, however deep."""
    if isinstance(value, Choice):
        return value
    if isinstance(value.value, Text):
        return None
    for part in _parts(value):
        found = first_choice(part)
        if found is not None:
            return found
    return None


def pick(value: Node, literals: Literals) -> Node | None:
    """The value where the literals are true: choices that they decide are gone."""
    if isinstance(value, Choice):
        if value.holding <= literals:
            return pick(value.then, literals) if value.then is not None else None
        if value.failing <= literals:
            return pick(value.otherwise, literals) if value.otherwise is not None else None
        return value
    inner = value.value
    if isinstance(inner, tuple):
        items = tuple(kept for item in inner if (kept := pick(item, literals)) is not None)
        return value if _same(items, inner) else Node(items, value.origin)
    if isinstance(inner, Members):
        members = [(member, pick(member.value, literals)) for member in inner]
        if all(kept is member.value for member, kept in members):
            return value
        left = tuple(Member(member.key, kept, member.origin) for member, kept in members if kept is not None)
        return Node(Members(left), value.origin)
    return value


def variants(value: Node, given: Literals = CERTAIN) -> Iterator[tuple[Literals, Node]]:
    """The value in every case that its choices tell apart, and what is then true. A case without
    any value is left out."""
    yield from _variants(value, given, _MOST_CONDITIONS)


def _variants(value: Node, given: Literals, most: int) -> Iterator[tuple[Literals, Node]]:
    choice = first_choice(value) if most else None
    if choice is None:
        yield given, value
        return
    for literals in (choice.holding, choice.failing):
        if not contradict(literals, given):
            left = pick(value, given | literals)
            if left is not None:
                yield from _variants(left, given | literals, most - 1)


def items(value: Node, given: Literals = CERTAIN) -> Iterator[tuple[Literals, Node]]:
    """The items of a list, each with what must be true for it to be there; a value that is no list
    is its only item. Choices inside an item are left alone."""
    if isinstance(value, Choice):
        for literals, branch in ((value.holding, value.then), (value.failing, value.otherwise)):
            if branch is not None and not contradict(literals, given):
                yield from items(branch, given | literals)
    elif value.items is not None:
        for item in value.items:
            yield from items(item, given) if isinstance(item, Choice) else ((given, item),)
    else:
        yield given, value


def distribute(
    value: Node, apply: Callable[[Node], Node | None], choose: Callable[[Choice, Node | None, Node | None], Node | None]
) -> Node | None:
    """`apply` on the value in each case that its choices tell apart, as a choice of the outcomes,
    which `choose` makes."""
    return _distribute(value, apply, choose, _MOST_CONDITIONS)


def _distribute(
    value: Node,
    apply: Callable[[Node], Node | None],
    choose: Callable[[Choice, Node | None, Node | None], Node | None],
    most: int,
) -> Node | None:
    choice = first_choice(value) if most else None
    if choice is None:
        return apply(value)
    outcomes = []
    for literals in (choice.holding, choice.failing):
        left = pick(value, literals)
        outcomes.append(_distribute(left, apply, choose, most - 1) if left is not None else None)
    return choose(choice, outcomes[0], outcomes[1])


def _parts(value: Node) -> Iterator[Node]:
    if value.items is not None:
        yield from value.items
    elif value.members is not None:
        for member in value.members:
            yield member.value


def _same(kept: tuple[Node, ...], before: tuple[Node, ...]) -> bool:
    return len(kept) == len(before) and all(one is other for one, other in zip(kept, before, strict=True))
