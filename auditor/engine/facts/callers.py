"""The ladders of questions for each kind of caller of a function."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from auditor.engine.fact import Reach
from auditor.engine.facts.reach import Rung
from auditor.engine.facts.source_domains import NOT_SENT, any_source, foreign_source, one_value, own_source
from auditor.engine.facts.strangers import (
    FOREIGN_NETWORK,
    ORGANISATION_KEYS,
    outsider,
    stranger_in,
)
from auditor.engine.facts.worlds import World
from auditor.estate.service import Service, SourceAccount
from auditor.estate.services import SKILL_KEY
from auditor.iam.access.known import by_action, known_of
from auditor.iam.access.question import Domain, Question
from auditor.iam.decide import Policies
from auditor.iam.document import PolicyKind, Statement
from auditor.iam.frozen import Frozen
from auditor.iam.keys import SOURCE_ACCOUNT, SOURCE_ARN
from auditor.iam.request import ANONYMOUS, Principal, service
from auditor.iam.statements import allow, policy_of
from auditor.iam.text import Hole, Text, text

_FOREIGN_SKILL = one_value("amzn1.ask.skill.00000000-0000-0000-0000-000000000000")
_SERVICE_ADDRESS = Domain((text(Hole("the address that the service calls from")),))
"""Of no service is it known."""
_SOURCE_KEYS = (SOURCE_ARN, SOURCE_ACCOUNT)
"""What a service sends is shown even where no condition tests it."""


class Ground(Frozen):
    """What all questions about one statement share: the world, the partition, the actions, the
    function's ARNs, the condition keys, and the needs as a policy; `elsewhere` are the needs in
    whatever region, where the statement serves one of them."""

    world: World
    partition: Text
    actions: tuple[str, ...]
    resources: Domain
    keys: frozenset[str]
    needs: Policies
    elsewhere: tuple[Statement, ...] = ()
    names: frozenset[Hole] = frozenset()
    """Holes in the function's name and in the names of what needs it."""

    def rungs(
        self, reach: Reach, principal: Principal, domains: Mapping[str, Domain], *besides: Statement
    ) -> Iterator[Rung]:
        """The rungs for what is beyond the needs, and beyond further statements: one for all actions
        that come with the same keys. What is known of the caller holds where `domains` say nothing."""
        old = self.needs_and(*besides) if besides else self.needs
        known = known_of(principal, sorted(self.keys), self.resources.forms[0])
        for actions, without in by_action(sorted(self.keys), self.actions):
            told = {key: domain for key, domain in domains.items() if key in self.keys or key in _SOURCE_KEYS}
            limited = MappingProxyType({**known, **told, **without})
            yield Rung(reach, Question((principal,), actions, self.resources, limited), old, self.names)

    def needs_and(self, *statements: Statement) -> Policies:
        """The needs, and what else is not to be found."""
        base = self.needs.resource.statements if self.needs.resource is not None else ()
        return Policies(policy_of(PolicyKind.RESOURCE, (*base, *statements)), callers_allow=True)


def service_ladder(row: Service, ground: Ground, accounts: Sequence[str]) -> Iterator[Rung]:
    """A service, from acting for anyone's resource down to the `accounts` that the statement names."""
    principal = service(row.principal)
    world = ground.world
    foreign = {
        SOURCE_ARN: foreign_source(row.forms, world, ground.partition),
        SOURCE_ACCOUNT: _account(row, world.foreign_account),
        SKILL_KEY: _FOREIGN_SKILL,
        "aws:sourceip": _SERVICE_ADDRESS,
        "aws:sourceorgid": outsider("aws:sourceorgid"),
        "aws:sourceorgpaths": outsider("aws:sourceorgpaths"),
    }
    yield from ground.rungs(Reach.ANY_ACCOUNT, principal, foreign)
    anywhere = {
        SOURCE_ARN: any_source(row.forms, ground.partition),
        "aws:sourceip": _SERVICE_ADDRESS,
        **({SOURCE_ACCOUNT: NOT_SENT} if row.account is SourceAccount.REFUSED else {}),
    }
    ours = own(principal, world.account)
    if row.account is SourceAccount.NEEDED:
        namesake = {**anywhere, SOURCE_ACCOUNT: one_value(world.foreign_account)}
        yield from ground.rungs(Reach.SAME_NAME, principal, namesake)
    if row.tells_account:
        named = [statement for account in accounts for statement in own(principal, account)]
        outside = {key: domain for key, domain in foreign.items() if key in ORGANISATION_KEYS}
        yield from ground.rungs(Reach.SOME_ACCOUNTS, principal, {**anywhere, **outside}, *ours, *named)
    organised = {key: domain for key, domain in foreign.items() if key not in ORGANISATION_KEYS}
    yield from ground.rungs(Reach.ORGANISATION, principal, organised)
    if row.tells_account:
        yield from ground.rungs(Reach.OTHER_ACCOUNT, principal, anywhere, *ours)


def _account(row: Service, account: str) -> Domain:
    """What a service sends as the source account that acts for a resource of `account`."""
    return NOT_SENT if row.account is SourceAccount.REFUSED else one_value(account)


def own(principal: Principal, account: str) -> tuple[Statement, ...]:
    """Everything that a service does for an account."""
    source = text(f"arn:*:*:*:{account}:*")
    return (
        allow(("*",), (text("*"),), (principal,), {("ArnLike", "aws:SourceArn"): (source,)}),
        allow(("*",), (text("*"),), (principal,), {("StringEquals", "aws:SourceAccount"): (text(account),)}),
    )


def own_domains(row: Service, ground: Ground) -> dict[str, Domain]:
    """What a service sends that acts for the own account's resources."""
    return {
        SOURCE_ARN: own_source(row.forms, ground.world, ground.partition),
        SOURCE_ACCOUNT: _account(row, ground.world.account),
        "aws:sourceip": _SERVICE_ADDRESS,
    }


def anyone_ladder(ground: Ground, accounts: Sequence[str], fitting: Sequence[str]) -> Iterator[Rung]:
    """`*`: anonymous callers and any account's principals, then those of accounts that a pattern of
    the statement takes (`fitting`), an organisation's, and those of the foreign `accounts` that the
    statement names. Services come after (`service_ladder`)."""
    world = ground.world
    stranger = stranger_in(world.foreign_account)
    outside = {**FOREIGN_NETWORK, **{key: outsider(key) for key in ORGANISATION_KEYS if "principal" in key}}
    yield from ground.rungs(Reach.ANYONE, ANONYMOUS, FOREIGN_NETWORK)
    yield from ground.rungs(Reach.ANY_ACCOUNT, stranger, outside)
    for account in fitting:
        yield from ground.rungs(Reach.SOME_ACCOUNTS, stranger_in(account), outside)
    yield from ground.rungs(Reach.ORGANISATION, stranger, FOREIGN_NETWORK)
    for account in accounts:
        yield from ground.rungs(Reach.OTHER_ACCOUNT, stranger_in(account), FOREIGN_NETWORK)


def through_a_network(ground: Ground) -> Iterator[Rung]:
    """Anonymous callers and any account's principals, through whatever network."""
    yield from ground.rungs(Reach.ANYONE, ANONYMOUS, {})
    yield from ground.rungs(Reach.ANY_ACCOUNT, stranger_in(ground.world.foreign_account), {})


def named_ladder(principal: Principal, ground: Ground) -> Iterator[Rung]:
    """A principal of another account that the statement names."""
    yield from ground.rungs(Reach.OTHER_ACCOUNT, principal, {})
