"""Which block of the source a new permission takes the place of."""

from __future__ import annotations

from auditor.estate.estate import Estate, SourceKind
from auditor.fixes.operation import AddPermission, Operation, RemovePermission

_TERRAFORM = frozenset({SourceKind.TERRAFORM, SourceKind.PLAN, SourceKind.STATE})


def from_terraform(estate: Estate) -> bool:
    """Whether the estate's addresses are Terraform's."""
    return estate.kind in _TERRAFORM


def from_cloudformation(estate: Estate) -> bool:
    """Whether the estate's addresses are logical ids of a template."""
    return estate.kind is SourceKind.CLOUDFORMATION


def replaced_permission(operations: tuple[Operation, ...]) -> RemovePermission | None:
    """The permission whose block can hold the new one: where a fix adds one permission to a
    function and removes one from it."""
    added = [operation for operation in operations if isinstance(operation, AddPermission)]
    removed = [operation for operation in operations if isinstance(operation, RemovePermission)]
    one_each = len(added) == len(removed) == 1 and added[0].function.key == removed[0].function.key
    return removed[0] if one_each and removed[0].statement.origin.address else None
