"""Whether a change of policies lets anything new in, needs apart."""

from __future__ import annotations

from msgspec.structs import replace

from auditor.engine.change import Difference, Place, difference, targets_of
from auditor.estate.estate import Estate
from auditor.estate.function import Function
from auditor.estate.role import Role
from auditor.fixes.narrow import as_pattern, log_statements, permission_for
from auditor.iam.access import Outcome
from auditor.iam.arn import account_of, arn
from auditor.iam.decide import Policies
from auditor.iam.document import Effect, Policy, PolicyKind
from auditor.iam.request import aws, service
from auditor.iam.statements import allow, bare, policy_of
from auditor.iam.text import Text
from auditor.needs import NeedKind, derive
from auditor.needs.assume import ASSUME_ROLE, LAMBDA
from auditor.needs.deciding import role_policies
from auditor.needs.logs import CREATE_GROUP
from auditor.needs.need import OF_THE_ROLE


def function_escapes(old: Function, new: Function, estate: Estate) -> str:
    """What `new` lets in that neither `old` nor a need of the function does; empty for nothing."""
    policy = old.resource_policy or Policy(PolicyKind.RESOURCE)
    changed = new.resource_policy or Policy(PolicyKind.RESOURCE)
    needed = [permission_for(need) for need in derive(old, estate) if need.kind in (NeedKind.INVOKE, NeedKind.URL)]
    before = Policies(policy.with_statements((*policy.statements, *needed)))
    after = _coming(Policies(changed), before)
    if after is None:
        return ""
    place = Place(account_of(old.arn) or estate.account, _region(old, estate), targets_of(old.arn, after))
    return _told(difference(after, before, place))


def _coming(after: Policies, before: Policies) -> Policies | None:
    """What of changed policies may let something in: where both deny the same, only what they allow
    anew; None where that is nothing."""
    if _denials(after) != _denials(before) or after.boundaries != before.boundaries:
        return after
    known = {(policy.variables, bare(statement)) for policy, statement in before.statements()}
    unread = {part for _, policy in before.named() for part in policy.unknown}

    def reduce(policy: Policy) -> Policy:
        new = (s for s in policy.statements if s.effect is Effect.DENY or (policy.variables, bare(s)) not in known)
        unknown = tuple(part for part in policy.unknown if part not in unread)
        return replace(policy, unknown=unknown).with_statements(tuple(new))

    coming = replace(
        after,
        resource=reduce(after.resource) if after.resource is not None else None,
        identity=tuple(map(reduce, after.identity)),
    )
    allowing = any(statement.effect is Effect.ALLOW for _, statement in coming.statements())
    return coming if allowing or any(policy.unknown for _, policy in coming.named()) else None


def _denials(policies: Policies) -> frozenset[object]:
    denying = [(p.variables, bare(s)) for p, s in policies.statements() if s.effect is Effect.DENY]
    unread = [part for _, policy in policies.named() for part in policy.unknown if part.effect is not Effect.ALLOW]
    return frozenset((*denying, *unread))


def _region(function: Function, estate: Estate) -> Text:
    parsed = arn(function.arn)
    return parsed.region if parsed is not None else estate.region


def role_escapes(old: Role, new: Role, estate: Estate) -> str:
    """What the role can do in `new` that it could not in `old` and does not need; empty for nothing."""
    held = role_policies(old)
    needs = [n for f in estate.functions_of(old) for n in derive(f, estate) if n.kind in OF_THE_ROLE]
    forms = [request for need in needs for request in (need.request, need.instead) if request is not None]
    needed = [allow((request.action,), (as_pattern(request.resource),)) for request in forms]
    if any(need.kind is NeedKind.LOGS for need in needs):
        # A need of streams is granted in the form that the service's guide writes: `GROUP:*`.
        creates = any(n.request.action == CREATE_GROUP for n in needs)
        needed += log_statements(estate.functions_of(old), estate, creates)
    before = Policies(None, (*held.identity, policy_of(PolicyKind.IDENTITY, needed)), held.boundaries)
    after = _coming(role_policies(new), before)
    if after is None:
        return ""
    place = Place(account_of(old.arn) or estate.account, estate.region, callers=(aws(old.arn),))
    return _told(difference(after, before, place))


def trust_escapes(old: Role, new: Role, estate: Estate) -> str:
    """Who can assume the role in `new` that could not in `old`, Lambda apart; empty for nothing."""
    policy, changed = old.trust or Policy(PolicyKind.TRUST), new.trust or Policy(PolicyKind.TRUST)
    needed = allow((ASSUME_ROLE,), None, (service(LAMBDA),))
    before = Policies(policy.with_statements((*policy.statements, needed)))
    after = _coming(Policies(changed), before)
    if after is None:
        return ""
    place = Place(account_of(old.arn) or estate.account, estate.region, (old.arn,))
    return _told(difference(after, before, place))


def _told(found: Difference) -> str:
    if found.outcome is Outcome.NONE:
        return ""
    if found.request is None:
        return f"whether it lets anything new in cannot be told: {found.reason}"
    return f"it would let `{found.request.principal}` do `{found.request.action}`, which nothing needs"
