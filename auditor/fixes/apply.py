"""Carrying out operations on an estate in memory."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable

from msgspec.structs import replace

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
    changing = _Changing(estate)
    for operation in operations:
        _apply(changing, operation)
    return dataclasses.replace(estate, functions=tuple(changing.functions), roles=tuple(changing.roles))


class _Changing:
    """The functions and roles of an estate while operations are carried out on it."""

    def __init__(self, estate: Estate) -> None:
        self.functions = list(estate.functions)
        self.roles = list(estate.roles)
        self._functions: dict[str, list[int]] = {}
        self._roles: dict[str, list[int]] = {}
        for place, function in enumerate(self.functions):
            self._functions.setdefault(function.key, []).append(place)
        for place, role in enumerate(self.roles):
            self._roles.setdefault(role.key, []).append(place)

    def on_function(self, function: Function, change: Callable[[Policy], Policy]) -> None:
        for place in self._functions.get(function.key, ()):
            found = self.functions[place]
            changed = change(found.resource_policy or Policy(PolicyKind.RESOURCE))
            self.functions[place] = replace(found, resource_policy=changed)

    def on_role(self, role: Role, change: Callable[[Role], Role]) -> None:
        for place in self._roles.get(role.key, ()):
            self.roles[place] = change(self.roles[place])

    def on_holders(self, role: Role, held: RolePolicy, change: Callable[[Role], Role]) -> None:
        """An edit of a managed policy changes what every role that holds it may do."""
        if held.attachment is Attachment.INLINE:
            self.on_role(role, change)
            return
        for place, found in enumerate(self.roles):
            if found.key == role.key or holds(found, held):
                self.roles[place] = change(found)


def _apply(changing: _Changing, operation: Operation) -> None:
    match operation:
        case AddPermission(function=function, statement=statement, statement_id=sid):
            added = replace(statement, sid=text(sid))
            changing.on_function(function, lambda policy: _with(policy, (*policy.statements, added)))
        case RemovePermission(function=function, statement=statement):
            changing.on_function(function, lambda policy: _swap(policy, statement, ()))
        case ReplaceStatement(role=role, policy=held, statement=statement, by=by):
            changing.on_holders(role, held, lambda found: _with_policy(found, held, statement, by))
        case AddInlinePolicy(role=role, name=name, statements=statements):
            added_policy = RolePolicy(text(name), Attachment.INLINE, policy_of(PolicyKind.IDENTITY, statements))
            changing.on_role(role, lambda found: replace(found, policies=(*found.policies, added_policy)))
        case DetachPolicy(role=role, policy=held):
            changing.on_role(role, lambda found: replace(found, policies=tuple(p for p in found.policies if p != held)))
        case ReplaceTrust(role=role, statement=old, by=by):
            changing.on_role(role, lambda found: _with_trust(found, old, by))


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
    do not count when the statement is looked for. Where one place stands for several equal statements
    (a YAML alias), what is written there changes all of them; taken out is one. What comes into the place
    of a statement that may not be there may not be there either."""
    places = [n for n, statement in enumerate(policy.statements) if replace(statement, index=old.index) == old]
    if not by:
        places = [n for n in places if policy.statements[n].index == old.index][:1] or places[:1]
    by = tuple(replace(new, uncertain=new.uncertain or old.uncertain) for new in by)
    found: list[Statement] = []
    for number, statement in enumerate(policy.statements):
        found.extend(by if number in places else (statement,))
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
