"""Principals: whom a statement names.

Sources: IAM user guide, "AWS JSON policy elements: Principal" and "NotPrincipal"; "How AWS
enforcement code logic evaluates requests" (which grants boundaries do not limit).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from auditor.iam.arn import arn
from auditor.iam.document import Effect, PrincipalPattern, Statement
from auditor.iam.match.glob import glob, matches
from auditor.iam.request import Principal, PrincipalKind
from auditor.iam.text import HoleType, Text, text
from auditor.iam.truth import NO, YES, Truth, all_of, any_of, maybe, negate

_ACCOUNT = re.compile(r"\d{12}", re.ASCII)
_UNIQUE_ID = re.compile(r"A[A-Z]{3}[A-Z0-9]{12,}", re.ASCII)
CORNER_NOT_PRINCIPAL = "a NotPrincipal that names a principal without its account (or a session without its role)"
CORNER_NOT_PRINCIPAL_BOUNDED = "AWS does not support Allow with NotPrincipal, so whether a boundary limits it is open"


@dataclass(frozen=True, slots=True)
class Naming:
    """How a statement names a principal: `direct` itself or everyone; `delegated` through its
    account, which in the same account only passes the question on to identity policies.
    `unbounded` is the part of `direct` that boundaries do not limit."""

    direct: Truth
    delegated: Truth
    unbounded: Truth

    @property
    def either(self) -> Truth:
        return any_of((self.direct, self.delegated))


EVERYONE = Naming(YES, NO, YES)


def match_principal(statement: Statement, principal: Principal) -> Naming:
    """Whether a statement applies to a principal. Identity policies, which name none, apply to
    whoever holds them."""
    if statement.principals is None:
        return EVERYONE
    direct = any_of(_names(pattern, principal) for pattern in statement.principals)
    delegated = any_of(_names_account(pattern, principal) for pattern in statement.principals)
    if statement.not_principal:
        others = _not_named(statement, statement.principals, principal, direct, delegated)
        return Naming(others, NO, all_of((others, maybe(CORNER_NOT_PRINCIPAL_BOUNDED))))
    return Naming(direct, delegated, any_of(_names_itself(pattern, principal) for pattern in statement.principals))


def _not_named(
    statement: Statement,
    listed: tuple[PrincipalPattern, ...],
    principal: Principal,
    direct: Truth,
    delegated: Truth,
) -> Truth:
    """Whether NotPrincipal leaves a principal out of its list. An account in the list spares none
    of its principals. A Deny surely spares only whom the list names at every level: the account,
    the role of a session, and the principal."""
    if statement.effect is Effect.ALLOW or direct.no or principal.kind is not PrincipalKind.AWS:
        return negate(direct)
    if any(pattern.kind is PrincipalKind.ANYONE for pattern in listed):
        return negate(direct)
    role = role_of_session(principal.value)
    levels = [direct, delegated]
    if role is not None:
        levels.append(any_of(_names_role(pattern.text, role) for pattern in listed))
    return NO if all_of(levels).yes else maybe(CORNER_NOT_PRINCIPAL)


def _names(pattern: PrincipalPattern, principal: Principal) -> Truth:
    if pattern.kind is PrincipalKind.ANYONE:
        return maybe(f"principal `{pattern.text}` is not known") if pattern.text.holes else YES
    if pattern.kind is not principal.kind:
        return NO
    if pattern.kind is PrincipalKind.AWS:
        return _names_aws(pattern.text, principal.value)
    return _equal(pattern.text, principal.value)


def _names_aws(pattern: Text, value: Text) -> Truth:
    literal = pattern.literal
    if literal is not None and _UNIQUE_ID.fullmatch(literal):
        return maybe(f"principal `{literal}` is a unique id, which tells no name")
    same = _equal(pattern, value)
    if same.yes:
        return same
    role = role_of_session(value)
    return same if role is None else any_of((same, _names_role(pattern, role)))


def _names_role(pattern: Text, role: Text) -> Truth:
    """Whether a pattern is the ARN, with any path, of a session's role."""
    wanted = arn(pattern)
    if wanted is None or not wanted.resource.startswith("role/"):
        return NO
    name = wanted.resource.split("/")[-1]
    pathless = text("arn:", wanted.partition, ":", wanted.service, "::", wanted.account, ":role/", name)
    return _equal(pathless, role)


def _names_itself(pattern: PrincipalPattern, principal: Principal) -> Truth:
    """Whether a grant to a pattern is to the caller as such: everyone, a user, a session. One to
    a role is to whoever assumes it, within the role's boundary."""
    if pattern.kind is not PrincipalKind.AWS or principal.kind is not PrincipalKind.AWS:
        return _names(pattern, principal)
    parsed = arn(pattern.text)
    is_role = parsed is not None and parsed.resource.startswith("role/")
    return NO if is_role else _equal(pattern.text, principal.value)


def role_of_session(value: Text) -> Text | None:
    """The role, without its path, behind `arn:aws:sts::A:assumed-role/ROLE/SESSION`."""
    parsed = arn(value)
    if parsed is None or not parsed.resource.startswith("assumed-role/"):
        return None
    name = parsed.resource.split("/")[1]
    return text("arn:", parsed.partition, ":iam::", parsed.account, ":role/", name)


def _names_account(pattern: PrincipalPattern, principal: Principal) -> Truth:
    if pattern.kind is not PrincipalKind.AWS or principal.kind is not PrincipalKind.AWS:
        return NO
    named, own = account_named(pattern.text), principal_account(principal.value)
    return NO if named is None or own is None else _equal(named, own)


def account_named(pattern: Text) -> Text | None:
    """The account that a principal stands for as a whole: 12 digits or a root ARN."""
    literal = pattern.literal
    if literal is not None and _ACCOUNT.fullmatch(literal):
        return pattern
    hole = pattern.hole
    if hole is not None and hole.type is HoleType.ACCOUNT:
        return pattern
    parsed = arn(pattern)
    return parsed.account if parsed is not None and parsed.resource.literal == "root" else None


def principal_account(value: Text) -> Text | None:
    """The account an AWS principal belongs to."""
    parsed = arn(value)
    return parsed.account if parsed is not None else account_named(value)


def _equal(pattern: Text, value: Text) -> Truth:
    return matches(glob(pattern, wildcards=False), value)
