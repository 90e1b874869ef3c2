"""Whether two descriptions of one role can both be true."""

from __future__ import annotations

from msgspec.structs import replace

from auditor.estate.role import Role
from auditor.iam.document import Policy
from auditor.sources.merge import bare, policy_identity


def contradict(first: Role, second: Role) -> bool:
    """Whether both tell the same thing of a role and tell it differently: its trust policy, its
    boundary, one of its policies, or which policies it has. What only one tells contradicts nothing."""
    if _differ(first.trust, second.trust) or _differ(first.boundary, second.boundary):
        return True
    ours = {policy_identity(policy): policy.policy for policy in first.policies}
    theirs = {policy_identity(policy): policy.policy for policy in second.policies}
    if first.policies_known and second.policies_known and ours.keys() != theirs.keys():
        return True
    return any(_differ(ours[name], theirs[name]) for name in ours.keys() & theirs.keys())


def _differ(first: Policy | None, second: Policy | None) -> bool:
    """Whether two documents that are known say different things, the order and the Sids apart."""
    if first is None or second is None or _named_only(first) or _named_only(second):
        return False
    return _said(first) != _said(second)


def _named_only(policy: Policy) -> bool:
    """Whether the document itself is not told, as that of a boundary which an output names."""
    return not policy.statements and any(part.text.holes for part in policy.unknown)


def _said(policy: Policy) -> object:
    statements = frozenset(bare(replace(statement, sid=None)) for statement in policy)
    return (policy.version, statements, frozenset(bare(part) for part in policy.unknown))
