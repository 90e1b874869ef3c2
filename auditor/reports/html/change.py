"""A fix as the statements before and after, whatever the language of its source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from auditor.estate.role import Role, RolePolicy
from auditor.fixes.operation import (
    AddInlinePolicy,
    AddPermission,
    DetachPolicy,
    Operation,
    RemovePermission,
    ReplaceStatement,
    ReplaceTrust,
)
from auditor.iam.document import Statement
from auditor.iam.frozen import Frozen
from auditor.iam.text import text
from auditor.reports.html.code import Piece, write_statement


class Change(Frozen):
    """What one policy says before and after: statements as JSON, and `note` where a policy comes or
    goes as a whole."""

    policy: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    note: str = ""

    @property
    def sides(self) -> tuple[list[list[Piece]], list[list[Piece]]]:
        """The statements before and after line by line, those lines marked that the other side lacks."""
        before = [_Lines(statement) for statement in self.before]
        after = [_Lines(statement) for statement in self.after]
        return _mark(before, after), _mark(after, before)


class _Lines:
    """The lines of a statement, and each apart from how deep it stands and what follows it."""

    def __init__(self, statement: str) -> None:
        self.written = statement.split("\n")
        self.bare = [line.strip().removesuffix(",") for line in self.written]


def _mark(statements: Iterable[_Lines], others: Sequence[_Lines]) -> list[list[Piece]]:
    if not others:
        return [[Piece(line) for line in statement.written] for statement in statements]
    there = {line for statement in others for line in statement.bare}
    return [
        [Piece(line, bare not in there) for line, bare in zip(statement.written, statement.bare, strict=True)]
        for statement in statements
    ]


def changes_of(operations: Iterable[Operation]) -> list[Change]:
    """The changes of a fix, all those of one policy together."""
    joined: dict[str, list[Change]] = {}
    for operation in operations:
        change = _change(operation)
        joined.setdefault(change.policy, []).append(change)
    return [
        Change(policy, _each(c.before for c in parts), _each(c.after for c in parts), parts[0].note)
        for policy, parts in joined.items()
    ]


def _each(groups: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """All of them once, in order."""
    return tuple(dict.fromkeys(statement for group in groups for statement in group))


def _change(operation: Operation) -> Change:
    match operation:
        case AddPermission(function, statement, statement_id):
            added = replace(statement, sid=text(statement_id))
            return Change(f"resource policy of `{function.title}`", (), (write_statement(added),))
        case RemovePermission(function, statement):
            return Change(f"resource policy of `{function.title}`", (write_statement(statement),), ())
        case ReplaceStatement(role, policy, statement, by):
            return Change(_policy_of(role, policy), (write_statement(statement),), tuple(_written(by)))
        case AddInlinePolicy(role, name, statements):
            title = f"policy `{name}` of role `{role.title}`"
            return Change(title, (), tuple(_written(statements)), "a new inline policy")
        case DetachPolicy(role, policy):
            held = policy.policy.statements if policy.policy is not None else ()
            return Change(_policy_of(role, policy), tuple(_written(held)), (), "detached from the role")
        case ReplaceTrust(role, statement, by):
            before = (write_statement(statement),) if statement is not None else ()
            return Change(f"trust policy of role `{role.title}`", before, tuple(_written(by)))


def _policy_of(role: Role, policy: RolePolicy) -> str:
    return f"policy `{policy.name}` of role `{role.title}`"


def _written(statements: Iterable[Statement]) -> Iterator[str]:
    return (write_statement(statement) for statement in statements)
