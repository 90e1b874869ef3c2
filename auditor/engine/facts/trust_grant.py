"""Facts about who else can assume a role."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from auditor.engine.fact import Caller, Reach, TrustGrant
from auditor.engine.facts.callers import ORGANISATION_KEYS
from auditor.engine.facts.isolate import isolate, named_by
from auditor.engine.facts.log_grant import is_for_lambda
from auditor.engine.facts.reach import Judged, Rung, climb, mildest
from auditor.engine.facts.source_domains import one_value
from auditor.engine.facts.trust_need import is_service_linked
from auditor.engine.facts.worlds import World, accounts_in, worlds
from auditor.estate.estate import Estate
from auditor.estate.role import Role
from auditor.iam.access import Domain, Question
from auditor.iam.arn import account_of
from auditor.iam.decide import Policies
from auditor.iam.document import Effect, PrincipalPattern, Statement
from auditor.iam.filling import fill_policies, statement_texts
from auditor.iam.match.principal import account_named, principal_account
from auditor.iam.request import Principal, PrincipalKind, aws
from auditor.needs.assume import ASSUME_ROLE, LAMBDA

_ACTIONS = (ASSUME_ROLE, "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML")
_CALLERS = {
    PrincipalKind.ANYONE: Caller.ANYONE,
    PrincipalKind.SERVICE: Caller.SERVICE,
    PrincipalKind.AWS: Caller.AWS,
    PrincipalKind.CANONICAL_USER: Caller.AWS,
    PrincipalKind.FEDERATED: Caller.FEDERATED,
}
_NOTHING = Policies()


def trust_grants(role: Role, estate: Estate) -> Iterator[TrustGrant]:
    """One fact for each Allow statement of the trust policy of a function's role, and each
    principal that it names. A service-linked role is no execution role, and nobody can edit it."""
    functions = estate.functions_of(role)
    if role.trust is None or is_service_linked(role) or (not functions and not is_for_lambda(role)):
        return
    for statement in role.trust.statements:
        if statement.effect is not Effect.ALLOW:
            continue
        for principal in named_by(statement):
            judged = _judge(role, estate, statement, principal)
            yield TrustGrant(
                estate=estate,
                origin=statement.origin,
                witness=judged.witness,
                witness_in=judged.policies,
                values=judged.values,
                role=role,
                function=functions[0] if len(functions) == 1 else None,
                undetermined=judged.undetermined,
                statement=statement,
                caller=_CALLERS[principal.kind],
                principal=str(principal.text),
                service=str(principal.text) if principal.kind is PrincipalKind.SERVICE else "",
                reach=judged.reach,
            )


def _judge(role: Role, estate: Estate, statement: Statement, principal: PrincipalPattern) -> Judged:
    assert role.trust is not None, "trust_grants looked"
    new = Policies(isolate(role.trust, statement, principal), callers_allow=True)
    account = account_of(role.arn) or estate.account
    accounts = accounts_in(statement_texts(statement))
    return mildest(
        (
            world,
            climb(fill_policies(new, world.fill), _ladder(role, principal, accounts, world))
            if not _unknown(principal, world)
            else Judged(undetermined=f"principal `{principal.text}` is not known"),
        )
        for world in worlds(account, estate.region, statement_texts(statement))
    )


def _unknown(principal: PrincipalPattern, world: World) -> bool:
    return bool(principal.text.fill(world.fill).holes)


def _ladder(role: Role, principal: PrincipalPattern, accounts: Sequence[str], world: World) -> Iterator[Rung]:
    target = role.arn.fill(world.fill)

    def ask(caller: Principal, domains: Mapping[str, Domain]) -> Question:
        return Question((caller,), _ACTIONS, Domain((target,), (target,)), MappingProxyType(dict(domains)))

    stranger = aws(f"arn:aws:iam::{world.foreign_account}:role/anyone")
    foreign = {
        "aws:principalaccount": one_value(world.foreign_account),
        "aws:principalarn": one_value(str(stranger.value)),
    }
    outsider = {**foreign, **dict.fromkeys(ORGANISATION_KEYS, one_value("o-anybodyelse"))}
    if principal.kind is PrincipalKind.ANYONE:
        yield Rung(Reach.ANYONE, ask(stranger, outsider), _NOTHING)
        yield Rung(Reach.ORGANISATION, ask(stranger, foreign), _NOTHING)
        for named in (*(a for a in accounts if a != world.account), world.account):
            role_there = f"arn:aws:iam::{named}:role/anyone"
            known = {"aws:principalaccount": one_value(named), "aws:principalarn": one_value(role_there)}
            reach = Reach.ACCOUNT if named == world.account else Reach.OTHER_ACCOUNT
            yield Rung(reach, ask(aws(role_there), known), _NOTHING)
        return
    value = principal.text.fill(world.fill)
    if principal.kind is PrincipalKind.AWS:
        account = principal_account(value)
        owner = account.literal if account is not None else None
        whole = account_named(value) is not None
        caller = aws(f"arn:aws:iam::{owner}:role/anyone") if whole else aws(value)
        reach = Reach.ACCOUNT if owner == world.account else Reach.OTHER_ACCOUNT
        yield Rung(reach, ask(caller, {}), _NOTHING)
        return
    if value.literal != LAMBDA:
        yield Rung(Reach.ACCOUNT, ask(Principal(principal.kind, value), {}), _NOTHING)
