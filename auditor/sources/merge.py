"""Two partial descriptions of one function or role as one."""

from __future__ import annotations

from typing import Any, TypeVar

from msgspec.structs import replace

from auditor.estate.function import Function
from auditor.estate.role import Role, RolePolicy
from auditor.iam.document import Policy
from auditor.iam.frozen import Frozen
from auditor.iam.origin import NOWHERE, Origin
from auditor.iam.text import Text

_NUMBERS = {"index", "statement"}
"""Fields that number a part of a document."""

Described = TypeVar("Described", Function, Role)


def merge_functions(first: Function, second: Function) -> Function:
    """What both tell; where both tell the same thing, what the first tells."""
    joined = _filled(first, second)
    return replace(
        joined,
        resource_policy=_merge_policies(first.resource_policy, second.resource_policy),
        invokers_known=first.invokers_known or second.invokers_known,
        services_known=first.services_known | second.services_known,
        described=first.described or second.described,
        arn_derived=first.arn_derived and second.arn_derived,
    )


def merge_roles(first: Role, second: Role) -> Role:
    """What both tell, with the policies of both; where both tell the same thing, the first's."""
    policies = list(first.policies)
    for policy in second.policies:
        at = next((i for i, known in enumerate(policies) if policy_identity(known) == policy_identity(policy)), None)
        if at is None:
            policies.append(policy)
        elif policies[at].policy is None:
            policies[at] = policy
    joined = _filled(first, second)
    known = first.policies_known or second.policies_known
    return replace(joined, policies=tuple(policies), policies_known=known, exists=first.exists and second.exists)


def policy_identity(policy: RolePolicy) -> tuple[str, str]:
    """What tells a role's policies apart: the ARN, or the name of an inline one."""
    return ("arn", str(policy.arn)) if policy.arn is not None else ("name", str(policy.name))


def _filled(first: Described, second: Described) -> Described:
    """`first` with what it does not tell taken from `second`."""
    told = {name: getattr(second, name) for name in first.__struct_fields__ if _untold(getattr(first, name))}
    return replace(first, **told)


def _untold(value: object) -> bool:
    return value is None or value in ((), frozenset())


def _merge_policies(first: Policy | None, second: Policy | None) -> Policy | None:
    """The statements of both: a function's policy is told in parts, one for each qualifier."""
    if first is None or second is None:
        return first or second
    known = {bare(statement) for statement in first}
    added = tuple(statement for statement in second if bare(statement) not in known)
    known_unknown = {bare(part) for part in first.unknown}
    known_defects = {bare(defect) for defect in first.defects}
    joined = replace(
        first,
        unknown=first.unknown + tuple(part for part in second.unknown if bare(part) not in known_unknown),
        defects=first.defects + tuple(defect for defect in second.defects if bare(defect) not in known_defects),
    )
    return joined.with_statements(first.statements + added) if added else joined


def bare(value: Any) -> Any:
    """A part of a document without its places, its number and the order of what it lists, to compare
    what it says."""
    if isinstance(value, Origin):
        return NOWHERE
    if isinstance(value, Text):
        return value
    if isinstance(value, tuple):
        return frozenset(bare(item) for item in value)
    if isinstance(value, Frozen):
        return tuple(bare(getattr(value, name)) for name in value.__struct_fields__ if name not in _NUMBERS)
    return value
