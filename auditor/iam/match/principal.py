"""Principals: whom a statement names.

Sources: IAM user guide, "AWS JSON policy elements: Principal" and "NotPrincipal"; "How AWS
enforcement code logic evaluates requests" (which grants boundaries do not limit).
"""

from __future__ import annotations

import re
from functools import lru_cache

from auditor.iam.arn import Arn, arn
from auditor.iam.document import Effect, PrincipalPattern, Statement
from auditor.iam.frozen import Frozen
from auditor.iam.match.glob import glob, matches
from auditor.iam.request import Principal, PrincipalKind
from auditor.iam.text import HoleType, Text, text
from auditor.iam.truth import NO, YES, Truth, all_of, any_of, maybe, negate

_ACCOUNT = re.compile(r"\d{12}", re.ASCII)
_UNIQUE_ID = re.compile(r"A[A-Z]{3}[A-Z0-9]{12,}", re.ASCII)
CORNER_NOT_PRINCIPAL = (
    "AWS's documents leave open whom a NotPrincipal spares that names a principal without its account, or a session "
    "without its role"
)
CORNER_SESSION = "AWS's documents leave open whether a session policy limits a grant to everyone"
CORNER_BOUNDARY = "AWS documents that a Deny with NotPrincipal refuses whoever has a permissions boundary"
CORNER_NOT_PRINCIPAL_BOUNDED = "AWS does not support Allow with NotPrincipal, so whether a boundary limits it is open"


class Naming(Frozen):
    """How a statement names a principal: `direct` itself or everyone; `delegated` through its
    account, which in the same account only passes the question on to identity policies.
    `unbounded` is the part of `direct` that boundaries do not limit, `in_session` the part that
    session policies do not limit either: a grant to the session itself."""

    direct: Truth
    delegated: Truth
    unbounded: Truth
    in_session: Truth = NO

    @property
    def either(self) -> Truth:
        return any_of((self.direct, self.delegated))


EVERYONE = Naming(YES, NO, YES)
"""How an identity policy applies to whoever holds it."""


def match_principal(statement: Statement, principal: Principal) -> Naming:
    """Whether a statement applies to a principal. Identity policies, which name none, apply to
    whoever holds them."""
    return EVERYONE if statement.principals is None else _match(statement, statement.principals, principal)


def _match(statement: Statement, listed: tuple[PrincipalPattern, ...], principal: Principal) -> Naming:
    direct = any_of(_names(pattern, principal) for pattern in listed)
    delegated = any_of(_names_account(pattern, principal) for pattern in listed)
    if statement.not_principal:
        others = _not_named(statement, listed, principal, direct, delegated)
        bounded = all_of((others, maybe(CORNER_NOT_PRINCIPAL_BOUNDED)))
        return Naming(others, NO, bounded, bounded)
    itself = any_of(_names_itself(pattern, principal) for pattern in listed)
    in_session = any_of(_names_session(pattern, principal) for pattern in listed)
    return Naming(direct, delegated, itself, in_session)


class Listed:
    """A statement's principals, to be asked of many callers: a caller is compared with those alone
    that its name, its role or its account leads to, and with those that are no plain names."""

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._patterns = statement.principals or ()
        self._plain: dict[str, list[int]] = {}
        self._open: list[int] = []
        for place, pattern in enumerate(self._patterns):
            literal = pattern.text.literal
            if literal is None or pattern.kind is PrincipalKind.ANYONE or _UNIQUE_ID.fullmatch(literal):
                self._open.append(place)
                continue
            for name in _names_of(pattern.text):
                self._plain.setdefault(name, []).append(place)

    def match(self, principal: Principal) -> Naming:
        """As `match_principal` says."""
        if self._statement.principals is None:
            return EVERYONE
        if principal.value.literal is None:
            return _match(self._statement, self._patterns, principal)
        led = (place for name in _leads_of(principal.value) for place in self._plain.get(name, ()))
        places = sorted({*self._open, *led})
        return _match(self._statement, tuple(self._patterns[place] for place in places), principal)

    def may_apply(self, principal: Principal, bounded: bool) -> Truth:
        """Whether the statement applies to a principal, `bounded` by a boundary or not: a Deny with
        NotPrincipal may then apply to whom it spares."""
        either = self.match(principal).either
        spared = bounded and either.no and spares(self._statement, principal)
        return maybe(CORNER_BOUNDARY) if spared else either


@lru_cache(maxsize=4096)
def _leads_of(value: Text) -> tuple[str, ...]:
    """By what a caller may be named: itself, the role of a session, the account."""
    role, account = role_of_session(value), principal_account(value)
    return tuple(str(name) for name in (value, role, account) if name is not None)


def _names_of(pattern: Text) -> tuple[str, ...]:
    """What a pattern names: itself, a role also without its path, an account."""
    parsed, account = arn(pattern), account_named(pattern)
    role = _pathless(parsed) if parsed is not None and parsed.resource.startswith("role/") else None
    return tuple(dict.fromkeys(str(name) for name in (pattern, role, account) if name is not None))


def spares(statement: Statement, principal: Principal) -> bool:
    """Whether a statement is a Deny of all but some, from whom a boundary would take that away."""
    return statement.not_principal and statement.effect is Effect.DENY and principal.kind is PrincipalKind.AWS


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
    same = _same_principal(pattern, value)
    if same.yes:
        return same
    role = role_of_session(value)
    return same if role is None else any_of((same, _names_role(pattern, role)))


def _same_principal(pattern: Text, value: Text) -> Truth:
    """An account's 12 digits and the ARN of its root user are one principal."""
    account, other = account_named(pattern), account_named(value)
    return _equal(pattern, value) if account is None or other is None else _equal(account, other)


def _names_role(pattern: Text, role: Text) -> Truth:
    """Whether a pattern is the ARN, with any path, of a session's role."""
    wanted = arn(pattern)
    if wanted is None or not wanted.resource.startswith("role/"):
        return NO
    return _equal(_pathless(wanted), role)


def _pathless(role: Arn) -> Text:
    name = role.resource.split("/")[-1]
    return text("arn:", role.partition, ":", role.service, "::", role.account, ":role/", name)


def _names_itself(pattern: PrincipalPattern, principal: Principal) -> Truth:
    """Whether a grant to a pattern is to the caller as such: everyone, a user, a session. One to
    a role is to whoever assumes it, within the role's boundary."""
    if pattern.kind is not PrincipalKind.AWS or principal.kind is not PrincipalKind.AWS:
        return _names(pattern, principal)
    parsed = arn(pattern.text)
    is_role = parsed is not None and parsed.resource.startswith("role/")
    return NO if is_role else _equal(pattern.text, principal.value)


def _names_session(pattern: PrincipalPattern, principal: Principal) -> Truth:
    """Whether a grant to a pattern is to the caller's session as such. That one to everyone is, the
    documents do not say."""
    if principal.kind is not PrincipalKind.AWS or pattern.kind not in (PrincipalKind.AWS, PrincipalKind.ANYONE):
        return NO
    if pattern.kind is PrincipalKind.ANYONE:
        return all_of((_names(pattern, principal), maybe(CORNER_SESSION)))
    parsed = arn(pattern.text)
    is_session = parsed is not None and parsed.service.literal == "sts"
    return _equal(pattern.text, principal.value) if is_session else NO


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
