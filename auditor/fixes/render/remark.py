"""Remarks in snippets: what to do with what is there already.

They carry the user's names, so no name may end the comment that holds it.
"""

from __future__ import annotations

import textwrap

from auditor.estate.role import Role
from auditor.fixes.operation import (
    AddInlinePolicy,
    DetachPolicy,
    Operation,
    RemovePermission,
    ReplaceStatement,
    ReplaceTrust,
)
from auditor.iam.document import Statement
from auditor.iam.frozen import Frozen
from auditor.iam.origin import Origin

_WIDTH = 100


def write_comment(remark: str) -> list[str]:
    """`remark` as lines that begin with `#`, wrapped at spaces; unprintable characters, line
    breaks among them, are shown as escapes."""
    shown = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in remark)
    return [f"# {line}" for line in textwrap.wrap(shown, _WIDTH - 2, break_long_words=False, break_on_hyphens=False)]


class Remarks(Frozen):
    """Says what to do with what is there. `addresses` tells whether the estate's addresses are
    those of the language that is written; in another one, things have their AWS names."""

    addresses: bool

    def permission(self, operation: RemovePermission) -> str:
        """The name of a permission that goes."""
        origin = operation.statement.origin
        if self.addresses and origin.address:
            return origin.address + _where(origin)
        return f"{_name(operation.statement)} of the resource policy of {operation.function.title}"

    def removal(self, operation: RemovePermission) -> str:
        return f"Remove {self.permission(operation)}."

    def edit(self, operation: ReplaceStatement, nothing_left: bool) -> str:
        """What an edit does to the policy it is made in."""
        policy, role = operation.policy, operation.role
        own = policy.address if self.addresses else None
        named = own or f"the policy {policy.name} of the role {role.title}"
        if nothing_left:
            return f"Remove {named} and what attaches it: nothing is left in it."
        return self._change(named, operation.statement, operation.by)

    def trust(self, operation: ReplaceTrust) -> str:
        """What an edit does to a role's trust policy."""
        role = operation.role
        named = f"the trust policy of {self._role(role)}"
        if operation.statement is None:
            return f"In {named}: add to its statements."
        return self._change(named, operation.statement, operation.by)

    def detachment(self, operation: DetachPolicy, operations: tuple[Operation, ...]) -> str:
        """Which policy a role loses, and where that is written. Nothing tells a deployment to
        attach before it detaches, so what the fix puts in for it has a deployment of its own."""
        policy, role = operation.policy, operation.role
        later = any(isinstance(o, AddInlinePolicy) and o.role.key == role.key for o in operations)
        detach = "In a second deployment, so that access has no gap: detach" if later else "Detach"
        lost = f"{detach} {policy.arn or policy.name} from {self._role(role)}"
        address = policy.origin.address or policy.address
        if not self.addresses or not address:
            return f"{lost}."
        if address == role.address:
            return f"{lost}: take it out of the list in {address}{_where(policy.origin)}."
        attaches = "" if "attachment" in address else "what attaches "
        return f"{lost}: remove {attaches}{address}{_where(policy.origin)}."

    def _role(self, role: Role) -> str:
        own = role.address if self.addresses else None
        return own or f"the role {role.title}"

    def _change(self, named: str, statement: Statement, by: tuple[Statement, ...]) -> str:
        place = (statement.origin.address if self.addresses else None) or named
        where = _where(statement.origin) if self.addresses else ""
        done = "in the place of" if by else "remove"
        return f"In {place}: {done} {_name(statement)}{where}."


def _name(statement: Statement) -> str:
    return f"statement {statement.sid}" if statement.sid else f"statement {statement.index + 1}"


def _where(origin: Origin) -> str:
    return f" ({origin.file}:{origin.line})" if origin.file and origin.line else ""
