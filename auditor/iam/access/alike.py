"""Requests that cannot be decided, and yet cannot escape: what is not known decides both sides alike.

`Resource: table/${var.env}` in both policies is unknown in both, but the same unknown. So every
statement that may match is reduced to the parts that are not known. Statements of which the same
is left match together or not at all, and each way of matching is decided.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from itertools import count, product

from msgspec.structs import replace

from auditor.iam.decide import Policies, decide
from auditor.iam.document import (
    Effect,
    Pattern,
    Policy,
    PolicyKind,
    PrincipalPattern,
    Statement,
    UnknownStatement,
)
from auditor.iam.frozen import Frozen
from auditor.iam.match.condition import match_condition
from auditor.iam.match.principal import match_principal
from auditor.iam.match.statement import match_action, match_resources, match_statement
from auditor.iam.request import PrincipalKind, Request
from auditor.iam.text import Text, text

_MOST = 10
"""More unknown statements than this are not tried in all ways."""


class _Doubt(Frozen):
    """A statement that may match: where it stands, and what of it is not known."""

    place: tuple[bool, int, int]
    """The side, the policy's number there, the statement's number; beyond the last statement
    come those that could not be read."""
    unknown: Hashable


def passes_alike(request: Request, new: Policies, old: Policies) -> bool:
    """Whether `old` allows the request wherever `new` does, whatever the unknown parts are. A no
    means that it is not plain to see."""
    doubts = [*_doubts(request, new, True), *_doubts(request, old, False)]
    kinds = list(dict.fromkeys(doubt.unknown for doubt in doubts))
    if len(kinds) > _MOST or None in kinds:
        return False
    for chosen in product((True, False), repeat=len(kinds)):
        known = dict(zip(kinds, chosen, strict=True))
        matching = {doubt.place: known[doubt.unknown] for doubt in doubts}
        after = decide(request, _settled(new, True, matching))
        if not after.denied and not decide(request, _settled(old, False, matching)).allowed:
            return False
    return True


def _doubts(request: Request, policies: Policies, side: bool) -> Iterator[_Doubt]:
    for number, (_, policy) in enumerate(policies.named()):
        for place, statement in enumerate(policy.statements):
            if match_statement(statement, request, policy.variables).applies.maybe:
                named = not match_principal(statement, request.principal).either.maybe
                unknown = _unknown(statement, request, policy.variables) if named or policies.alone else None
                yield _Doubt((side, number, place), unknown)
        for place, unread in enumerate(policy.unknown, len(policy.statements)):
            # Two that could not be read need not say the same; a hole is the same hole everywhere.
            told: Hashable = (unread.text, unread.effect) if unread.text.holes else (side, number, place)
            yield _Doubt((side, number, place), told)


def _unknown(statement: Statement, request: Request, variables: bool) -> Hashable:
    """The parts of a statement that are not known to match the request, as written."""
    parts: list[Hashable] = []
    if match_principal(statement, request.principal).either.maybe:
        listed = frozenset((p.kind, p.text) for p in statement.principals or ())
        parts.append(("principal", statement.not_principal, listed, statement.effect))

    def on_action(patterns: tuple[Pattern, ...]) -> bool:
        return match_action(replace(statement, actions=patterns), request.action).maybe

    def on_resource(patterns: tuple[Pattern, ...]) -> bool:
        limited = replace(statement, resources=patterns)
        return match_resources(limited, request.resource, request.context, variables).maybe

    if on_action(statement.actions):
        parts.append(("action", statement.not_action, _doubtful(statement.actions, on_action)))
    if statement.resources is not None and on_resource(statement.resources):
        parts.append(("resource", statement.not_resource, _doubtful(statement.resources, on_resource), variables))
    for condition in statement.conditions:
        if match_condition(condition, request.context, variables).maybe:
            values = frozenset(value.text for value in condition.values)
            parts.append((condition.operator, condition.key.map(str.lower), values, variables))
    if statement.uncertain:
        parts.append(("there", statement.uncertain))
    return frozenset(parts)


def _doubtful(patterns: tuple[Pattern, ...], may_match: Callable[[tuple[Pattern, ...]], bool]) -> frozenset[Text]:
    return frozenset(pattern.text for pattern in patterns if may_match((pattern,)))


def _settled(policies: Policies, side: bool, matching: Mapping[tuple[bool, int, int], bool]) -> Policies:
    """The policies with each doubtful statement matching, or gone."""
    numbers = count()
    return policies.with_each(lambda policy: _settle(policy, (side, next(numbers)), matching, policies.alone))


def _settle(
    policy: Policy, where: tuple[bool, int], matching: Mapping[tuple[bool, int, int], bool], alone: bool
) -> Policy:
    statements: list[Statement] = []
    parts: tuple[Statement | UnknownStatement, ...] = (*policy.statements, *policy.unknown)
    for place, part in enumerate(parts):
        matches = matching.get((*where, place))
        if matches is None and isinstance(part, Statement):
            statements.append(part)
        elif matches:
            statements.append(_matching(part, policy.kind, alone))
    return replace(policy, statements=tuple(statements), unknown=())


def _matching(part: Statement | UnknownStatement, kind: PolicyKind, alone: bool) -> Statement:
    """A statement of the same effect that surely matches the request. Its principals stay, because
    how they name the caller counts, but where a policy decides alone."""
    everyone = None if kind is PolicyKind.IDENTITY else (PrincipalPattern(PrincipalKind.ANYONE, text("*")),)
    everything = None if kind is PolicyKind.TRUST else (Pattern(text("*")),)
    made = Statement(part.effect or Effect.ALLOW, (Pattern(text("*")),), everything, everyone)
    if alone or isinstance(part, UnknownStatement):
        return made
    return replace(made, principals=part.principals, not_principal=part.not_principal)
