"""One type for several values, as Terraform finds it for the elements of a list or the two sides of
a condition: beside a string, numbers and bools are strings.

Source: Terraform's documentation, "Type Conversions", and what `terraform console` answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from auditor.iam.node import Member, Members, Node
from auditor.iam.text import Text
from auditor.sources.terraform.evaluation.value import (
    EvaluationError,
    ListOf,
    MapOf,
    NotKnownError,
    SetOf,
    Spread,
    as_text,
    is_null,
    set_of,
)

LARGEST = 20_000
"""Parts of the largest values that are looked at for a type."""


def unify(values: Sequence[Node], largest: int = LARGEST) -> list[Node]:
    """The values, each as the type that all of them have takes it; holes and null stay what they
    are. Raises EvaluationError where there is no such type, NotKnownError where the values have more
    than `largest` parts."""
    if not all(value.text is not None for value in values):
        refuse_large(values, largest)
    return _unify(values)


def refuse_large(values: Iterable[Node], largest: int) -> None:
    """Raises NotKnownError where values have more than `largest` parts, each counted as often as it
    occurs."""
    waiting = list(values)
    for _ in range(largest):
        if not waiting:
            return
        inner = waiting.pop().value
        if isinstance(inner, tuple):
            waiting.extend(inner)
        elif isinstance(inner, Members):
            waiting.extend(member.value for member in inner)
    raise NotKnownError


def _unify(values: Sequence[Node]) -> list[Node]:
    told = [value for value in values if not is_null(value) and value.unknown is None]
    inner = [value.value for value in told]
    if all(isinstance(value, tuple) for value in inner):
        return _lists(values, told)
    if all(isinstance(value, Members) for value in inner):
        return _objects(values, told)
    if any(isinstance(value, (tuple, Members)) for value in inner):
        raise EvaluationError("these values have no type in common")
    if any(isinstance(value, Text) for value in inner):
        return [Node(as_text(value), value.origin) if _is_number_or_bool(value) else value for value in values]
    if len({isinstance(value, bool) for value in inner}) > 1:
        raise EvaluationError("a bool and a number have no type in common")
    return list(values)


def _is_number_or_bool(value: Node) -> bool:
    return isinstance(value.value, (bool, int, float))


def _lists(values: Sequence[Node], told: Sequence[Node]) -> list[Node]:
    """Tuples of one length by position; beside a list as lists, else beside a set as sets."""
    listed = [value.value for value in told if isinstance(value.value, tuple)]
    if not listed or any(isinstance(element, Spread) for elements in listed for element in elements):
        return list(values)
    if len({len(elements) for elements in listed}) == 1 and not any(isinstance(e, (ListOf, SetOf)) for e in listed):
        columns = [_unify(column) for column in zip(*listed, strict=True)]
        made: list[tuple[Node, ...]] = [tuple(row) for row in zip(*columns, strict=True)] or [() for _ in listed]
        return _replaced(values, made)
    elements = iter(_unify([element for elements in listed for element in elements]))
    parts = [list(islice(elements, len(part))) for part in listed]
    sets = any(isinstance(e, SetOf) for e in listed) and not any(isinstance(e, ListOf) for e in listed)
    return _replaced(values, [set_of(part) if sets else ListOf(part) for part in parts])


def _objects(values: Sequence[Node], told: Sequence[Node]) -> list[Node]:
    """Objects with the same attributes one by one; all else as maps of one type."""
    members = [value.value for value in told if isinstance(value.value, Members)]
    if not members or any(member.key.literal is None for part in members for member in part):
        return list(values)
    names = [{member.key for member in part} for part in members]
    if all(name == names[0] for name in names) and not any(isinstance(part, MapOf) for part in members):
        of_name = {
            name: iter(_unify([member.value for part in members for member in part if member.key == name]))
            for name in names[0]
        }
        made = [Members(tuple(Member(m.key, next(of_name[m.key]), m.origin) for m in part)) for part in members]
        return _replaced(values, made)
    flat = iter(_unify([member.value for part in members for member in part]))
    return _replaced(values, [MapOf(tuple(Member(m.key, next(flat), m.origin) for m in part)) for part in members])


def _replaced(values: Sequence[Node], made: Sequence[tuple[Node, ...] | Members]) -> list[Node]:
    """The values with the next of `made` in the place of each that is a list or an object."""
    left = iter(made)
    return [Node(next(left), v.origin) if isinstance(v.value, (tuple, Members)) else v for v in values]
