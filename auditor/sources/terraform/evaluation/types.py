"""Type constraints of variables: what a value becomes when it is handed to one."""

from __future__ import annotations

from auditor.iam.node import Node
from auditor.sources.terraform.evaluation.value import (
    EvaluationError,
    NotKnownError,
    as_bool,
    as_members,
    as_number,
    as_open_elements,
    as_text,
    make_list,
    make_map,
    make_object,
    make_set,
    make_string,
    make_tuple,
)
from auditor.sources.terraform.language import expression as ast
from auditor.sources.terraform.language.expression import Expression

_PRIMITIVES = frozenset({"string", "number", "bool"})


def is_literal_input(constraint: Expression | None) -> bool:
    """Whether a `--var` value for this type is taken as it stands, not as an expression."""
    return constraint is None or (isinstance(constraint, ast.Name) and constraint.name in _PRIMITIVES)


def convert(value: Node, constraint: Expression) -> Node:
    """The value as the type wants it; holes stay. Raises EvaluationError where it does not fit."""
    if value.value is None or value.unknown is not None:
        return value
    try:
        return _convert(value, constraint)
    except NotKnownError:
        return value


def _convert(value: Node, constraint: Expression) -> Node:
    if isinstance(constraint, ast.Embedded):
        return _convert(value, constraint.expression)
    if isinstance(constraint, ast.Name):
        return _primitive(value, constraint.name)
    if not isinstance(constraint, ast.Call) or not constraint.arguments:
        return value
    inner = constraint.arguments[0]
    match constraint.name:
        case "list":
            return make_list((convert(item, inner) for item in as_open_elements(value)), value.origin)
        case "set":
            return make_set((convert(item, inner) for item in as_open_elements(value)), value.origin)
        case "map":
            return make_map({key: convert(item, inner) for key, item in as_members(value).items()}, value.origin)
        case "tuple" if isinstance(inner, ast.TupleOf):
            pairs = zip(as_open_elements(value), inner.items, strict=False)
            return make_tuple((convert(item, type_) for item, type_ in pairs), value.origin)
        case "object" if isinstance(inner, ast.ObjectOf):
            return _object(value, inner)
        case "optional":
            return convert(value, inner)
    return value


def _primitive(value: Node, name: str) -> Node:
    match name:
        case "string" if value.text is None:
            return make_string(as_text(value), value.origin)
        case "number":
            return Node(as_number(value), value.origin)
        case "bool":
            return Node(as_bool(value), value.origin)
    return value


def _object(value: Node, constraint: ast.ObjectOf) -> Node:
    """The attributes that the type names, optional ones with their default or null."""
    given = as_members(value)
    made: dict[str, Node] = {}
    for key, type_ in constraint.items:
        name = str(key.value) if isinstance(key, ast.Literal) else ""
        optional = isinstance(type_, ast.Call) and type_.name == "optional"
        if name in given and (given[name].value is not None or not optional):
            made[name] = convert(given[name], type_)
        elif isinstance(type_, ast.Call) and optional:
            default = type_.arguments[1] if len(type_.arguments) > 1 else None
            made[name] = _constant(default, value) if default is not None else Node(None, value.origin)
        else:
            raise EvaluationError(f"the attribute `{name}` is missing")
    return make_object(made, value.origin)


def _constant(default: Expression, value: Node) -> Node:
    """The default of an optional attribute: only constants are allowed there."""
    match default:
        case ast.Literal():
            return make_string(default.value) if isinstance(default.value, str) else Node(default.value, value.origin)
        case ast.TupleOf():
            return Node(tuple(_constant(item, value) for item in default.items), value.origin)
        case ast.ObjectOf():
            pairs = ((key, item) for key, item in default.items if isinstance(key, ast.Literal))
            return make_object({str(key.value): _constant(item, value) for key, item in pairs}, value.origin)
    raise NotKnownError
