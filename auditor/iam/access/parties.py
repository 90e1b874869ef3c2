"""Everyone whom policies can tell apart: whom they name, and strangers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import count

from auditor.iam.access.question import ANY_ACCOUNT, Domain, each
from auditor.iam.arn import arn
from auditor.iam.decide import Policies
from auditor.iam.document import Statement
from auditor.iam.frozen import Frozen
from auditor.iam.keys import PRINCIPAL_ACCOUNT, PRINCIPAL_ARN
from auditor.iam.match.principal import account_named, principal_account, role_of_session
from auditor.iam.request import ANONYMOUS, Context, Principal, PrincipalKind, service
from auditor.iam.text import HoleType, Text, text

OWN_ACCOUNT, FOREIGN_ACCOUNT = "111122223333", "444455556666"
_ACCOUNT = re.compile(r"(?<!\d)\d{12}(?!\d)", re.ASCII)


def foreign_account(texts: Iterable[Text]) -> str:
    """An account that no text names."""
    named = {found for written in texts for found in _ACCOUNT.findall(str(written))}
    return next(str(number) for number in count(int(FOREIGN_ACCOUNT)) if str(number) not in named)


class Parties(Frozen, dict=True):
    """All principals that policies can tell apart. `named` are those that they name; `others` stand for
    all the rest: an anonymous caller, a service, and one AWS principal of any account, `stranger`,
    which may have one of the ARNs `arns`."""

    named: tuple[Principal, ...]
    others: tuple[Principal, ...] = ()
    stranger: Principal | None = None
    arns: tuple[Text, ...] = ()

    @property
    def all(self) -> tuple[Principal, ...]:
        return tuple(dict.fromkeys((*self.named, *self.others)))

    def domains_of(self, principal: Principal) -> dict[str, Domain]:
        """What a caller's own ARN and account can be, where `known_of` tells it of the principal alone
        and not of whom it stands for: who is a party by name is not one of the others."""
        if principal == self.stranger:
            return self._of_stranger(principal)
        if is_anyone(principal):
            return {PRINCIPAL_ARN: self._arns_within(principal)}
        role = role_of_session(principal.value)
        return {} if role is None else {PRINCIPAL_ARN: self._arns_of_role(role)}

    def _of_stranger(self, stranger: Principal) -> dict[str, Domain]:
        accounts = self._whole_accounts()
        within = (text(head, account, ":", each(HoleType.ANYTHING)) for account in accounts for head in _HEADS)
        arns = Domain(self.arns, (stranger.value,), without=(*within, *self._arns_named()))
        own = principal_account(stranger.value)
        likely = (*((own,) if own is not None else ()), text(FOREIGN_ACCOUNT))
        return {PRINCIPAL_ARN: arns, PRINCIPAL_ACCOUNT: Domain(ANY_ACCOUNT.forms, likely, without=accounts)}

    def _arns_within(self, anyone: Principal) -> Domain:
        account = principal_account(anyone.value)
        assert account is not None, "anyone is of an account"
        return Domain(_arns(account), (anyone.value,), without=self._arns_named())

    def _arns_of_role(self, role: Text) -> Domain:
        """The ARNs, path and all, of a session's role: those that are named, else with any path."""
        parsed = arn(role)
        assert parsed is not None, "a role has an ARN"
        name = parsed.resource.split("/")[-1]
        known = self._roles.get((parsed.account, name))
        if known:
            return Domain(tuple(known), tuple(known))
        head = text("arn:aws:iam::", parsed.account, ":role/")
        return Domain((role, text(head, each(HoleType.ANYTHING), "/", name)), (role,))

    @cached_property
    def _roles(self) -> Mapping[tuple[Text, Text], list[Text]]:
        """The roles that are named, by account and name."""
        found: dict[tuple[Text, Text], list[Text]] = {}
        for value in self._arns_named():
            parsed = arn(value)
            if parsed is not None and parsed.resource.startswith("role/"):
                found.setdefault((parsed.account, parsed.resource.split("/")[-1]), []).append(value)
        return found

    def _arns_named(self) -> tuple[Text, ...]:
        return tuple(who.value for who in self.named if who.kind is PrincipalKind.AWS and not is_anyone(who))

    def _whole_accounts(self) -> tuple[Text, ...]:
        accounts = (principal_account(who.value) for who in self.named if is_anyone(who))
        return tuple(account for account in accounts if account is not None)


_ANY_ACCOUNT = text(each(HoleType.ACCOUNT))
_HEADS = ("arn:aws:iam::", "arn:aws:sts::")


def _arns(account: Text) -> tuple[Text, ...]:
    """The ARNs that callers of an account can have, but for its root user."""
    name = text(each(HoleType.ANYTHING), each(HoleType.NAME))
    iam = text("arn:aws:iam::", account)
    return (
        text(iam, ":role/", name),
        text(iam, ":user/", name),
        text("arn:aws:sts::", account, ":federated-user/", each(HoleType.NAME)),
    )


def everyone(policies: Sequence[Policies], foreign: str) -> Parties:
    """All principals that the policies name, and strangers, one of them in the account `foreign`,
    which nothing names."""
    stranger = Principal(PrincipalKind.AWS, _role_in(text(foreign)))
    others = (ANONYMOUS, service("anyservice.amazonaws.com"), stranger)
    root = text("arn:aws:iam::", _ANY_ACCOUNT, ":root")
    return Parties(named(policies), others, stranger, (*_arns(_ANY_ACCOUNT), root))


def holder(account: str | None, texts: Iterable[Text]) -> Parties:
    """Who may hold an identity policy: a role or a user, of an account where that is known, else of any;
    then the first account in the texts stands for it."""
    if account is not None:
        return Parties((Principal(PrincipalKind.AWS, _role_in(text(account))),))
    told = next((found for written in texts for found in _ACCOUNT.findall(str(written))), OWN_ACCOUNT)
    stranger = Principal(PrincipalKind.AWS, _role_in(text(told)))
    return Parties((), (stranger,), stranger, _arns(_ANY_ACCOUNT))


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
    """Another session of a role, or of a session's role."""
    parsed = arn(value)
    role = value if parsed is not None and parsed.resource.startswith("role/") else role_of_session(value)
    if parsed is not None and role is not None:
        yield _session(parsed.account, role.split("/")[-1])


def _session(account: Text, role: Text) -> Principal:
    return Principal(PrincipalKind.AWS, text("arn:aws:sts::", account, ":assumed-role/", role, "/anyone"))


def _role_in(account: Text) -> Text:
    return text("arn:aws:iam::", account, ":role/anyone")


def settled(principal: Principal, context: Context) -> Principal:
    """Who asks in truth: for one that stands for anyone it is whom aws:PrincipalArn names, or anyone
    of the account that aws:PrincipalAccount names."""
    if not is_anyone(principal):
        return principal
    caller, account = context.get(PRINCIPAL_ARN, ()), context.get(PRINCIPAL_ACCOUNT, ())
    if len(caller) == 1:
        return Principal(PrincipalKind.AWS, caller[0])
    return Principal(PrincipalKind.AWS, _role_in(account[0])) if len(account) == 1 else principal


def is_anyone(principal: Principal) -> bool:
    """Whether a principal stands for any role or user of its account."""
    return principal.kind is PrincipalKind.AWS and principal.value.endswith(":role/anyone")
