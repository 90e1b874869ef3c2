"""Expressions of the Terraform language, as read: not yet evaluated.

Every expression knows the bytes it was written in (`start` up to and without `end`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

from auditor.iam.frozen import Frozen

if TYPE_CHECKING:
    from auditor.sources.terraform.language.syntax import SyntaxFile


class Literal(Frozen):
    """A constant: a string without interpolations, a number, a bool or null."""

    value: bool | int | float | str | None
    start: int
    end: int


class Piece(Frozen):
    """Literal text of a template. With `linear` its characters stand one by one from `start`
    on, in one line; otherwise (an escape) all of it comes from there."""

    text: str
    start: int
    end: int
    linear: bool = True


class IfDirective(Frozen):
    condition: Expression
    then: tuple[TemplatePart, ...]
    otherwise: tuple[TemplatePart, ...]
    start: int
    end: int


class ForDirective(Frozen):
    key: str | None
    item: str
    collection: Expression
    body: tuple[TemplatePart, ...]
    start: int
    end: int


class Template(Frozen):
    """A quoted string or heredoc with interpolations, or a heredoc without."""

    parts: tuple[TemplatePart, ...]
    heredoc: bool
    start: int
    end: int


class TupleOf(Frozen):
    items: tuple[Expression, ...]
    start: int
    end: int


class ObjectOf(Frozen):
    items: tuple[tuple[Expression, Expression], ...]
    start: int
    end: int


class Name(Frozen):
    """A bare identifier: the root of a reference."""

    name: str
    start: int
    end: int


class AttributeStep(Frozen):
    name: str


class IndexStep(Frozen):
    key: Expression


class SplatStep(Frozen):
    """`[*]` or `.*`: the steps are applied to each element."""

    steps: tuple[Step, ...]


class Traversal(Frozen):
    """`base.attribute[key][*].attribute`."""

    base: Expression
    steps: tuple[Step, ...]
    start: int
    end: int


class Call(Frozen):
    """A function call; with `expand`, the last argument is a list of arguments."""

    name: str
    arguments: tuple[Expression, ...]
    expand: bool
    start: int
    end: int


class For(Frozen):
    """`[for k, v in c : value if condition]`, or with `result_key` the object form."""

    key: str | None
    item: str
    collection: Expression
    result_key: Expression | None
    value: Expression
    condition: Expression | None
    group: bool
    start: int
    end: int


class Conditional(Frozen):
    condition: Expression
    then: Expression
    otherwise: Expression
    start: int
    end: int


class Unary(Frozen):
    operator: str
    operand: Expression
    start: int
    end: int


class Binary(Frozen):
    operator: str
    left: Expression
    right: Expression
    start: int
    end: int


class Embedded(Frozen):
    """An expression that was written as a string of another language: its bytes are those of
    `file`, while `start` and `end` tell where the string stands."""

    expression: Expression
    file: SyntaxFile
    start: int
    end: int


class Unreadable(Frozen):
    """An expression that has no meaning for us; `reason` says why."""

    reason: str
    start: int
    end: int


Expression: TypeAlias = (
    "Literal | Template | TupleOf | ObjectOf | Name | Traversal | Call | For | Conditional | Unary | Binary"
    " | Embedded | Unreadable"
)
Step: TypeAlias = "AttributeStep | IndexStep | SplatStep"
TemplatePart: TypeAlias = "Piece | IfDirective | ForDirective | Expression"
Part: TypeAlias = "Expression | Step | TemplatePart"


def inner_expressions(whole: Expression) -> Iterator[Expression]:
    """The expression and all expressions inside it."""
    waiting: list[Part] = [whole]
    while waiting:
        part = waiting.pop()
        waiting.extend(inside(part))
        if not isinstance(part, (AttributeStep, IndexStep, SplatStep, Piece, IfDirective, ForDirective)):
            yield part


def inside(part: Part) -> tuple[Part, ...]:  # noqa: PLR0912 - one case for each kind of part
    """What a part directly consists of, in the order of the source."""
    match part:
        case Template():
            held: tuple[Part, ...] = part.parts
        case TupleOf():
            held = part.items
        case ObjectOf():
            held = tuple(half for item in part.items for half in item)
        case Traversal():
            held = (part.base, *part.steps)
        case Call():
            held = part.arguments
        case For():
            held = tuple(p for p in (part.collection, part.result_key, part.value, part.condition) if p)
        case Conditional():
            held = (part.condition, part.then, part.otherwise)
        case Unary():
            held = (part.operand,)
        case Binary():
            held = (part.left, part.right)
        case Embedded():
            held = (part.expression,)
        case IndexStep():
            held = (part.key,)
        case SplatStep():
            held = part.steps
        case IfDirective():
            held = (part.condition, *part.then, *part.otherwise)
        case ForDirective():
            held = (part.collection, *part.body)
        case Literal() | Name() | Unreadable() | Piece() | AttributeStep():
            held = ()
    return held


def interpolated(template: Template) -> Expression | None:
    """What stands in a template that is `"${...}"` and nothing else: its value is that one's, not a
    string. None for any other template."""
    first = template.parts[0] if len(template.parts) == 1 and not template.heredoc else None
    return None if isinstance(first, (Piece, IfDirective, ForDirective)) else first


def names(whole: Expression) -> frozenset[str]:
    """The identifiers that references in this expression begin with."""
    return frozenset(part.name for part in inner_expressions(whole) if isinstance(part, Name))


def references(whole: Expression) -> Iterator[tuple[str, ...]]:
    """The references in this expression as their leading names: (`aws_iam_role`, `r`, `arn`)."""
    for part in inner_expressions(whole):
        if isinstance(part, Traversal) and isinstance(part.base, Name):
            path = [part.base.name]
            for step in part.steps:
                if not isinstance(step, AttributeStep):
                    break
                path.append(step.name)
            yield tuple(path)
