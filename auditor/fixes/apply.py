"""Carrying out operations on an estate in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from auditor.estate.estate import Estate
from auditor.estate.function import Function
from auditor.estate.role import Attachment, Role, RolePolicy
from auditor.fixes.operation import (
    AddInlinePolicy,
    AddPermission,
    DetachPolicy,
    Operation,
    RemovePermission,
    ReplaceStatement,
    ReplaceTrust,
)
from auditor.iam.document import Policy, PolicyKind, Statement
from auditor.iam.statements import policy_of
from auditor.iam.text import text


def apply(estate: Estate, operations: Iterable[Operation]) -> Estate:
    """The estate after the operations. Statements are found by value, so that operations planned
    on the estate can follow one another."""
    for operation in operations:
        estate = _apply(estate, operation)
    return estate


def _apply(estate: Estate, operation: Operation) -> Estate:
    match operation:
        case AddPermission(function=function, statement=statement, statement_id=sid):
            added = replace(statement, sid=text(sid))
            return _on_function(estate, function, lambda policy: _with(policy, (*policy.statements, added)))
        case RemovePermission(function=function, statement=statement):
            return _on_function(estate, function, lambda policy: _swap(policy, statement, ()))
        case ReplaceStatement(role=role, policy=held, statement=statement, by=by):
            return _on_holders(estate, role, held, lambda found: _with_policy(found, held, statement, by))
        case AddInlinePolicy(role=role, name=name, statements=statements):
            added_policy = RolePolicy(text(name), Attachment.INLINE, policy_of(PolicyKind.IDENTITY, statements))
            return _on_role(estate, role, lambda found: replace(found, policies=(*found.policies, added_policy)))
        case DetachPolicy(role=role, policy=held):
            return _on_role(
                estate, role, lambda found: replace(found, policies=tuple(p for p in found.policies if p != held))
            )
        case ReplaceTrust(role=role, statement=old, by=by):
            return _on_role(estate, role, lambda found: _with_trust(found, old, by))


def _on_function(estate: Estate, function: Function, change: Callable[[Policy], Policy]) -> Estate:
    def changed(found: Function) -> Function:
        if found.key != function.key:
            return found
        return replace(found, resource_policy=change(found.resource_policy or Policy(PolicyKind.RESOURCE)))

    return replace(estate, functions=tuple(changed(found) for found in estate.functions))


def _on_role(estate: Estate, role: Role, change: Callable[[Role], Role]) -> Estate:
    return replace(estate, roles=tuple(change(found) if found.key == role.key else found for found in estate.roles))


def _on_holders(estate: Estate, role: Role, held: RolePolicy, change: Callable[[Role], Role]) -> Estate:
    """An edit of a managed policy changes what every role that holds it may do."""
    return replace(
        estate,
        roles=tuple(change(r) if r.key == role.key or holds(r, held) else r for r in estate.roles),
    )


def holds(role: Role, managed: RolePolicy) -> bool:
    """Whether a role holds this very managed policy."""
    if managed.attachment is Attachment.INLINE or (managed.arn is None and managed.address is None):
        return False
    return any((policy.attachment, policy.arn, policy.address) == document_of(managed) for policy in role.policies)


def document_of(policy: RolePolicy) -> tuple[object, ...]:
    """What two roles' policies share where they are one managed policy."""
    return policy.attachment, policy.arn, policy.address


def _with(policy: Policy, statements: tuple[Statement, ...]) -> Policy:
    return policy.with_statements(statements)


def _swap(policy: Policy, old: Statement, by: tuple[Statement, ...]) -> Policy:
    """The policy with `by` in the place of a statement. Indices move with every change, so they
    do not count when the statement is looked for."""
    found: list[Statement] = []
    for statement in policy.statements:
        found.extend(by if replace(statement, index=old.index) == old else (statement,))
    return policy.with_statements(tuple(found))


def _with_policy(role: Role, held: RolePolicy, old: Statement, by: tuple[Statement, ...]) -> Role:
    def changed(policy: RolePolicy) -> RolePolicy:
        same = (policy.name, *document_of(policy)) == (held.name, *document_of(held))
        return replace(policy, policy=_swap(policy.policy, old, by)) if same and policy.policy is not None else policy

    return replace(role, policies=tuple(changed(policy) for policy in role.policies))


def _with_trust(role: Role, old: Statement | None, by: tuple[Statement, ...]) -> Role:
    trust = role.trust or Policy(PolicyKind.TRUST)
    changed = _with(trust, (*trust.statements, *by)) if old is None else _swap(trust, old, by)
    return replace(role, trust=changed)
