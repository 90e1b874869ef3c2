"""Number functions."""

from __future__ import annotations

import math
import string
from collections.abc import Callable
from fractions import Fraction
from functools import reduce

from auditor.iam.node import Node
from auditor.sources.terraform.evaluation.exact import exact, held
from auditor.sources.terraform.evaluation.functions.arguments import Arguments, Function
from auditor.sources.terraform.evaluation.value import (
    EvaluationError,
    NotKnownError,
    as_elements,
    as_integer,
    as_number,
    plain_number,
)

_DIGITS = string.digits + string.ascii_lowercase + string.ascii_uppercase
_OF_ONE_CASE = 36
"""Up to this base a digit may be a letter of either case."""
_MOST_DIGITS = 1000


def _number(change: Callable[[int | float], int | float]) -> Function:
    return lambda a: Node(plain_number(change(as_number(a[0]))), a.origin)


def _chosen(choose: Callable[[list[int | float]], int | float]) -> Function:
    def apply(a: Arguments) -> Node:
        numbers = [as_number(value) for value in a]
        if not numbers:
            raise EvaluationError("an argument is missing")
        return Node(choose(numbers), a.origin)

    return apply


def _signum(a: Arguments) -> Node:
    number = as_integer(a[0])
    return Node((number > 0) - (number < 0), a.origin)


def _sum(a: Arguments) -> Node:
    numbers = [as_number(value) for value in as_elements(a[0])]
    if not numbers:
        raise EvaluationError("there is nothing to add")
    return Node(held(sum(map(exact, numbers), Fraction(0))), a.origin)


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
    base, written = as_integer(a[1]), a.string(0)
    if not 2 <= base <= len(_DIGITS):
        raise EvaluationError("the base is not between 2 and 62")
    digits = written.removeprefix("-") if written.startswith("-") else written.removeprefix("+")
    values = [_DIGITS.find(digit if base > _OF_ONE_CASE else digit.lower()) for digit in digits]
    if not values or not all(0 <= value < base for value in values) or len(values) > _MOST_DIGITS:
        raise EvaluationError("this is no number")
    number = reduce(lambda made, value: made * base + value, values, 0)
    return Node(-number if written.startswith("-") else number, a.origin)


FUNCTIONS: dict[str, Function] = {
    "abs": _number(abs),
    "ceil": _number(math.ceil),
    "floor": _number(math.floor),
    "signum": _signum,
    "max": _chosen(max),
    "min": _chosen(min),
    "sum": _sum,
    "pow": _power,
    "log": _logarithm,
    "parseint": _parse_integer,
}
