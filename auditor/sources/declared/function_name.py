"""What a text that names a function means: a name or an ARN, with or without a qualifier.

Source: the Lambda API's FunctionName parameter: `name`, `account:function:name`, the full ARN,
each with `:qualifier` after it or not; API Gateway's developer guide for the address under which
it calls a function, which Terraform gives as `invoke_arn`.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from auditor.iam.frozen import Frozen
from auditor.iam.text import Text, text
from auditor.sources.home import Home

_GATEWAY = re.compile(r"path/[0-9-]+/functions/(?=arn:)")
_BEFORE_NAME = 6
"""Components of a function's ARN before the name: `arn:P:lambda:R:A:function`."""


class NamedFunction(Frozen):
    """A function: its name, its unqualified ARN, and the version or alias that is meant."""

    name: Text
    arn: Text
    qualifier: Text | None = None


def named_function(written: Text, home: Home) -> NamedFunction:
    """The function that a text names, in the region and account of `home` where the text does
    not tell them."""
    pieces = (behind_gateway(written) or written).split(":")
    literals = [piece.literal for piece in pieces]
    if len(pieces) > _BEFORE_NAME and literals[0] == "arn" and literals[2] == "lambda" and literals[5] == "function":
        there = replace(home, region=pieces[3], account=pieces[4], partition=literals[1] or home.partition)
        return _named(pieces[_BEFORE_NAME:], there)
    if len(pieces) > 2 and literals[1] == "function":
        return _named(pieces[2:], replace(home, account=pieces[0]))
    return _named(pieces, home)


def behind_gateway(written: Text) -> Text | None:
    """The ARN of the function inside API Gateway's address of it; None where a text is no such
    address."""
    _, *pieces = written.split(":", 5)
    if len(pieces) != 5 or pieces[1].literal != "apigateway" or pieces[3].literal != "lambda":
        return None
    first, *rest = pieces[4].parts or ("",)
    begins = _GATEWAY.match(first) if isinstance(first, str) else None
    if begins is None or not isinstance(first, str):
        return None
    *inner, last = (first[begins.end() :], *rest)
    return text(*inner, last.removesuffix("/invocations") if isinstance(last, str) else last)


def _named(pieces: tuple[Text, ...], home: Home) -> NamedFunction:
    qualifier = pieces[1] if len(pieces) > 1 and pieces[1] else None
    return NamedFunction(pieces[0], home.function_arn(pieces[0]), qualifier)
