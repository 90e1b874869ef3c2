"""Facts about who else can assume a role."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from types import MappingProxyType

from auditor.engine.fact import Caller, Reach, TrustGrant
from auditor.engine.facts.isolate import isolate, named_by
from auditor.engine.facts.log_grant import is_for_lambda
from auditor.engine.facts.reach import Judged, Rung, climb, mildest
from auditor.engine.facts.strangers import (
    FOREIGN_NETWORK,
    NETWORK_KEYS,
    ORGANISATION_KEYS,
    accounts_fitting,
    outsider,
    stranger_in,
)
from auditor.engine.facts.trust_need import is_service_linked
from auditor.engine.facts.web_identity import claims_of_a_stranger, shared_provider
from auditor.engine.facts.worlds import World, accounts_in, worlds
from auditor.estate.estate import Estate
from auditor.estate.function import Function
from auditor.estate.role import Role
from auditor.iam.access import Domain, Question
from auditor.iam.access.known import known_of
from auditor.iam.arn import account_of
from auditor.iam.decide import Policies
from auditor.iam.document import Effect, PrincipalPattern, Statement
from auditor.iam.filling import fill_policies, policies_texts
from auditor.iam.keys import condition_keys
from auditor.iam.match.principal import account_named, principal_account
from auditor.iam.request import Principal, PrincipalKind, aws, service
from auditor.iam.text import Text
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
_ANOTHER_SERVICE = "ec2.amazonaws.com"


def trust_grants(role: Role, estate: Estate) -> Iterator[TrustGrant]:
    """One fact for each Allow statement of the trust policy of a function's role, and each
    principal that it names. A service-linked role is no execution role, and nobody can edit it."""
    if not is_service_linked(role) and (estate.functions_of(role) or is_for_lambda(role)):
        yield from grants_of(role, estate, estate.only_function_of(role))


def grants_of(role: Role, estate: Estate, function: Function | None) -> Iterator[TrustGrant]:
    """The same for a role whatever it is for; `function` is the only one that has it, if any."""
    for statement in role.trust.statements if role.trust is not None else ():
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
                function=function,
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
    accounts = accounts_in(policies_texts(new))
    return mildest(
        (
            world,
            _climb(fill_policies(new, world.fill), role, principal, accounts, world)
            if not _unknown(principal, world)
            else Judged(undetermined=f"principal `{principal.text}` is not known"),
        )
        for world in worlds(account, estate.region, policies_texts(new))
    )


def _unknown(principal: PrincipalPattern, world: World) -> bool:
    return bool(principal.text.fill(world.fill).holes)


def _climb(new: Policies, role: Role, principal: PrincipalPattern, accounts: Sequence[str], world: World) -> Judged:
    judged = climb(new, _ladder(new, role, principal, accounts, world))
    keys = condition_keys(new)
    if judged.reach is not Reach.NONE or judged.undetermined or not keys.intersection(NETWORK_KEYS):
        return judged
    stranger = stranger_in(world.foreign_account)
    through = Rung(Reach.ANYONE, _question(role.arn.fill(world.fill), stranger, keys, {}), _NOTHING)
    if principal.kind is not PrincipalKind.ANYONE or climb(new, (through,)).reach is Reach.NONE:
        return judged
    named = next(key for key in NETWORK_KEYS if key in keys)
    return Judged(undetermined=f"who can call from the network that the condition on `{named}` names is not known")


def _question(target: Text, caller: Principal, keys: Collection[str], domains: Mapping[str, Domain]) -> Question:
    """What is known of the caller holds where `domains` say nothing."""
    known = {**known_of(caller, sorted(keys), target), **domains}
    return Question((caller,), _ACTIONS, Domain((target,), (target,)), MappingProxyType(known))


def _ladder(
    new: Policies, role: Role, principal: PrincipalPattern, accounts: Sequence[str], world: World
) -> Iterator[Rung]:
    target, keys = role.arn.fill(world.fill), condition_keys(new)

    def rung(reach: Reach, caller: Principal, domains: Mapping[str, Domain]) -> Rung:
        return Rung(reach, _question(target, caller, keys, domains), _NOTHING)

    if principal.kind is PrincipalKind.ANYONE:
        stranger = stranger_in(world.foreign_account)
        outside = {**FOREIGN_NETWORK, **{key: outsider(key) for key in ORGANISATION_KEYS if "principal" in key}}
        yield rung(Reach.ANYONE, stranger, outside)
        for fitting in accounts_fitting(new, (*accounts, world.account)):
            yield rung(Reach.SOME_ACCOUNTS, stranger_in(fitting), outside)
        yield rung(Reach.ORGANISATION, stranger, FOREIGN_NETWORK)
        for named in (*(a for a in accounts if a != world.account), world.account):
            reach = Reach.ACCOUNT if named == world.account else Reach.OTHER_ACCOUNT
            yield rung(reach, stranger_in(named), {})
        yield rung(Reach.ACCOUNT, service(_ANOTHER_SERVICE), {})
        return
    value = principal.text.fill(world.fill)
    if principal.kind is PrincipalKind.AWS:
        account = principal_account(value)
        owner = account.literal if account is not None else None
        whole = account_named(value) is not None and owner is not None
        reach = Reach.ACCOUNT if owner == world.account else Reach.OTHER_ACCOUNT
        yield rung(reach, stranger_in(str(owner)) if whole else aws(value), {})
        return
    if value.literal == LAMBDA:
        return
    caller = Principal(principal.kind, value)
    provider = shared_provider(value) if principal.kind is PrincipalKind.FEDERATED else None
    if provider is not None:
        yield rung(Reach.ANYONE, caller, claims_of_a_stranger(provider, keys))
    yield rung(Reach.ACCOUNT, caller, {})
