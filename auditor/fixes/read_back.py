"""Whether changed sources say what a fix was proved on."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from auditor.estate.estate import Estate
from auditor.estate.role import Role
from auditor.fixes.apply import apply
from auditor.fixes.operation import Operation, ReplaceStatement
from auditor.iam.document import Policy, Statement


def expected(estate: Estate, operations: Iterable[Operation]) -> Estate:
    """The estate after operations on its source: a policy that several roles hold changes for
    all of them."""
    return apply(estate, [each for operation in operations for each in _everywhere(operation, estate)])


def difference(wanted: Estate, found: Estate) -> str:
    """Why the access that `found` describes is not that of `wanted`: one clause, empty where it
    is the same. Names of statements do not count, nor does their order."""
    functions = {function.key: function for function in found.functions}
    for function in wanted.functions:
        other = functions.pop(function.key, None)
        if other is None:
            return f"`{function.title}` would no longer be there"
        if said(function.resource_policy) != said(other.resource_policy):
            return f"who may invoke `{function.title}` would not be what was proved"
        if function.role != other.role or function.hooks != tuple(map(_placed, function.hooks, other.hooks)):
            return f"`{function.title}` itself would change"
        if _defects(other.resource_policy) > _defects(function.resource_policy):
            return f"AWS would refuse the resource policy of `{function.title}`"
    roles = {role.key: role for role in found.roles}
    for role in wanted.roles:
        same = roles.pop(role.key, None)
        if same is None:
            return f"the role `{role.title}` would no longer be there"
        held, now = (_sure(policy.policy for policy in each.policies) for each in (role, same))
        if _allowed(role) != _allowed(same) or not held <= now:
            return f"what the role `{role.title}` may do would not be what was proved"
        if said(role.trust) != said(same.trust) or said(role.boundary) != said(same.boundary):
            return f"who may assume the role `{role.title}` would not be what was proved"
    if functions or roles:
        return "something new would come into being"
    return ""


def _everywhere(operation: Operation, estate: Estate) -> Iterable[Operation]:
    if not isinstance(operation, ReplaceStatement) or not operation.policy.shared:
        return (operation,)
    return [
        replace(operation, role=role, policy=held)
        for role in estate.roles
        for held in role.policies
        if (held.arn, held.address) == (operation.policy.arn, operation.policy.address)
    ]


def _placed(hook: object, other: object) -> object:
    """A hook at the place that it has now."""
    return replace(other, origin=hook.origin)  # type: ignore[type-var,attr-defined]  # both are hooks


def _allowed(role: Role) -> tuple[frozenset[object], bool, int]:
    """What all policies of a role say, whether it may not have them, and how many are not known."""
    parts = frozenset((part, bool(held.uncertain)) for held in role.policies for part in said(held.policy) or ())
    return parts, role.policies_known, sum(held.policy is None for held in role.policies)


def _sure(policies: Iterable[Policy | None]) -> frozenset[object]:
    """What policies say for sure."""
    return frozenset(
        _meaning(statement)
        for policy in policies
        for statement in (policy.statements if policy is not None else ())
        if not statement.uncertain
    )


def _defects(policy: Policy | None) -> int:
    return len(policy.defects) if policy is not None else 0


def said(policy: Policy | None) -> frozenset[object] | None:
    """What a policy says, whatever the names and the order of its statements."""
    if policy is None:
        return None
    return frozenset((*map(_meaning, policy.statements), *(unknown.text for unknown in policy.unknown)))


def _meaning(statement: Statement) -> tuple[object, ...]:
    """A statement without its name and the places it is written at."""
    principals = statement.principals and frozenset((p.kind, p.text) for p in statement.principals)
    resources = statement.resources and frozenset(pattern.text for pattern in statement.resources)
    conditions = frozenset(
        (str(c.operator), str(c.key).lower(), frozenset(value.text for value in c.values)) for c in statement.conditions
    )
    actions = frozenset(str(pattern.text).lower() for pattern in statement.actions)
    negated = (statement.not_action, statement.not_resource, statement.not_principal)
    return (statement.effect, principals, actions, resources, conditions, negated)
