"""Functions of lists and maps. Elements that are not known stay what they are."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction

from auditor.iam.node import Node
from auditor.iam.text import Text
from auditor.sources.terraform.evaluation.exact import exact, held
from auditor.sources.terraform.evaluation.functions.arguments import Arguments, Function
from auditor.sources.terraform.evaluation.operators import are_equal
from auditor.sources.terraform.evaluation.unify import unify
from auditor.sources.terraform.evaluation.value import (
    EvaluationError,
    ListOf,
    MapOf,
    NotKnownError,
    SetOf,
    Spread,
    as_bool,
    as_elements,
    as_integer,
    as_members,
    as_number,
    as_open_elements,
    as_string,
    as_text,
    fingerprint,
    make_list,
    make_map,
    make_object,
    make_string,
    make_tuple,
    refuse_unknown,
)

_LONGEST_RANGE = 1024
_LONGEST_LIST = 100_000


def _concat(a: Arguments) -> Node:
    """A list that is not known leaves a Spread in its place."""
    found: list[Node] = []
    for value in a:
        if value.unknown is not None:
            found.append(Spread(value.value, value.origin))
        else:
            found.extend(as_open_elements(value) if not isinstance(value.value, SetOf) else _ordered(value))
        _check_length(found)
    if len(found) == 1 and isinstance(found[0], Spread):
        return Node(found[0].value, found[0].origin)
    if all(isinstance(value.value, ListOf) for value in a):
        return make_list(unify(found), a.origin)
    return make_tuple(found, a.origin)


def _flatten(a: Arguments) -> Node:
    found: list[Node] = []
    waiting = list(reversed(as_open_elements(a[0])))
    while waiting:
        value = waiting.pop()
        if isinstance(value.value, tuple):
            waiting.extend(reversed(value.value))
        else:
            found.append(Spread(value.value, value.origin) if value.unknown else value)
        _check_length(waiting)
        _check_length(found)
    return make_tuple(found, a.origin)


def _check_length(elements: Sequence[Node]) -> None:
    if len(elements) > _LONGEST_LIST:
        raise NotKnownError


def _merge(a: Arguments) -> Node:
    merged: dict[str, Node] = {}
    for value in a:
        if value.value is not None:
            merged.update(as_members(value))
    if not all(isinstance(value.value, MapOf) or value.value is None for value in a):
        return make_object(merged, a.origin)
    try:
        return make_map(dict(zip(merged, unify(list(merged.values())), strict=True)), a.origin)
    except EvaluationError:  # maps of different types make an object
        return make_object(merged, a.origin)


def _lookup(a: Arguments) -> Node:
    members = as_members(a[0])
    found = members.get(a.string(1))
    return found if found is not None else a[2]


def _element(a: Arguments) -> Node:
    elements = _ordered(a[0])
    if not elements:
        raise EvaluationError("the list is empty")
    index = as_integer(a[1])
    if index % len(elements) and index < 0 and not isinstance(elements, ListOf):
        raise EvaluationError("the index of a tuple is negative")
    return elements[index % len(elements)]


def _ordered(value: Node) -> tuple[Node, ...]:
    """The elements of a list or tuple."""
    if isinstance(value.value, SetOf):
        raise EvaluationError("a set has no order")
    return as_elements(value)


def _length(a: Arguments) -> Node:
    value = refuse_unknown(a[0])
    if isinstance(value.value, Text):
        return Node(len(as_string(value)), a.origin)
    return Node(len(as_elements(value) if isinstance(value.value, tuple) else as_members(value)), a.origin)


def _keys(a: Arguments) -> Node:
    members = as_members(a[0])
    return _listed((make_string(key, members[key].origin) for key in sorted(members)), a)


def _values(a: Arguments) -> Node:
    members = as_members(a[0])
    return _listed((members[key] for key in sorted(members)), a)


def _listed(elements: Iterable[Node], a: Arguments) -> Node:
    """A list of what stands in a list or map, a tuple of what stands in a tuple or an object."""
    of_one_type = isinstance(a[0].value, (ListOf, SetOf, MapOf))
    return make_list(elements, a.origin) if of_one_type else make_tuple(elements, a.origin)


def _distinct(a: Arguments) -> Node:
    kept: dict[object, Node] = {}
    for element in unify(as_open_elements(a[0])):
        kept.setdefault(fingerprint(element), element)
    return make_list(kept.values(), a.origin)


def _compact(a: Arguments) -> Node:
    """Without null and empty strings; a hole may be either."""
    found: list[Node] = []
    for element in as_open_elements(a[0]):
        if element.unknown is not None:
            found.append(Spread(element.value, element.origin))
        elif element.value is not None and element.value != Text():
            found.append(make_string(as_text(element), element.origin))
    return make_list(found, a.origin)


def _coalesce(a: Arguments) -> Node:
    for position, value in enumerate(a):
        refuse_unknown(value)
        if value.value is not None and value.value != Text():
            return unify(a.values)[position]
    raise EvaluationError("there is no value among the arguments")


def _coalesce_list(a: Arguments) -> Node:
    for value in a:
        if value.value is not None and as_elements(value):
            return value
    raise EvaluationError("all lists are empty")


def _zipmap(a: Arguments) -> Node:
    keys, values = as_elements(a[0]), as_elements(a[1])
    if len(keys) != len(values):
        raise EvaluationError("there are more keys than values, or fewer")
    made = {as_string(key): value for key, value in zip(keys, values, strict=True)}
    return make_map(made, a.origin) if isinstance(a[1].value, ListOf) else make_object(made, a.origin)


def _contains(a: Arguments) -> Node:
    unknown = False
    if a[1].value is None:
        raise EvaluationError("the value is null")
    for element in as_open_elements(a[0]):
        try:
            if are_equal(element, a[1]):
                return Node(True, a.origin)
        except NotKnownError:
            unknown = True
    if unknown:
        raise NotKnownError
    return Node(False, a.origin)


def _index(a: Arguments) -> Node:
    for position, element in enumerate(_ordered(a[0])):
        if are_equal(element, a[1]):
            return Node(position, a.origin)
    raise EvaluationError("the list does not have it")


def _one(a: Arguments) -> Node:
    elements = as_elements(a[0])
    if len(elements) > 1:
        raise EvaluationError("there is more than one element")
    return elements[0] if elements else Node(None, a.origin)


def _sort(a: Arguments) -> Node:
    elements = as_elements(a[0])
    return make_list((make_string(name, a.origin) for name in sorted(as_string(e) for e in elements)), a.origin)


def _reverse(a: Arguments) -> Node:
    return _listed(reversed(as_open_elements(a[0])), a)


def _slice(a: Arguments) -> Node:
    elements, start, end = _ordered(a[0]), as_integer(a[1]), as_integer(a[2])
    if not 0 <= start <= end <= len(elements):
        raise EvaluationError("the slice is outside the list")
    return _listed(elements[start:end], a)


def _chunk_list(a: Arguments) -> Node:
    elements, size = unify(as_elements(a[0])), as_integer(a[1])
    if size < 0:
        raise EvaluationError("the size is negative")
    step = size or max(1, len(elements))
    return make_list((make_list(elements[i : i + step], a.origin) for i in range(0, len(elements), step)), a.origin)


def _range(a: Arguments) -> Node:
    numbers = [exact(as_number(value)) for value in a]
    if not 1 <= len(numbers) <= 3:
        raise EvaluationError("a range takes one, two or three numbers")
    start, limit = (Fraction(0), numbers[0]) if len(numbers) == 1 else (numbers[0], numbers[1])
    step = numbers[2] if len(numbers) > 2 else Fraction(1 if start <= limit else -1)
    if start != limit and (step == 0 or (limit - start) * step < 0):
        raise EvaluationError("the step does not lead to the limit")
    length = math.ceil((limit - start) / step) if start != limit else 0
    if length > _LONGEST_RANGE:
        raise EvaluationError("the range is too long")
    if start.denominator == step.denominator == 1:
        whole = range(int(start), int(start) + length * int(step), int(step)) if length else ()
        return make_list((Node(number, a.origin) for number in whole), a.origin)
    return make_list((Node(held(start + turn * step), a.origin) for turn in range(length)), a.origin)


def _match_keys(a: Arguments) -> Node:
    values, keys, wanted = unify(as_elements(a[0])), as_elements(a[1]), as_elements(a[2])
    if len(values) != len(keys):
        raise EvaluationError("there are more keys than values, or fewer")
    picked = (v for v, key in zip(values, keys, strict=True) if any(are_equal(key, other) for other in wanted))
    return make_list(picked, a.origin)


def _transpose(a: Arguments) -> Node:
    turned: dict[str, list[Node]] = {}
    for key, value in sorted(as_members(a[0]).items()):
        for element in as_elements(value):
            turned.setdefault(as_string(element), []).append(make_string(key, a.origin))
    return make_map({key: make_list(turned[key], a.origin) for key in sorted(turned)}, a.origin)


def _all(elements: Sequence[Node], decisive: bool) -> bool:
    unknown = False
    for element in elements:
        try:
            if as_bool(element) is decisive:
                return decisive
        except NotKnownError:
            unknown = True
    if unknown:
        raise NotKnownError
    return not decisive


FUNCTIONS: dict[str, Function] = {
    "concat": _concat,
    "flatten": _flatten,
    "merge": _merge,
    "lookup": _lookup,
    "element": _element,
    "length": _length,
    "keys": _keys,
    "values": _values,
    "distinct": _distinct,
    "compact": _compact,
    "coalesce": _coalesce,
    "coalescelist": _coalesce_list,
    "zipmap": _zipmap,
    "contains": _contains,
    "index": _index,
    "one": _one,
    "sort": _sort,
    "reverse": _reverse,
    "slice": _slice,
    "chunklist": _chunk_list,
    "range": _range,
    "matchkeys": _match_keys,
    "transpose": _transpose,
    "alltrue": lambda a: Node(_all(as_open_elements(a[0]), decisive=False), a.origin),
    "anytrue": lambda a: Node(_all(as_open_elements(a[0]), decisive=True), a.origin),
}
