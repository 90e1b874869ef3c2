"""Functions of sets."""

from __future__ import annotations

from itertools import islice, product
from math import prod

from auditor.iam.node import Node
from auditor.sources.terraform.evaluation.functions.arguments import Arguments, Function
from auditor.sources.terraform.evaluation.unify import unify
from auditor.sources.terraform.evaluation.value import (
    NotKnownError,
    SetOf,
    as_elements,
    fingerprint,
    is_known,
    make_list,
    make_set,
    make_tuple,
)

_MOST = 10_000


def _union(a: Arguments) -> Node:
    return make_set(unify([element for value in a for element in as_elements(value)]), a.origin)


def _sides(a: Arguments) -> list[dict[object, Node]]:
    """The elements of each argument, all of one type and known: only then can it be told which are
    the same."""
    listed = [as_elements(value) for value in a]
    elements = unify([element for part in listed for element in part])
    if not listed or not all(is_known(element) for element in elements):
        raise NotKnownError
    left = iter(elements)
    return [{fingerprint(element): element for element in islice(left, len(part))} for part in listed]


def _intersection(a: Arguments) -> Node:
    first, *others = _sides(a)
    return make_set((e for key, e in first.items() if all(key in other for other in others)), a.origin)


def _subtract(a: Arguments) -> Node:
    first, removed = _sides(a)
    return make_set((e for key, e in first.items() if key not in removed), a.origin)


def _symmetric(a: Arguments) -> Node:
    first, second = _sides(a)
    return make_set((e for key, e in {**first, **second}.items() if (key in first) != (key in second)), a.origin)


def _product(a: Arguments) -> Node:
    factors = [as_elements(value) for value in a]
    if prod(len(factor) for factor in factors) > _MOST:
        raise NotKnownError
    rows = [make_tuple(row, a.origin) for row in product(*factors)]
    if all(isinstance(value.value, SetOf) for value in a):
        return make_set(rows, a.origin)
    return make_list(rows, a.origin)


FUNCTIONS: dict[str, Function] = {
    "setunion": _union,
    "setintersection": _intersection,
    "setsubtract": _subtract,
    "setsymmetricdifference": _symmetric,
    "setproduct": _product,
}
