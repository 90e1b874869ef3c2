"""Which policies decide a need, and how they do."""

from __future__ import annotations

from auditor.estate.estate import Estate
from auditor.estate.role import Role
from auditor.iam.decide import Because, Decision, Policies, Verdict, decide
from auditor.iam.document import Policy, PolicyKind, UnknownStatement
from auditor.iam.text import text
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
    """Decide a need; either form of its request suffices."""
    decision = decide(need.request, policies)
    if need.instead is None or decision.allowed:
        return decision
    other = decide(need.instead, policies)
    return other if other.allowed or decision.denied else decision


NOT_KNOWN = Decision(Verdict.UNDETERMINED, Because.CORNER_CASE, (), "the policies that decide it are not known")
