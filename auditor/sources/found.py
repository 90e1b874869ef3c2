"""What one file tells, before the files are joined."""

from __future__ import annotations

from auditor.estate.estate import Document, Skipped
from auditor.estate.function import Function
from auditor.estate.role import Role, RolePolicy
from auditor.iam.frozen import Frozen


class Found(Frozen):
    """Functions and roles as far as one file knows them: None, an empty tuple and the `*_known`
    flags say what it does not tell.

    A function's `role` is the key of a role, or the role's ARN. `whole` tells that the file
    describes its functions as a whole, so that no other file may do so too. `bystanders` are
    roles that count only where a function names them or Lambda may assume them. `managed` are
    the documents of managed policies, by ARN. `attached` are policies of a role that the file
    does not name, `versions` documents of a managed policy that it does not name.
    """

    functions: tuple[Function, ...] = ()
    roles: tuple[Role, ...] = ()
    bystanders: tuple[Role, ...] = ()
    documents: tuple[Document, ...] = ()
    managed: tuple[RolePolicy, ...] = ()
    attached: tuple[RolePolicy, ...] = ()
    versions: tuple[Document, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    whole: bool = False
