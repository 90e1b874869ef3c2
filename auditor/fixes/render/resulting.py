"""The documents that a fix leaves behind."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.estate.estate import Estate, SourceKind
from auditor.estate.role import Attachment, Role
from auditor.fixes.apply import apply
from auditor.fixes.operation import Operation, ReplaceStatement, ReplaceTrust
from auditor.fixes.render.inexpressible import InexpressibleError
from auditor.iam.document import Policy
from auditor.iam.text import Text


def resulting_policy(operations: Iterable[Operation], about: ReplaceStatement) -> Policy | None:
    """The document of `about.policy` after all of the fix's edits to it; None where no statement
    is left. Raises InexpressibleError where a part of the document is not known."""
    changed = resulting_role(operations, about.role)
    for policy in changed.policies:
        if (policy.name, policy.attachment) == edited_policy(about)[1:]:
            document = _wholly_known(policy.policy)
            return document if document.statements else None
    return None


def resulting_trust(operations: Iterable[Operation], about: ReplaceTrust) -> Policy:
    """The trust policy of `about.role` after all of the fix's edits to it. Raises
    InexpressibleError where it is not wholly known, or nothing would be left."""
    require_trust(about)
    return _wholly_known(resulting_role(operations, about.role).trust)


def require_trust(operation: ReplaceTrust) -> None:
    """Raises InexpressibleError where a trust policy would lose its last statement: AWS takes none
    without."""
    trust = operation.role.trust
    if not operation.by and (trust is None or len(trust.statements) + len(trust.unknown) <= 1):
        raise InexpressibleError("a role always has a trust policy")


def edited_policy(operation: ReplaceStatement) -> tuple[str, Text, Attachment]:
    """What tells the policies that a fix edits apart."""
    return operation.role.key, operation.policy.name, operation.policy.attachment


def leaves_nothing(operations: Iterable[Operation], about: ReplaceStatement) -> bool:
    """Whether the fix surely removes the last statement of `about.policy`."""
    document = about.policy.policy
    return document is not None and not document.unknown and resulting_policy(operations, about) is None


def resulting_role(operations: Iterable[Operation], role: Role) -> Role:
    """The role after the operations."""
    return apply(Estate(SourceKind.DOCUMENT, roles=(role,)), operations).roles[0]


def _wholly_known(document: Policy | None) -> Policy:
    if document is None or document.unknown:
        raise InexpressibleError("a document of which a part is not known")
    return document
