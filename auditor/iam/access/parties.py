"""Everyone whom policies can tell apart: whom they name, and strangers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import count

from auditor.iam.access.question import Domain, each, one_of
from auditor.iam.arn import account_of, arn
from auditor.iam.decide import Policies
from auditor.iam.document import Statement
from auditor.iam.match.principal import account_named, principal_account, role_of_session
from auditor.iam.request import ANONYMOUS, Principal, PrincipalKind, service
from auditor.iam.text import HoleType, Text, text

FOREIGN_ACCOUNT = "444455556666"
_ACCOUNT = re.compile(r"(?<!\d)\d{12}(?!\d)", re.ASCII)
_OF_SERVICES = ("aws:principalisawsservice", "aws:principalservicename", "aws:principalservicenameslist")
_OF_ANYONE = (*_OF_SERVICES, "aws:principaltype")
_ABSENT = Domain((), present=False)
PRINCIPAL_ARN, PRINCIPAL_ACCOUNT = "aws:principalarn", "aws:principalaccount"


def foreign_account(texts: Iterable[Text]) -> str:
    """An account that no text names."""
    named = {found for written in texts for found in _ACCOUNT.findall(str(written))}
    return next(str(number) for number in count(int(FOREIGN_ACCOUNT)) if str(number) not in named)


def everyone(policies: Sequence[Policies], foreign: str) -> tuple[Principal, ...]:
    """All principals that the policies name, and strangers: anonymous, a service, a role of the
    account `foreign`, and one of each account that owns a resource or stands in a condition on the
    caller."""
    accounts = [account for side in policies for _, s in side.statements() for account in _accounts(s)]
    strangers = [Principal(PrincipalKind.AWS, _role_in(account)) for account in (text(foreign), *reversed(accounts))]
    known = (*named(policies), ANONYMOUS, service("anyservice.amazonaws.com"), *strangers)
    return tuple(dict.fromkeys(known))


def named(policies: Iterable[Policies]) -> tuple[Principal, ...]:
    """The principals that the policies name, with a session for a role and a role for an account."""
    statements = (statement for side in policies for _, statement in side.statements())
    return tuple(dict.fromkeys(found for statement in statements for found in _named(statement)))


def _named(statement: Statement) -> Iterator[Principal]:
    for pattern in statement.principals or ():
        if pattern.kind is PrincipalKind.ANYONE:
            continue
        principal = Principal(pattern.kind, pattern.text)
        if pattern.kind is not PrincipalKind.AWS:
            yield principal
            continue
        account = account_named(pattern.text)
        if account is not None:
            yield Principal(PrincipalKind.AWS, _role_in(account))
            yield Principal(PrincipalKind.AWS, text("arn:aws:iam::", account, ":root"))
            continue
        yield principal
        yield from _kin(pattern.text)


def _kin(value: Text) -> Iterator[Principal]:
    """A session for a role; the role and another session for a session."""
    parsed = arn(value)
    if parsed is not None and parsed.resource.startswith("role/"):
        yield _session(parsed.account, parsed.resource.split("/")[-1])
    role = role_of_session(value)
    if parsed is not None and role is not None:
        yield Principal(PrincipalKind.AWS, role)
        yield _session(parsed.account, role.split("/")[-1])


def _session(account: Text, role: Text) -> Principal:
    return Principal(PrincipalKind.AWS, text("arn:aws:sts::", account, ":assumed-role/", role, "/anyone"))


def _role_in(account: Text) -> Text:
    return text("arn:aws:iam::", account, ":role/anyone")


def _accounts(statement: Statement) -> Iterator[Text]:
    """The accounts that own a statement's resources or stand in its conditions on the caller."""
    for pattern in statement.resources or ():
        account = account_of(pattern.text)
        if account is not None and account.literal is not None and _ACCOUNT.fullmatch(account.literal):
            yield account
    for condition in statement.conditions:
        if str(condition.key).lower() in (PRINCIPAL_ARN, PRINCIPAL_ACCOUNT):
            for value in condition.values:
                yield from map(text, _ACCOUNT.findall(str(value.text)))


def known_of(principal: Principal, keys: Iterable[str]) -> dict[str, Domain]:
    """What `keys` (lower case) can be for a principal, where that is tied to who it is; each may be
    absent. Source: AWS global condition context keys, "Properties of the principal"."""
    domains: dict[str, Domain] = {}
    for key in keys:
        if not key.startswith("aws:principal"):
            continue
        if principal.kind is not PrincipalKind.AWS:
            if key not in _OF_ANYONE:
                domains[key] = _ABSENT
        elif key == PRINCIPAL_ACCOUNT:
            account = principal_account(principal.value)
            domains[key] = one_of(account) if account is not None else _ABSENT
        elif key == PRINCIPAL_ARN:
            domains[key] = _arns_of(principal.value)
        elif key in _OF_SERVICES[1:]:
            domains[key] = _ABSENT
    return domains


def _arns_of(value: Text) -> Domain:
    """The ARN of a principal, of a session that of its role. One called `anyone` stands for every
    role and user of its account."""
    parsed = arn(value)
    if parsed is not None and parsed.resource.literal == "role/anyone":
        head = text("arn:aws:iam::", parsed.account)
        anything = each(HoleType.ANYTHING)
        return Domain((text(head, ":role/", anything), text(head, ":user/", anything)), (value,))
    return one_of(role_of_session(value) or value)


def is_anyone(principal: Principal) -> bool:
    """Whether a principal stands for any role or user of its account."""
    return principal.kind is PrincipalKind.AWS and principal.value.endswith(":role/anyone")
