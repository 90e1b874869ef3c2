"""Which policies decide a need, and how they do."""

from __future__ import annotations

from types import MappingProxyType

from msgspec.structs import replace

from auditor.estate.estate import Estate
from auditor.estate.role import Role, RolePolicy
from auditor.iam.access import Domain
from auditor.iam.access.known import known_of
from auditor.iam.decide import Because, Decision, Policies, Verdict, decide
from auditor.iam.document import Effect, Policy, PolicyKind, UnknownStatement
from auditor.iam.keys import condition_keys
from auditor.iam.request import Request
from auditor.iam.text import Hole, Text, text
from auditor.needs.need import Need, NeedKind


def granting(need: Need, estate: Estate) -> Policies:
    """The policies that decide a need."""
    if need.kind is NeedKind.URL:
        return Policies(resource=need.function.whole_policy, callers_allow=True)
    if need.kind is NeedKind.INVOKE:
        return Policies(resource=need.function.whole_policy or _unread(PolicyKind.RESOURCE, "the function's policy"))
    role = estate.role(need.function.role)
    if role is None:
        return Policies(identity=(_unread(PolicyKind.IDENTITY, "the execution role"),))
    if need.kind is NeedKind.ASSUME:
        return Policies(resource=role.trust or _unread(PolicyKind.TRUST, "the trust policy"))
    return role_policies(role)


def role_policies(role: Role) -> Policies:
    """What a role's policies allow it; one whose document is not known may allow anything."""
    held = [p.deciding or _unread(PolicyKind.IDENTITY, str(p.arn or p.name)) for p in role.policies]
    held.extend(role.perhaps)
    if not role.policies_known:
        held.append(_unread(PolicyKind.IDENTITY, f"the policies of {role.name}"))
    return Policies(identity=tuple(held), boundaries=(role.boundary,) if role.boundary is not None else ())


def held_policies(role: Role, held: RolePolicy) -> Policies:
    """A role's policies as they decide what `held` gives it: the role has that one with all that it
    allows, and what is not known denies nothing."""
    there = tuple(_there(policy) if policy is held else policy for policy in role.policies)
    boundary = None if role.boundary is None or role.boundary.unread else role.boundary
    policies = role_policies(replace(role, policies=there, boundary=boundary, perhaps=()))
    return replace(policies, identity=tuple(without_doubts(policy) for policy in policies.identity))


def _there(held: RolePolicy) -> RolePolicy:
    if held.policy is None:
        return held
    statements = (replace(s, uncertain="") if s.effect is Effect.ALLOW else s for s in held.policy.statements)
    return replace(held, uncertain="", policy=replace(held.policy, statements=tuple(statements)))


def without_doubts(policy: Policy) -> Policy:
    """A policy of which what is not known allows nothing."""
    return replace(policy, unknown=tuple(unread for unread in policy.unknown if unread.effect is not None))


def _unread(kind: PolicyKind, what: str) -> Policy:
    return Policy(kind, unknown=(UnknownStatement(text(what)),))


def decide_need(need: Need, policies: Policies) -> Decision:
    """Decide a need; either form of its request suffices. What else the caller sends is not known:
    where a condition on such a key decides, the need is undetermined."""
    decision = _either(need, policies)
    if need.kind is not NeedKind.CONFIGURED or not decision.denied:
        return decision
    # Of what another account owns, a policy over there decides as well.
    half = _either(need, replace(policies, alone=True))
    if half.denied:
        return decision
    reason = f"the policy of {need.target or need.request.resource}, in another account, is not known"
    return Decision(Verdict.UNDETERMINED, Because.CORNER_CASE, (), half.reason or reason)


def _either(need: Need, policies: Policies) -> Decision:
    decision = _decide(need.request, policies, need.unsent)
    if need.instead is None or decision.allowed:
        return decision
    other = _decide(need.instead, policies, need.unsent)
    return other if other.allowed or decision.denied else decision


def _decide(request: Request, policies: Policies, unsent: frozenset[str]) -> Decision:
    unsaid = sorted(condition_keys(policies) - set(request.context) - unsent)
    known = known_of(request.principal, unsaid, request.resource)
    sure = {key: domain.forms for key, domain in known.items() if not domain.absent}
    asked = replace(request, context=MappingProxyType({**request.context, **sure}))
    without = decide(asked, policies)
    perhaps = {key: _sent(key, known.get(key)) for key in unsaid if key not in sure}
    sent = {key: values for key, values in perhaps.items() if values}
    if not sent:
        return without
    with_them = decide(replace(asked, context=MappingProxyType({**asked.context, **sent})), policies)
    if without.verdict is with_them.verdict:
        return without
    reason = f"whether the caller sends `{next(iter(sent))}`, and with which value, is not known"
    return Decision(Verdict.UNDETERMINED, Because.CORNER_CASE, (), without.reason or reason)


def _sent(key: str, domain: Domain | None) -> tuple[Text, ...]:
    """What a caller may send for a key: one known value, an unknown one, or nothing."""
    if domain is None:
        return (text(Hole(key)),)
    if not domain.present:
        return ()
    return domain.forms if len(domain.forms) == 1 else (text(Hole(key)),)
