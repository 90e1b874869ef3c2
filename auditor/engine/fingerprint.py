"""A name for a finding that stays while what it is about stays."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

from msgspec.structs import replace

from auditor.engine.fact import (
    Caller,
    DocumentFact,
    Fact,
    InvokeGrant,
    InvokeNeed,
    LogGrant,
    LogNeed,
    RoleGrant,
    RoleNeed,
    RolePath,
    RoleUse,
    TrustGrant,
    TrustNeed,
    UrlNeed,
)
from auditor.engine.finding import Finding
from auditor.estate.estate import Estate, SourceKind
from auditor.estate.role import Role
from auditor.iam.access.nearby import actions_meet
from auditor.iam.document import Condition, Effect, Pattern, Policy, Statement
from auditor.iam.request import Request
from auditor.iam.text import ACCOUNT, REGION, Text, text

LENGTH = 16
"""Hexadecimal digits, 64 bits."""

_WITH_ADDRESSES = (SourceKind.TERRAFORM, SourceKind.PLAN, SourceKind.STATE, SourceKind.CLOUDFORMATION)
_ANY_ACCOUNT = re.compile(r"(?<!\d)\d{12}(?!\d)")
_REGION_OF_ARN = re.compile(r"^(arn:[^:]*:[^:]*:)[a-z0-9-]+(?=:)")

Show = Callable[[Text], str]
_Narrowable: TypeAlias = (
    "InvokeGrant | InvokeNeed | UrlNeed | TrustGrant | TrustNeed | LogGrant | LogNeed | RoleGrant | RoleNeed | RolePath"
)


def stamp(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The same findings with their fingerprints; equal ones are numbered in source order."""
    marks = [_fingerprint(finding) for finding in findings]
    in_source_order = sorted(range(len(findings)), key=lambda i: (findings[i].origin.sort_key(), findings[i].message))
    seen: dict[str, int] = {}
    for i in in_source_order:
        count = seen[marks[i]] = seen.get(marks[i], 0) + 1
        if count > 1:
            marks[i] += f"-{count}"
    return tuple(replace(finding, fingerprint=mark) for finding, mark in zip(findings, marks, strict=True))


def _fingerprint(finding: Finding) -> str:
    fact = finding.fact
    show = _shower(fact.estate)
    written = json.dumps([finding.rule, fact.estate.root, _anchor(finding), _accesses(finding, show)])
    return hashlib.sha256(written.encode()).hexdigest()[:LENGTH]


def _anchor(finding: Finding) -> str:
    """What the finding hangs on: the block's address where the source has blocks, else the
    function, role or document by ARN or name."""
    fact = finding.fact
    of_role = isinstance(fact, (LogGrant, RoleGrant, RolePath, RoleUse, TrustNeed, TrustGrant))
    holder = (fact.role or fact.function) if of_role else (fact.function or fact.role)
    if fact.estate.kind in _WITH_ADDRESSES:
        return finding.origin.address or (holder.address if holder else None) or ""
    if isinstance(holder, Role):
        return holder.key
    if holder is not None:
        # The number of a version changes with each that is published.
        arn = (holder.arn.literal or "").removesuffix("" if holder.version is None else f":{holder.version}")
        return str(holder.name) if holder.arn_derived else arn or str(holder.name)
    if isinstance(fact, DocumentFact):
        return next((d.name for d in fact.estate.documents if d.policy is fact.policy), "")
    return ""


def _accesses(finding: Finding, show: Show) -> object:
    """The access that a finding is about. One of several parts is another finding when one of them
    comes or goes: whoever accepted the one has not seen the other."""
    if not finding.also:
        return _access(finding.fact, show)
    return sorted((_access(fact, show) for fact in finding.facts), key=json.dumps)


