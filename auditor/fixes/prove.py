"""Proving a fix: replay it on the audited estate and look at what it does to access."""

from __future__ import annotations

import json
from dataclasses import dataclass

from auditor.engine.fact import Fact, InvokeNeed, LogNeed
from auditor.engine.facts.concrete import fillings
from auditor.engine.finding import Finding
from auditor.engine.levels import Kind
from auditor.estate.estate import Estate
from auditor.estate.function import Function
from auditor.estate.role import Attachment, Role
from auditor.fixes.apply import apply
from auditor.fixes.fix import Proof
from auditor.fixes.operation import AddPermission, Operation, RemovePermission
from auditor.fixes.reaching import function_escapes, role_escapes, trust_escapes
from auditor.iam.decide import Policies, decide
from auditor.iam.filling import fill_policies, fill_request
from auditor.iam.request import Request
from auditor.iam.writing import policy_dict
from auditor.needs import Need, decide_need, derive, granting
from auditor.needs.deciding import role_policies

RESOURCE_POLICY_LIMIT = 20_480
"""Bytes of a function's resource policy (Lambda quotas; PutResourcePolicy)."""
INLINE_POLICY_LIMIT = 10_240
"""Characters, white space apart, of all inline policies of a role (IAM quotas)."""


@dataclass(frozen=True, slots=True)
class Refuted:
    """Why a plan is no fix: one clause."""

    why: str


def prove(
    finding: Finding, operations: tuple[Operation, ...], assumptions: tuple[str, ...] = (), gap: bool = False
) -> Proof | Refuted:
    """Replay operations. A proof says that the witness is decided the other way, that every need
    that was allowed still is, that nothing beyond the old access and the needs came in, and that
    AWS's size limits hold."""
    before = finding.fact.estate
    after = apply(before, operations)
    expected = "allow" if finding.kind is Kind.MISSING else "deny"
    witness = _replay(finding.fact, after)
    if witness is not None and witness != expected:
        return Refuted(f"the witness would still be decided `{witness}`")
    kept = 0
    touched = _touched(operations, before)
    for old_need, new_need in zip(_needs(before, touched), _needs(after, touched), strict=True):
        old, new = _decide(old_need, before), _decide(new_need, after)
        if old == "allow" and new != "allow":
            return Refuted("a request that is needed would no longer be allowed")
        if old == "undetermined" and new == "deny":
            return Refuted("a request that may be needed would be denied")
        kept += old == "allow"
    came_in = _new_access(before, after)
    if came_in:
        return Refuted(came_in)
    limit = _over_limit(after)
    if limit:
        return Refuted(limit)
    return Proof(witness, kept, new_access=False, assumptions=assumptions, gap=gap)


def _touched(operations: tuple[Operation, ...], estate: Estate) -> set[str]:
    """The functions whose needs the operations may affect."""
    keys: set[str] = set()
    for operation in operations:
        if isinstance(operation, (AddPermission, RemovePermission)):
            keys.add(operation.function.key)
        else:
            keys.update(function.key for function in estate.functions_of(operation.role))
    return keys


def _needs(estate: Estate, touched: set[str]) -> list[Need]:
    return [n for function in estate.functions if function.key in touched for n in derive(function, estate)]


def _decide(need: Need, estate: Estate) -> str:
    return decide_need(need, granting(need, estate)).verdict.value


def _replay(fact: Fact, after: Estate) -> str | None:
    """How the witness is decided after the operations; None where the finding has none."""
    if fact.witness is None:
        return None
    if isinstance(fact, InvokeNeed):
        same = [n for n in _needs(after, {fact.need.function.key}) if n.request == fact.need.request]
        return decide_need(same[0], granting(same[0], after)).verdict.value
    policies = _policies(fact, after)
    values = fillings(fact.witness, policies, fact.values)
    filled = fill_policies(policies, values.__getitem__)
    request: Request = fill_request(fact.witness, values.__getitem__)
    return decide(request, filled).verdict.value


def _policies(fact: Fact, after: Estate) -> Policies:
    """The policies that decide a fact's witness in an estate."""
    asked = fact.witness
    assert asked is not None, "_replay looked"
    if asked.action.lower().startswith("sts:assumerole") and not isinstance(fact, LogNeed) and fact.role is not None:
        role = after.role(fact.role.key)
        return Policies(role.trust if role else None, callers_allow=True)
    if fact.role is not None:
        role = after.role(fact.role.key)
        return role_policies(role) if role is not None else Policies()
    function = next(f for f in after.functions if fact.function is not None and f.key == fact.function.key)
    return Policies(function.resource_policy, callers_allow=True)


def _new_access(before: Estate, after: Estate) -> str:
    """What came in beyond the old access and the needs; empty where nothing did."""
    for old, new in zip(before.functions, after.functions, strict=True):
        if old.resource_policy != new.resource_policy:
            came = function_escapes(old, new, before)
            if came:
                return came
    for one, other in zip(before.roles, after.roles, strict=True):
        if one.policies != other.policies:
            came = role_escapes(one, other, before)
            if came:
                return came
        if one.trust != other.trust:
            came = trust_escapes(one, other, before)
            if came:
                return came
    return ""


def _over_limit(after: Estate) -> str:
    for function in after.functions:
        if _policy_bytes(function) > RESOURCE_POLICY_LIMIT:
            return f"the resource policy would be larger than {RESOURCE_POLICY_LIMIT} bytes"
    for role in after.roles:
        if _inline_characters(role) > INLINE_POLICY_LIMIT:
            return f"the role's inline policies would be larger than {INLINE_POLICY_LIMIT} characters"
    return ""


def _policy_bytes(function: Function) -> int:
    policy = function.resource_policy
    return 0 if policy is None else len(json.dumps(policy_dict(policy), separators=(",", ":")).encode())


def _inline_characters(role: Role) -> int:
    inline = [p.policy for p in role.policies if p.attachment is Attachment.INLINE and p.policy is not None]
    return sum(len(json.dumps(policy_dict(policy), separators=(",", ":"))) for policy in inline)
