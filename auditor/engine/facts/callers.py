"""The ladders of questions for each kind of caller of a function."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from auditor.engine.fact import Reach
from auditor.engine.facts.reach import Rung
from auditor.engine.facts.source_domains import (
    SOURCE_ACCOUNT,
    SOURCE_ARN,
    any_source,
    foreign_source,
    one_value,
    own_source,
)
from auditor.engine.facts.worlds import World
from auditor.iam.access.question import Domain, Question
from auditor.iam.decide import Policies
from auditor.iam.document import PolicyKind, Statement
from auditor.iam.request import ANONYMOUS, Principal, aws, service
from auditor.iam.statements import allow, policy_of
from auditor.iam.text import Hole, Text, text
from auditor.needs.services import SourceForm

SKILL_KEY = "lambda:eventsourcetoken"
ORGANISATION_KEYS = ("aws:principalorgid", "aws:sourceorgid", "aws:principalorgpaths", "aws:sourceorgpaths")
_ABSENT = Domain((), present=False)
_FOREIGN_ORGANISATION = one_value("o-anybodyelse")
_NO_IDENTITY: Mapping[str, Domain] = MappingProxyType({"aws:principalaccount": _ABSENT, "aws:principalarn": _ABSENT})
"""A service has neither."""
_NO_SOURCE: Mapping[str, Domain] = MappingProxyType({SOURCE_ARN: _ABSENT, SOURCE_ACCOUNT: _ABSENT})


@dataclass(frozen=True, slots=True)
class Ground:
    """What all questions about one statement share: the world, the partition, the actions and
    the function's ARNs, and the needs as a policy."""

    world: World
    partition: Text
    actions: tuple[str, ...]
    resources: Domain
    needs: Policies
    names: frozenset[Hole] = frozenset()
    """Holes in the function's name and in the names of what needs it."""

    def rung(self, reach: Reach, question: Question, *besides: Statement) -> Rung:
        """A rung for what is beyond the needs, and beyond further statements."""
        return Rung(reach, question, self.needs_and(*besides) if besides else self.needs, self.names)

    def question(self, principals: Sequence[Principal], domains: Mapping[str, Domain]) -> Question:
        return Question(tuple(principals), self.actions, self.resources, MappingProxyType(dict(domains)))

    def needs_and(self, *statements: Statement) -> Policies:
        """The needs, and what else is not to be found."""
        base = self.needs.resource.statements if self.needs.resource is not None else ()
        return Policies(policy_of(PolicyKind.RESOURCE, (*base, *statements)), callers_allow=True)


def service_ladder(name: str, forms: Sequence[SourceForm], ground: Ground) -> Iterator[Rung]:
    """A service, from acting for anyone's resource down to another account that is named."""
    principal = service(name)
    world = ground.world
    foreign = {
        **_NO_IDENTITY,
        SOURCE_ARN: foreign_source(forms, world, ground.partition),
        SOURCE_ACCOUNT: one_value(world.foreign_account),
        SKILL_KEY: one_value("amzn1.ask.skill.00000000-0000-0000-0000-000000000000"),
        **dict.fromkeys(ORGANISATION_KEYS, _FOREIGN_ORGANISATION),
    }
    yield ground.rung(Reach.ANY_ACCOUNT, ground.question([principal], foreign))
    organised = {key: domain for key, domain in foreign.items() if key not in ORGANISATION_KEYS}
    yield ground.rung(Reach.ORGANISATION, ground.question([principal], organised))
    anywhere = {**_NO_IDENTITY, SOURCE_ARN: any_source(forms, ground.partition)}
    if forms and any("{account}" in form.template for form in forms):
        yield Rung(
            Reach.OTHER_ACCOUNT, ground.question([principal], anywhere), ground.needs_and(*own(principal, world))
        )


def own(principal: Principal, world: World) -> tuple[Statement, ...]:
    """Everything that a service does for the own account."""
    source = text(f"arn:*:*:*:{world.account}:*")
    return (
        allow(("*",), (text("*"),), (principal,), {("ArnLike", "aws:SourceArn"): (source,)}),
        allow(("*",), (text("*"),), (principal,), {("StringEquals", "aws:SourceAccount"): (text(world.account),)}),
    )


def own_question(name: str, forms: Sequence[SourceForm], ground: Ground) -> Question:
    """A service acting for the own account's resources."""
    return ground.question(
        [service(name)],
        {
            **_NO_IDENTITY,
            SOURCE_ARN: own_source(forms, ground.world, ground.partition),
            SOURCE_ACCOUNT: one_value(ground.world.account),
        },
    )


def anyone_ladder(ground: Ground, accounts: Sequence[str]) -> Iterator[Rung]:
    """`*`: anonymous callers and any account's principals, then an organisation's, then those of
    the foreign `accounts` that the statement names. Services come after (`service_ladder`)."""
    world = ground.world
    stranger = aws(f"arn:aws:iam::{world.foreign_account}:role/anyone")
    identity = {
        **_NO_SOURCE,
        "aws:principalaccount": one_value(world.foreign_account),
        "aws:principalarn": one_value(f"arn:aws:iam::{world.foreign_account}:role/anyone"),
        **dict.fromkeys(ORGANISATION_KEYS, _FOREIGN_ORGANISATION),
    }
    nobody = {**_NO_SOURCE, **_NO_IDENTITY}
    nobody.update(dict.fromkeys(ORGANISATION_KEYS, _ABSENT))
    yield ground.rung(Reach.ANYONE, ground.question([ANONYMOUS], nobody))
    yield ground.rung(Reach.ANYONE, ground.question([stranger], identity))
    organised = {key: domain for key, domain in identity.items() if key not in ORGANISATION_KEYS}
    yield ground.rung(Reach.ORGANISATION, ground.question([stranger], organised))
    for account in accounts:
        role = f"arn:aws:iam::{account}:role/anyone"
        known = {"aws:principalaccount": one_value(account), "aws:principalarn": one_value(role)}
        yield ground.rung(Reach.OTHER_ACCOUNT, ground.question([aws(role)], {**_NO_SOURCE, **known}))


def named_ladder(principal: Principal, ground: Ground) -> Iterator[Rung]:
    """A principal of another account that the statement names."""
    yield ground.rung(Reach.OTHER_ACCOUNT, ground.question([principal], _NO_SOURCE))
