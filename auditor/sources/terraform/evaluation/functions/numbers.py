"""Number functions."""

from __future__ import annotations

import math
from collections.abc import Callable

from auditor.iam.node import Node
from auditor.sources.terraform.evaluation.functions.arguments import Arguments, Function
from auditor.sources.terraform.evaluation.value import (
    EvaluationError,
    NotKnownError,
    as_elements,
    as_integer,
    as_number,
    plain_number,
)


def _number(change: Callable[[int | float], int | float]) -> Function:
    return lambda a: Node(plain_number(change(as_number(a[0]))), a.origin)


def _chosen(choose: Callable[[list[int | float]], int | float]) -> Function:
    def apply(a: Arguments) -> Node:
        numbers = [as_number(value) for value in a]
        if not numbers:
            raise EvaluationError("an argument is missing")
        return Node(choose(numbers), a.origin)

    return apply


def _sum(a: Arguments) -> Node:
    numbers = [as_number(value) for value in as_elements(a[0])]
    if not numbers:
        raise EvaluationError("there is nothing to add")
    return Node(plain_number(sum(numbers)), a.origin)


def _power(a: Arguments) -> Node:
    base, exponent = as_number(a[0]), as_number(a[1])
    try:
        power = math.pow(base, exponent)
    except (OverflowError, ValueError) as error:
        raise NotKnownError from error
    if abs(power) > 2**53:
        raise NotKnownError
    return Node(plain_number(power), a.origin)


def _logarithm(a: Arguments) -> Node:
    try:
        return Node(plain_number(math.log(as_number(a[0]), as_number(a[1]))), a.origin)
    except (ValueError, ZeroDivisionError) as error:
        raise EvaluationError("the logarithm does not exist") from error


def _parse_integer(a: Arguments) -> Node:
    base = as_integer(a[1])
    if not 2 <= base <= 36:
        raise NotKnownError
    try:
        return Node(int(a.string(0), base), a.origin)
    except ValueError as error:
        raise EvaluationError("this is no number") from error


FUNCTIONS: dict[str, Function] = {
    "abs": _number(abs),
    "ceil": _number(math.ceil),
    "floor": _number(math.floor),
    "signum": _number(lambda number: (number > 0) - (number < 0)),
    "max": _chosen(max),
    "min": _chosen(min),
    "sum": _sum,
    "pow": _power,
    "log": _logarithm,
    "parseint": _parse_integer,
}
