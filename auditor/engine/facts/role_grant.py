"""Facts about what a role's statements allow at large."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import MappingProxyType

from msgspec.structs import replace

from auditor.engine.fact import RoleGrant
from auditor.engine.facts.asking import allowed
from auditor.engine.facts.concrete import OWN_ACCOUNT, Concrete, concrete
from auditor.engine.facts.fresh import Home
from auditor.engine.facts.isolate import isolate
from auditor.engine.facts.log_grant import is_for_lambda, place_of
from auditor.engine.facts.role_width import only_logs, widths
from auditor.estate.estate import Estate
from auditor.estate.function import Function
from auditor.estate.role import Attachment, Role, RolePolicy
from auditor.iam.access import Domain, Outcome, Question, escape
from auditor.iam.access.glimpse import glimpse
from auditor.iam.access.known import known_of
from auditor.iam.access.question import each, one_of
from auditor.iam.arn import account_of
from auditor.iam.decide import Policies
from auditor.iam.document import Effect, Policy, PolicyKind, Statement
from auditor.iam.keys import condition_keys
from auditor.iam.request import aws
from auditor.iam.statements import allow, policy_of
from auditor.iam.text import HoleType, Text, text
from auditor.needs.deciding import held_policies

_EVERYTHING = Policies(identity=(policy_of(PolicyKind.IDENTITY, [allow(("*",), (text("*"),))]),))
_TELLING = (
    ("iam:CreateUser", "iam::{account}:user/another-administrator"),
    ("s3:GetObject", "s3:::another-bucket/a-file"),
    ("dynamodb:DeleteTable", "dynamodb:{region}:{account}:table/another-table"),
    ("lambda:UpdateFunctionCode", "lambda:{region}:{account}:function:another-function"),
    ("sqs:ReceiveMessage", "sqs:{region}:{account}:another-queue"),
)
"""Requests that the role's own policies decide, and that an administrator alone has all of."""


def role_grants(role: Role, estate: Estate) -> Iterator[RoleGrant]:
    """One fact for each Allow statement of each policy of a function's role."""
    if estate.functions_of(role) or is_for_lambda(role):
        yield from grants_of(role, estate, estate.only_function_of(role))


def grants_of(role: Role, estate: Estate, function: Function | None) -> Iterator[RoleGrant]:
    """The same for a role whatever it is for; `function` is the only one that has it, if any."""
    for held, document, statement in _allowing(role):
        plain = _plain(role, estate, held, statement, function)
        shown = _shown(role, held, estate) if is_everything(role, document, statement) else None
        if shown is None:
            yield plain
        else:
            proof = shown.request, shown.policies, shown.values
            refused = _refused(role, held, estate)
            yield replace(plain, admin=True, witness=proof[0], witness_in=proof[1], values=proof[2], refused=refused)


def role_widths(role: Role, estate: Estate) -> Iterator[RoleGrant]:
    """One fact for each way in which a statement of a function's role is wide, short of allowing
    everything."""
    if estate.functions_of(role) or is_for_lambda(role):
        yield from widths_of(role, estate, estate.only_function_of(role))


def widths_of(role: Role, estate: Estate, function: Function | None) -> Iterator[RoleGrant]:
    """The same for a role whatever it is for."""
    for held, document, statement in _allowing(role):
        if only_logs(statement):
            continue
        for found in widths(role, estate, held, document, statement, telling):
            made = concrete(found.request, found.policies)
            yield replace(
                _plain(role, estate, held, statement, function),
                witness=made.request,
                witness_in=made.policies,
                values=made.values,
                width=found.width,
                anywhere=found.anywhere,
                any_service=found.any_service,
                looking=found.looking,
                needed=found.needed,
                services=found.services,
                actions=found.actions,
                negated=found.negated,
                through=found.through,
                refused=found.refused,
            )


def _allowing(role: Role) -> Iterator[tuple[RolePolicy, Policy, Statement]]:
    for held in role.policies:
        for statement in held.policy.statements if held.policy is not None else ():
            if held.policy is not None and statement.effect is Effect.ALLOW:
                yield held, held.policy, statement


def _plain(role: Role, estate: Estate, held: RolePolicy, statement: Statement, function: Function | None) -> RoleGrant:
    return RoleGrant(
        estate=estate,
        origin=place_of(statement, held),
        role=role,
        function=function,
        statement=statement,
        policy=held,
        admin=False,
        aws_managed=held.attachment is Attachment.AWS_MANAGED,
    )


def is_administrator(role: Role, estate: Estate) -> bool:
    """Whether a statement of a role, whatever the role is for, allows everything."""
    return any(
        is_everything(role, document, statement) and _shown(role, held, estate) is not None
        for held, document, statement in _allowing(role)
    )


def is_everything(role: Role, document: Policy, statement: Statement) -> bool:
    """Whether no request is left that the statement does not allow: not an action that nobody
    names, not one that the statement itself mentions, on no resource."""
    anything = Domain((text("arn:aws:", each(HoleType.NAME), ":us-east-1:", _own(role), ":", each(HoleType.ANYTHING)),))
    there = replace(statement, uncertain="")
    alone = Policies(identity=(isolate(document, statement).with_statements((there,)),))
    known = MappingProxyType(known_of(aws(role.arn), sorted(condition_keys(alone))))
    question = Question((aws(role.arn),), None, anything, known)
    at_hand = text("arn:aws:anyservice:us-east-1:", _own(role), ":anything")
    first = Question((aws(role.arn),), ("anyservice:anyaction",), one_of(at_hand), known)
    if glimpse(_EVERYTHING, alone, first) is not None:
        return False
    return escape(_EVERYTHING, alone, question).outcome is Outcome.NONE


def _shown(role: Role, held: RolePolicy, estate: Estate) -> Concrete | None:
    """The most telling request, where the role may make it with a policy, its denials and its boundary
    counted: who may make another administrator can undo whatever else is refused."""
    policies = held_policies(role, held)
    action, resource = next(iter(telling(_home(role, estate))))
    request = allowed(aws(role.arn), action, resource, policies, {})
    return concrete(request, policies) if request is not None else None


def _refused(role: Role, held: RolePolicy, estate: Estate) -> tuple[str, ...]:
    """Actions of an administrator that denials and a boundary keep from the role."""
    policies = held_policies(role, held)
    asked = ((action, allowed(aws(role.arn), action, on, policies, {})) for action, on in telling(_home(role, estate)))
    return tuple(action for action, request in asked if request is None)


def _home(role: Role, estate: Estate) -> Home:
    return Home(estate.partition, estate.region, _own(role))


def telling(home: Home) -> Iterator[tuple[str, Text]]:
    """Requests that only a role with far more than a function needs may make."""
    parts = {"account": home.account, "region": home.region}
    for action, resource in _TELLING:
        pieces = (parts.get(piece, piece) for piece in re.split(r"[{}]", resource))
        yield action, text("arn:", home.partition, ":", *pieces)


def _own(role: Role) -> Text:
    return account_of(role.arn) or text(OWN_ACCOUNT)
