"""What operations touch: functions, roles, statements, and the needs that may rest on these."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import replace

from auditor.estate.estate import Estate
from auditor.estate.role import RolePolicy
from auditor.fixes.apply import document_of, holds
from auditor.fixes.combining import signature
from auditor.fixes.operation import (
    AddInlinePolicy,
    AddPermission,
    DetachPolicy,
    Operation,
    RemovePermission,
    ReplaceStatement,
    ReplaceTrust,
)
from auditor.iam.document import Policy, Statement
from auditor.iam.filling import statement_texts
from auditor.iam.frozen import Frozen
from auditor.iam.match.condition import match_condition
from auditor.iam.match.principal import match_principal
from auditor.iam.match.statement import match_action, match_resources
from auditor.iam.request import Request
from auditor.needs import Need


class Touched(Frozen):
    """The keys of the functions whose own policy changes and of the roles that change, and every
    statement that comes or goes. `signature` is equal for operations that do the same."""

    functions: frozenset[str]
    roles: frozenset[str]
    statements: tuple[Statement, ...]
    signature: Hashable

    def policies(self, estate: Estate) -> Iterator[Policy]:
        """The policies in which statements come and go."""
        for function in estate.functions:
            if function.key in self.functions and function.resource_policy is not None:
                yield function.resource_policy
        for role in estate.roles:
            if role.key in self.roles:
                documents = (role.trust, *(policy.policy for policy in role.policies))
                yield from (document for document in documents if document is not None)


class Parts:
    """Parts of an estate, found without looking at all of it."""

    def __init__(self, estate: Estate) -> None:
        self.estate = estate
        self.functions = {function.key: function for function in estate.functions}
        self.roles = {role.key: role for role in estate.roles}
        self._running: dict[str | None, list[str]] = {}
        for function in estate.functions:
            self._running.setdefault(function.role, []).append(function.key)
        self._holding: dict[Hashable, list[str]] = {}
        for role in estate.roles:
            for policy in role.policies:
                if holds(role, policy):
                    self._holding.setdefault(document_of(policy), []).append(role.key)

    def holding(self, policy: RolePolicy) -> Iterable[str]:
        """The keys of the roles that hold this very managed policy."""
        return self._holding.get(document_of(policy), ())

    def around(self, touched: Touched) -> Estate:
        """The estate with nothing but what is touched, the functions that run with it, and their
        roles, sorted by their keys."""
        keys = {*touched.functions, *(key for role in touched.roles for key in self._running.get(role, ()))}
        functions = tuple(self.functions[key] for key in sorted(keys) if key in self.functions)
        running = {f.role for f in functions if f.role is not None} | touched.roles
        roles = tuple(self.roles[key] for key in sorted(running) if key in self.roles)
        return replace(self.estate, functions=functions, roles=roles)


def touched_by(operations: Iterable[Operation], parts: Parts) -> Touched:
    """Look at operations on an estate."""
    functions: set[str] = set()
    roles: set[str] = set()
    statements: list[Statement] = []
    for operation in operations:
        statements += _statements(operation)
        if isinstance(operation, (AddPermission, RemovePermission)):
            functions.add(operation.function.key)
            continue
        roles.add(operation.role.key)
        if isinstance(operation, ReplaceStatement):
            roles.update(parts.holding(operation.policy))
    signed = frozenset(signature(operation) for operation in operations)
    return Touched(frozenset(functions), frozenset(roles), tuple(dict.fromkeys(statements)), signed)


def _statements(operation: Operation) -> tuple[Statement, ...]:
    match operation:
        case AddPermission(statement=statement) | RemovePermission(statement=statement):
            return (statement,)
        case ReplaceStatement(statement=old, by=by):
            return (old, *by)
        case AddInlinePolicy(statements=statements):
            return statements
        case DetachPolicy(policy=policy):
            return policy.policy.statements if policy.policy is not None else ()
        case ReplaceTrust(statement=before, by=by):
            return by if before is None else (before, *by)


def may_concern(statements: Iterable[Statement], need: Need) -> bool:
    """Whether a need may be decided otherwise when these statements come or go: one of them has
    its principal, action, resource and those condition keys that its request is known to send."""
    forms = [request for request in (need.request, need.instead) if request is not None]
    return any(_may_match(statement, request) for statement in statements for request in forms)


def _may_match(statement: Statement, request: Request) -> bool:
    parts = (
        match_principal(statement, request.principal).either,
        match_action(statement, request.action),
        match_resources(statement, request.resource, request.context, variables=True),
    )
    if any(isinstance(part, str) and "${" in part for written in statement_texts(statement) for part in written):
        return True
    if any(part.no for part in parts):
        return False
    sent = (c for c in statement.conditions if c.key.literal is not None and c.key.literal.lower() in request.context)
    return not any(match_condition(condition, request.context, True).no for condition in sent)
