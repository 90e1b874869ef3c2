"""Operations: what a fix does to an estate."""

from __future__ import annotations

from typing import TypeAlias

from auditor.estate.function import Function, Hook, Invoker
from auditor.estate.role import Role, RolePolicy
from auditor.iam.document import Statement
from auditor.iam.frozen import Frozen


class AddPermission(Frozen):
    """Add a statement to a function's resource policy under a free `statement_id`.

    The statement's single resource is the function's ARN, qualified where the permission
    stands on a version or alias. `callers` are what the permission serves: in Terraform a
    Lex V1 intent among them must be created after the permission (design.md, decision 7).
    """

    function: Function
    statement: Statement
    statement_id: str
    callers: tuple[Hook | Invoker, ...] = ()


class RemovePermission(Frozen):
    """Remove a statement from a function's resource policy."""

    function: Function
    statement: Statement


class ReplaceStatement(Frozen):
    """Put other statements (none: remove it) in the place of one statement of a role's policy."""

    role: Role
    policy: RolePolicy
    statement: Statement
    by: tuple[Statement, ...]


class AddInlinePolicy(Frozen):
    """Give a role a new inline policy called `name` with these statements."""

    role: Role
    name: str
    statements: tuple[Statement, ...]


class DetachPolicy(Frozen):
    """Detach a managed policy from a role."""

    role: Role
    policy: RolePolicy


class ReplaceTrust(Frozen):
    """Put other statements in the place of one statement of a role's trust policy; with
    `statement` None, add them."""

    role: Role
    statement: Statement | None
    by: tuple[Statement, ...]


Operation: TypeAlias = (
    AddPermission | RemovePermission | ReplaceStatement | AddInlinePolicy | DetachPolicy | ReplaceTrust
)
