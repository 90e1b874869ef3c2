"""Arithmetic as Terraform does it: on numbers of 512 bits, in which 0.1 + 0.2 is 0.3.

Here it is done on fractions. A result that a value cannot hold exactly, such as 1 / 3, is not
known: a number that is nearly right would be wrong in a name or a pattern.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from fractions import Fraction

from auditor.sources.terraform.evaluation.value import EvaluationError, NotKnownError

_BITS = 512
_LARGEST = 10**150
"""Beyond it 512 bits do not hold each whole number."""

_PLAIN: dict[str, Callable[[int, int], int]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}
_OPERATIONS: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": lambda left, right: left - right * math.trunc(left / right) if right else left,
}


def arithmetic(name: str, left: int | float, right: int | float) -> int | float:
    """`left name right`. Raises EvaluationError where Terraform refuses it, NotKnownError where the
    result cannot be held."""
    if name == "/" and right == 0:
        raise EvaluationError("division by zero")
    if name in _PLAIN and isinstance(left, int) and isinstance(right, int):
        result: int | float = _PLAIN[name](left, right)
        if abs(result) > _LARGEST:
            raise NotKnownError
    else:
        result = held(_OPERATIONS[name](exact(left), exact(right)))
    if result == 0 and _is_negative_zero(name, left, right):
        return -0.0
    return result


def exact(number: int | float) -> Fraction:
    """The number that Terraform makes of a decimal literal."""
    return _rounded(Fraction(repr(number)) if isinstance(number, float) else Fraction(number))


def held(number: Fraction) -> int | float:
    """A number as a value. Raises NotKnownError where no value is exactly this number."""
    number = _rounded(number)
    if abs(number) > _LARGEST:
        raise NotKnownError
    if number.denominator == 1:
        return int(number)
    near = float(number)
    if exact(near) != number:
        raise NotKnownError
    return near


def _rounded(number: Fraction) -> Fraction:
    """The nearest number of 512 bits; of two that are as near, the even one."""
    if number.denominator == 1 and number.numerator.bit_length() <= _BITS:
        return number
    shift = _BITS - (number.numerator.bit_length() - number.denominator.bit_length())
    scale = Fraction(2) ** shift
    while abs(number * scale) >= 2**_BITS:
        scale /= 2
    return round(number * scale) / scale


def _is_negative_zero(name: str, left: int | float, right: int | float) -> bool:
    """Whether a result of zero has a sign: Terraform writes `-0`."""
    negative = (math.copysign(1, left) < 0, math.copysign(1, right) < 0)
    match name:
        case "*" | "/":
            return negative[0] != negative[1]
        case "+":
            return left == 0 and all(negative)
        case "-":
            return left == 0 and negative == (True, False)
    return name == "%" and left == 0 and negative == (True, False)
