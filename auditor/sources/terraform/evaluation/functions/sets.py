"""Functions of sets."""

from __future__ import annotations

from itertools import product
from math import prod

from auditor.iam.node import Node
from auditor.sources.terraform.evaluation.functions.arguments import Arguments, Function
from auditor.sources.terraform.evaluation.value import (
    NotKnownError,
    SetOf,
    as_elements,
    fingerprint,
    is_known,
    make_list,
    make_set,
)

_MOST = 10_000


def _known(value: Node) -> dict[object, Node]:
    """The elements, all known: only then can it be told which are the same."""
    elements = as_elements(value)
    if not all(is_known(element) for element in elements):
        raise NotKnownError
    return {fingerprint(element): element for element in elements}


def _union(a: Arguments) -> Node:
    return make_set((element for value in a for element in as_elements(value)), a.origin)


def _intersection(a: Arguments) -> Node:
    first, *others = (_known(value) for value in a)
    return make_set((e for key, e in first.items() if all(key in other for other in others)), a.origin)


def _subtract(a: Arguments) -> Node:
    removed = _known(a[1])
    return make_set((e for key, e in _known(a[0]).items() if key not in removed), a.origin)


def _symmetric(a: Arguments) -> Node:
    first, second = _known(a[0]), _known(a[1])
    return make_set((e for key, e in {**first, **second}.items() if (key in first) != (key in second)), a.origin)


def _product(a: Arguments) -> Node:
    factors = [as_elements(value) for value in a]
    if prod(len(factor) for factor in factors) > _MOST:
        raise NotKnownError
    rows = [make_list(row, a.origin) for row in product(*factors)]
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