def _access(fact: Fact, show: Show) -> object:
    """The access that a fact is about, without order and spelling."""
    match fact:
        case InvokeNeed(need=need) | UrlNeed(need=need):
            return [*_request(need.request, show), *_narrowed(fact, (need.request.action,), show)]
        case LogNeed(actions=actions, group=group):
            return [sorted(actions), show(text(group)), *_narrowed(fact, actions, show)]
        case RoleNeed(feature=feature, actions=actions, target=target):
            return [feature.value, sorted(actions), show(text(target)), *_narrowed(fact, actions, show)]
        case RolePath(path=path, actions=actions, statements=statements):
            return [path, _set_of(statements, show), *_narrowed(fact, actions, show)]
        case RoleUse(functions=functions):
            return sorted(functions)
        case TrustNeed():
            return ["assume", *_narrowed(fact, ("sts:AssumeRole",), show)]
        case InvokeGrant() | TrustGrant():
            # Which service gets through a grant for everyone may change with what else is there.
            service = "" if fact.caller is Caller.ANYONE else fact.service
            granted = [fact.caller.value, service, show(text(fact.principal)), _statement(fact.statement, show)]
            return [*granted, *_narrowed(fact, fact.statement, show)]
        case LogGrant() | RoleGrant():
            return [*_statement(fact.statement, show), *_narrowed(fact, fact.statement, show)]
        case DocumentFact(policy=policy, defect=defect):
            # The wording of a defect may change; what it quotes of the source does not.
            return [policy.kind.value, defect.kind.value, re.findall(r"`([^`]*)`", defect.message)]
        case _:
            raise AssertionError(fact)


def _narrowed(fact: _Narrowable, asked: Statement | Sequence[str], show: Show) -> list[object]:
    """What takes access away from the actions of a statement, or from named ones: without it more is
    granted, and a need is refused for another reason. Nothing where nothing does. Only the actions tell,
    since whose the resources are may hang on a flag."""
    if not isinstance(asked, Statement):
        asked = Statement(Effect.ALLOW, tuple(Pattern(text(action)) for action in asked))
    policies, boundary = _beside(fact)
    denies = [
        statement
        for policy in policies
        for statement in policy
        if statement.effect is Effect.DENY and actions_meet(statement, asked)
    ]
    narrowed: list[object] = [["denied", _set_of(denies, show)]] if denies else []
    if boundary is not None:
        within = [statement for statement in boundary if actions_meet(statement, asked)]
        unread = sorted(show(unknown.text) for unknown in boundary.unknown)
        narrowed.append(["within", _set_of(within, show), unread])
    return narrowed


def _beside(fact: _Narrowable) -> tuple[list[Policy], Policy | None]:
    """The policies that a fact is decided with, and the boundary that holds for them."""
    boundary: Policy | None = None
    match fact:
        case InvokeGrant(function=function) | InvokeNeed(function=function) | UrlNeed(function=function):
            found = [function.resource_policy] if function is not None else []
        case TrustGrant(role=role) | TrustNeed(role=role):
            found = [role.trust] if role is not None else []
        case (
            LogGrant(role=role) | LogNeed(role=role) | RoleGrant(role=role) | RoleNeed(role=role) | RolePath(role=role)
        ):
            found = [held.policy for held in role.policies] if role is not None else []
            boundary = role.boundary if role is not None else None
    return [policy for policy in found if policy is not None], boundary


def _set_of(statements: Sequence[Statement], show: Show) -> list[object]:
    return sorted(([*_whom(each, show), *_statement(each, show)] for each in statements), key=json.dumps)


def _whom(statement: Statement, show: Show) -> list[object]:
    named = sorted([principal.kind.value, show(principal.text)] for principal in statement.principals or ())
    return [statement.not_principal, named]


def _statement(statement: Statement, show: Show) -> list[object]:
    return [
        statement.effect.value,
        [statement.not_action, sorted({show(action.text).lower() for action in statement.actions})],
        [statement.not_resource, _patterns(statement.resources or (), show)],
        sorted(_condition(condition, show) for condition in statement.conditions),
    ]


def _condition(condition: Condition, show: Show) -> list[str]:
    return [str(condition.operator), show(condition.key).lower(), *_patterns(condition.values, show)]


def _patterns(patterns: Sequence[Pattern], show: Show) -> list[str]:
    return sorted({show(pattern.text) for pattern in patterns})


def _request(request: Request, show: Show) -> list[object]:
    context = sorted([key, *sorted(show(value) for value in values)] for key, values in request.context.items())
    return [show(request.principal.value), request.action.lower(), show(request.resource), context]


def _shower(estate: Estate) -> Show:
    """How to write a text so that it is the same whether or not a flag gave account and region.

    The estate's own account and region are written as holes. While they are not known, no
    finding rests on a literal one being foreign, so every literal is taken for them.
    """
    account, region = estate.account.literal, estate.region.literal

    def show(written: Text) -> str:
        shown = str(written.fill(lambda hole: None if hole in (ACCOUNT, REGION) else f"<{hole}>"))
        shown = shown.replace(account, str(ACCOUNT)) if account else _ANY_ACCOUNT.sub(str(ACCOUNT), shown)
        return shown.replace(region, str(REGION)) if region else _REGION_OF_ARN.sub(rf"\g<1>{REGION}", shown)

    return show
