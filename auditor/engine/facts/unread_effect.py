"""Statements of which all but the effect is known: whether they open anything is an open question."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.engine.fact import Fact
from auditor.estate.estate import Estate
from auditor.estate.function import Function
from auditor.estate.role import Role
from auditor.iam.document import Policy


def unread_effects(estate: Estate) -> Iterator[Fact]:
    """One fact, which no rule ranges over, for each such statement of a function's or role's policies."""
    for function in estate.functions:
        yield from _facts(estate, function.resource_policy, function, None)
    for role in estate.roles:
        function_of_role = estate.only_function_of(role)
        for policy in (role.trust, *(held.policy for held in role.policies)):
            yield from _facts(estate, policy, function_of_role, role)


def _facts(estate: Estate, policy: Policy | None, function: Function | None, role: Role | None) -> Iterator[Fact]:
    for unread in policy.unknown if policy is not None else ():
        if unread.body is not None and unread.effect is None:
            reason = f"{unread.reason}; so what it opens is not known"
            yield Fact(estate=estate, origin=unread.origin, function=function, role=role, undetermined=reason)
