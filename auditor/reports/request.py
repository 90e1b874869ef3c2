"""A request as the JSON report and its kin write it."""

from __future__ import annotations

from typing import TypeAlias

from auditor.iam.request import Principal, PrincipalKind, Request
from auditor.reports.condition_key import spell_key

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"


def write_principal(principal: Principal) -> Json:
    """`{"Service": "lex.amazonaws.com"}`, or `"*"` for the anonymous caller."""
    if principal.kind is PrincipalKind.ANYONE:
        return "*"
    return {principal.kind.value: str(principal.value)}


def write_context(request: Request) -> dict[str, Json]:
    """The condition keys as AWS spells them, sorted, with a string or a list of strings each."""
    written: dict[str, Json] = {}
    for key, values in sorted(request.context.items()):
        written[spell_key(key)] = str(values[0]) if len(values) == 1 else [str(value) for value in values]
    return written


def write_request(request: Request) -> dict[str, Json]:
    """A request with the keys principal, action, resource and context, in this order."""
    return {
        "principal": write_principal(request.principal),
        "action": request.action,
        "resource": str(request.resource),
        "context": write_context(request),
    }
