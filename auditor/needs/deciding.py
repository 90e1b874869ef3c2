"""Which policies decide a need, and how they do."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from auditor.estate.estate import Estate
from auditor.estate.role import Role
from auditor.iam.decide import Because, Decision, Policies, Verdict, decide
from auditor.iam.document import Policy, PolicyKind, UnknownStatement
from auditor.iam.request import PrincipalKind, Request
from auditor.iam.text import Hole, text
from auditor.needs.need import Need, NeedKind


def granting(need: Need, estate: Estate) -> Policies:
    """The policies that decide a need."""
    if need.kind is NeedKind.INVOKE:
        return Policies(resource=need.function.resource_policy or _unread(PolicyKind.RESOURCE, "the function's policy"))
    role = estate.role(need.function.role)
    if role is None:
        return Policies(identity=(_unread(PolicyKind.IDENTITY, "the execution role"),))
    if need.kind is NeedKind.ASSUME:
        return Policies(resource=role.trust or _unread(PolicyKind.TRUST, "the trust policy"))
    return role_policies(role)


def role_policies(role: Role) -> Policies:
    """What a role's policies allow it; one whose document is not known may allow anything."""
    held = [p.policy or _unread(PolicyKind.IDENTITY, str(p.arn or p.name)) for p in role.policies]
    if not role.policies_known:
        held.append(_unread(PolicyKind.IDENTITY, f"the policies of {role.name}"))
    return Policies(identity=tuple(held), boundaries=(role.boundary,) if role.boundary is not None else ())


def _unread(kind: PolicyKind, what: str) -> Policy:
    return Policy(kind, unknown=(UnknownStatement(text(what)),))


def decide_need(need: Need, policies: Policies) -> Decision:
    """Decide a need; either form of its request suffices. What else the caller sends is not known:
    where a condition on such a key decides, the need is undetermined."""
    decision = _decide(need.request, policies)
    if need.instead is None or decision.allowed:
        return decision
    other = _decide(need.instead, policies)
    return other if other.allowed or decision.denied else decision


def _decide(request: Request, policies: Policies) -> Decision:
    known = {**_KNOWN_OF_SERVICES, **request.context} if request.principal.kind is PrincipalKind.SERVICE else {}
    asked = replace(request, context=MappingProxyType({**request.context, **known}))
    without = decide(asked, policies)
    unknown = sorted(_keys(policies) - set(asked.context))
    if not unknown:
        return without
    sent = {key: (text(Hole(key)),) for key in unknown}
    with_them = decide(replace(asked, context=MappingProxyType({**asked.context, **sent})), policies)
    if without.verdict is with_them.verdict:
        return without
    reason = f"whether the caller sends `{unknown[0]}`, and with which value, is not known"
    return Decision(Verdict.UNDETERMINED, Because.CORNER_CASE, (), without.reason or reason)


_KNOWN_OF_SERVICES = {"aws:principalisawsservice": (text("true"),)}
"""Sent with every call of a service principal (IAM user guide, "AWS global condition context keys")."""


def _keys(policies: Policies) -> set[str]:
    """The condition keys that the statements name."""
    return {
        condition.key.literal.lower()
        for _, statement in policies.statements()
        for condition in statement.conditions
        if condition.key.literal is not None
    }


NOT_KNOWN = Decision(Verdict.UNDETERMINED, Because.CORNER_CASE, (), "the policies that decide it are not known")
