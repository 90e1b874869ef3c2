"""What a text that names a function means: a name or an ARN, with or without a qualifier.

Source: the Lambda API's FunctionName parameter: `name`, `account:function:name`, the full ARN,
each with `:qualifier` after it or not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from auditor.iam.text import Text
from auditor.sources.home import Home

_BEFORE_NAME = 6
"""Components of a function's ARN before the name: `arn:P:lambda:R:A:function`."""


@dataclass(frozen=True, slots=True)
class NamedFunction:
    """A function: its name, its unqualified ARN, and the version or alias that is meant."""

    name: Text
    arn: Text
    qualifier: Text | None = None


def named_function(written: Text, home: Home) -> NamedFunction:
    """The function that a text names, in the region and account of `home` where the text does
    not tell them."""
    pieces = written.split(":")
    literals = [piece.literal for piece in pieces]
    if len(pieces) > _BEFORE_NAME and literals[0] == "arn" and literals[2] == "lambda" and literals[5] == "function":
        there = replace(home, region=pieces[3], account=pieces[4], partition=literals[1] or home.partition)
        return _named(pieces[_BEFORE_NAME:], there)
    if len(pieces) > 2 and literals[1] == "function":
        return _named(pieces[2:], replace(home, account=pieces[0]))
    return _named(pieces, home)


def _named(pieces: tuple[Text, ...], home: Home) -> NamedFunction:
    qualifier = pieces[1] if len(pieces) > 1 and pieces[1] else None
    return NamedFunction(pieces[0], home.function_arn(pieces[0]), qualifier)
