"""The functions of the language, as tables of name and implementation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.iam.node import Node
from auditor.sources.terraform.evaluation.frame import Frame
from auditor.sources.terraform.evaluation.functions import (
    aws,
    collections,
    conversions,
    encodings,
    files,
    numbers,
    sets,
    strings,
)
from auditor.sources.terraform.evaluation.functions.arguments import Arguments, Function
from auditor.sources.terraform.evaluation.value import EvaluationError, NotKnownError, as_elements
from auditor.sources.terraform.language import expression as ast

if TYPE_CHECKING:
    from auditor.sources.terraform.evaluation.evaluator import Evaluator

FUNCTIONS: dict[str, Function] = {
    **strings.FUNCTIONS,
    **numbers.FUNCTIONS,
    **collections.FUNCTIONS,
    **sets.FUNCTIONS,
    **conversions.FUNCTIONS,
    **encodings.FUNCTIONS,
    **files.FUNCTIONS,
    **aws.FUNCTIONS,
}

_IMPURE = frozenset({"uuid", "timestamp", "bcrypt", "plantimestamp"})
"""Each call has a value of its own."""


def call(evaluator: Evaluator, part: ast.Call, frame: Frame) -> Node:
    """The value of a call. Raises NotKnownError for a function that is not in the tables."""
    name = part.name.removeprefix("core::")
    if name == "try":
        return _try(evaluator, part, frame)
    if name == "can":
        return _can(evaluator, part, frame)
    origin = frame.origin(part)
    if name in _IMPURE:
        return evaluator.fresh(part, frame)
    function = FUNCTIONS.get(name)
    if function is None:
        raise NotKnownError
    values = [evaluator.part(argument, frame) for argument in part.arguments]
    if part.expand:
        values[-1:] = as_elements(values[-1])
    return function(Arguments(tuple(values), origin, evaluator, frame))


def _try(evaluator: Evaluator, part: ast.Call, frame: Frame) -> Node:
    for argument in part.arguments:
        try:
            return evaluator.attempt(argument, frame)
        except EvaluationError:
            continue
    raise EvaluationError("no argument of try has a value")


def _can(evaluator: Evaluator, part: ast.Call, frame: Frame) -> Node:
    if len(part.arguments) != 1:
        raise EvaluationError("can takes one argument")
    try:
        value = evaluator.attempt(part.arguments[0], frame)
    except EvaluationError:
        return Node(False, frame.origin(part))
    if value.unknown is not None:
        raise NotKnownError
    return Node(True, frame.origin(part))
