"""Putting values into the holes of requests and policies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import MappingProxyType

from msgspec.structs import replace

from auditor.iam.decide import Policies
from auditor.iam.document import Condition, Pattern, Policy, Statement
from auditor.iam.request import Request
from auditor.iam.text import Hole, Text

Filler = Callable[[Hole], "Text | str | None"]
"""The value of a hole, or None to leave it."""


def fill_request(request: Request, value_of: Filler) -> Request:
    return Request(
        replace(request.principal, value=request.principal.value.fill(value_of)),
        request.action,
        request.resource.fill(value_of),
        MappingProxyType({key: tuple(v.fill(value_of) for v in values) for key, values in request.context.items()}),
    )


def fill_policies(policies: Policies, value_of: Filler) -> Policies:
    """The policies with their holes filled; the very same where there is no hole, as in all that is live."""
    if not any(text.holes for text in policies_texts(policies)):
        return policies
    return policies.with_each(lambda policy: fill_policy(policy, value_of))


def fill_policy(policy: Policy, value_of: Filler) -> Policy:
    if not any(text.holes for statement in policy.statements for text in statement_texts(statement)):
        return policy
    return replace(policy, statements=tuple(fill_statement(s, value_of) for s in policy.statements))


def fill_statement(statement: Statement, value_of: Filler) -> Statement:
    return replace(
        statement,
        actions=_fill_patterns(statement.actions, value_of),
        resources=_fill_patterns(statement.resources, value_of) if statement.resources is not None else None,
        principals=tuple(replace(p, text=p.text.fill(value_of)) for p in statement.principals)
        if statement.principals is not None
        else None,
        conditions=tuple(_fill_condition(c, value_of) for c in statement.conditions),
    )


def _fill_patterns(patterns: tuple[Pattern, ...], value_of: Filler) -> tuple[Pattern, ...]:
    return tuple(replace(pattern, text=pattern.text.fill(value_of)) for pattern in patterns)


def _fill_condition(condition: Condition, value_of: Filler) -> Condition:
    return replace(condition, key=condition.key.fill(value_of), values=_fill_patterns(condition.values, value_of))


def request_texts(request: Request) -> Iterator[Text]:
    """Every text of a request."""
    yield request.principal.value
    yield request.resource
    for values in request.context.values():
        yield from values


def policies_texts(policies: Policies) -> Iterator[Text]:
    """Every text of the policies' statements."""
    for _, statement in policies.statements():
        yield from statement_texts(statement)


def statement_texts(statement: Statement) -> Iterator[Text]:
    for pattern in (*statement.actions, *(statement.resources or ())):
        yield pattern.text
    for principal in statement.principals or ():
        yield principal.text
    for condition in statement.conditions:
        yield condition.key
        for value in condition.values:
            yield value.text
