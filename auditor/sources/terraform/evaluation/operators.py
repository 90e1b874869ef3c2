"""The operators of the language on values with holes."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable

from auditor.iam.node import Node
from auditor.iam.origin import Origin
from auditor.sources.terraform.evaluation.exact import arithmetic
from auditor.sources.terraform.evaluation.value import (
    NotKnownError,
    as_bool,
    as_number,
    fingerprint,
    is_known,
)

_ORDER: dict[str, Callable[[int | float, int | float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def apply_unary(name: str, operand: Node, origin: Origin) -> Node:
    if name == "!":
        return Node(not as_bool(operand), origin)
    number = as_number(operand)
    return Node(-number if number else -0.0 if math.copysign(1, number) > 0 else 0, origin)


def apply_binary(name: str, left: Node, right: Node, origin: Origin) -> Node:
    """`left name right`, both evaluated. Raises EvaluationError, or NotKnownError where a hole decides."""
    if name in ("==", "!="):
        return Node(are_equal(left, right) == (name == "=="), origin)
    if name in ("&&", "||"):
        return Node(_logical(name, left, right), origin)
    first, second = as_number(left), as_number(right)
    if name in _ORDER:
        return Node(_ORDER[name](first, second), origin)
    return Node(arithmetic(name, first, second), origin)


def are_equal(left: Node, right: Node) -> bool:
    """Whether two values are equal. Raises NotKnownError where holes leave it open."""
    if fingerprint(left) == fingerprint(right):
        return True
    if left.unknown is not None or right.unknown is not None:
        raise NotKnownError
    if type(left.value) is type(right.value) and not (is_known(left) and is_known(right)):
        raise NotKnownError
    return False


def _logical(name: str, left: Node, right: Node) -> bool:
    """A side that decides alone decides, also beside one that is not known."""
    decisive = name == "||"
    unknown = False
    for side in (left, right):
        try:
            if as_bool(side) is decisive:
                return decisive
        except NotKnownError:
            unknown = True
    if unknown:
        raise NotKnownError
    return not decisive
