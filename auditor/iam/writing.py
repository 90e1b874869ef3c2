"""Policy documents as JSON: the way back from the values that `parse` makes.

Elements stand in the order in which AWS's documentation writes them, a single value is a string
and not a list, and holes stay holes until `plain` shows them.
"""

from __future__ import annotations

from collections.abc import Sequence

from auditor.iam.document import Condition, Pattern, Policy, PrincipalPattern, Statement, UnknownStatement
from auditor.iam.node import Member, Members, Node, Plain
from auditor.iam.request import PrincipalKind
from auditor.iam.text import Hole, Text, text


def policy_dict(policy: Policy) -> dict[str, Plain]:
    """A document as plain JSON values, holes shown as `${name}`."""
    return _as_dict(policy_node(policy))


def statement_dict(statement: Statement) -> dict[str, Plain]:
    """A statement as plain JSON values, holes shown as `${name}`."""
    return _as_dict(statement_node(statement))


def policy_node(policy: Policy) -> Node:
    """A document as a node. Statements that could not be read follow the others, each as one hole."""
    written = [statement_node(statement) for statement in policy.statements]
    written.extend(_unknown(unknown) for unknown in policy.unknown)
    version = () if policy.version is None else (_member("Version", Node(text(policy.version))),)
    return Node(Members((*version, _member("Statement", Node(tuple(written))))), policy.origin)


def statement_node(statement: Statement) -> Node:
    """A statement as a node whose texts keep their holes."""
    members: list[Member] = []
    if statement.sid:
        members.append(_member("Sid", Node(statement.sid)))
    members.append(_member("Effect", Node(text(statement.effect.value))))
    if statement.principals is not None:
        members.append(_member(_name("Principal", statement.not_principal), _principals(statement.principals)))
    members.append(_member(_name("Action", statement.not_action), _patterns(statement.actions)))
    if statement.resources is not None:
        members.append(_member(_name("Resource", statement.not_resource), _patterns(statement.resources)))
    if statement.conditions:
        members.append(_member("Condition", _conditions(statement.conditions)))
    return Node(Members(tuple(members)), statement.origin)


def plain(node: Node) -> Plain:
    """A node as plain JSON values, holes shown as `${name}`. A key that an object has twice
    keeps its last value, as JSON readers do."""
    value = node.value
    if isinstance(value, Text):
        return str(value)
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if isinstance(value, Members):
        return {str(member.key): plain(member.value) for member in value}
    return value


def _as_dict(node: Node) -> dict[str, Plain]:
    written = plain(node)
    if not isinstance(written, dict):  # INVARIANT: policies and statements are written as objects
        raise AssertionError(written)
    return written


def _name(element: str, negated: bool) -> str:
    return f"Not{element}" if negated else element


def _member(key: str, value: Node) -> Member:
    return Member(text(key), value, value.origin)


def _patterns(patterns: tuple[Pattern, ...]) -> Node:
    return _one_or_list([Node(pattern.text, pattern.origin) for pattern in patterns])


def _one_or_list(nodes: Sequence[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else Node(tuple(nodes))


def _principals(principals: tuple[PrincipalPattern, ...]) -> Node:
    if len(principals) == 1 and principals[0].kind is PrincipalKind.ANYONE:
        return Node(principals[0].text, principals[0].origin)
    grouped: dict[str, list[Node]] = {}
    for principal in principals:
        # Beside other principals "everyone" can only be written as an AWS principal.
        kind = PrincipalKind.AWS if principal.kind is PrincipalKind.ANYONE else principal.kind
        grouped.setdefault(kind.value, []).append(Node(principal.text, principal.origin))
    return Node(Members(tuple(_member(kind, _one_or_list(nodes)) for kind, nodes in grouped.items())))


def _conditions(conditions: tuple[Condition, ...]) -> Node:
    operators: dict[str, list[Member]] = {}
    unknown: list[Member] = []
    for condition in conditions:
        if not condition.operator.name:
            unknown.append(Member(condition.key, _not_known(condition), condition.origin))
            continue
        value = _patterns(condition.values) if condition.values else _not_known(condition)
        member = Member(condition.key, value, condition.origin)
        operators.setdefault(str(condition.operator), []).append(member)
    known = [_member(operator, Node(Members(tuple(keys)))) for operator, keys in operators.items()]
    return Node(Members((*known, *unknown)))


def _not_known(condition: Condition) -> Node:
    """Stands for what a condition compares with, where a key or operator that is itself a hole
    hides it; an empty list that was written stays one."""
    hidden = not condition.operator.name or bool(condition.key.holes)
    return Node(text(Hole("condition")), condition.origin) if hidden else Node((), condition.origin)


def _unknown(statement: UnknownStatement) -> Node:
    # A literal here is a remark on what could not be read; it must not pass for a statement.
    remark = statement.text.literal
    return Node(statement.text if remark is None else text(Hole(remark)), statement.origin)
