"""Conversions between types, and what is kept secret."""

from __future__ import annotations

from auditor.iam.node import Member, Members, Node
from auditor.sources.terraform.evaluation.functions.arguments import Arguments, Function
from auditor.sources.terraform.evaluation.unify import unify
from auditor.sources.terraform.evaluation.value import (
    EvaluationError,
    MapOf,
    NotKnownError,
    as_bool,
    as_number,
    as_open_elements,
    as_text,
    describe,
    make_list,
    make_set,
    make_string,
    refuse_unknown,
)


def _to_string(a: Arguments) -> Node:
    value = a[0]
    return value if value.value is None or value.text is not None else make_string(as_text(value), value.origin)


def _to_number(a: Arguments) -> Node:
    return a[0] if a[0].value is None else Node(as_number(a[0]), a[0].origin)


def _to_bool(a: Arguments) -> Node:
    return a[0] if a[0].value is None else Node(as_bool(a[0]), a[0].origin)


def _to_set(a: Arguments) -> Node:
    return a[0] if a[0].value is None else make_set(unify(as_open_elements(a[0])), a[0].origin)


def _to_list(a: Arguments) -> Node:
    return a[0] if a[0].value is None else make_list(unify(as_open_elements(a[0])), a[0].origin)


def _to_map(a: Arguments) -> Node:
    inner = a[0].value if a[0].value is None else refuse_unknown(a[0]).value
    if inner is None:
        return a[0]
    if not isinstance(inner, Members):
        raise EvaluationError(f"an object is needed, not {describe(a[0])}")
    members = inner.items
    values = unify([member.value for member in members])
    made = (Member(m.key, value, m.origin) for m, value in zip(members, values, strict=True))
    return Node(MapOf(tuple(made)), a[0].origin)


def _sensitive(a: Arguments) -> Node:  # noqa: ARG001 - the signature of a function
    """A secret is shown nowhere, so it is a hole."""
    raise NotKnownError


def _nonsensitive(a: Arguments) -> Node:
    return a[0]


FUNCTIONS: dict[str, Function] = {
    "tostring": _to_string,
    "tonumber": _to_number,
    "tobool": _to_bool,
    "toset": _to_set,
    "tolist": _to_list,
    "tomap": _to_map,
    "sensitive": _sensitive,
    "nonsensitive": _nonsensitive,
}
