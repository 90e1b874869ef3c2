"""Fixes as Terraform snippets, as `terraform fmt` leaves them."""

from __future__ import annotations

from auditor.estate.estate import Estate
from auditor.fixes.fix import Fix
from auditor.fixes.operation import (
    AddInlinePolicy,
    AddPermission,
    DetachPolicy,
    Operation,
    RemovePermission,
    ReplaceStatement,
    ReplaceTrust,
)
from auditor.fixes.render.hcl import Blank, Comment, Item, write_items
from auditor.fixes.render.remark import Remarks
from auditor.fixes.render.replacement import from_terraform
from auditor.fixes.render.terraform_permission import permission_items
from auditor.fixes.render.terraform_policy import edit_items, inline_policy_items, trust_items
from auditor.fixes.render.terraform_scope import Scope


def render_terraform(fix: Fix, estate: Estate) -> str:
    """The blocks that `fix` puts in, with remarks on where they belong and on what goes. Raises
    InexpressibleError where a name is not known to Terraform."""
    scopes: list[Scope] = []
    permissions = permission_items(fix.operations, estate, scopes)
    sections = [permissions] if permissions else []
    sections += [_section(operation, fix, estate, scopes) for operation in fix.operations]
    sections.append(_data_items(scopes))
    items: list[Item] = []
    for number, section in enumerate(sections):
        if section and section not in sections[:number]:
            items += [*([Blank()] if items else []), *section]
    return write_items(items)


def _section(operation: Operation, fix: Fix, estate: Estate, scopes: list[Scope]) -> list[Item]:
    match operation:
        case AddPermission() | RemovePermission():
            return []
        case AddInlinePolicy():
            return inline_policy_items(operation, estate, scopes)
        case ReplaceStatement():
            return edit_items(operation, fix.operations, estate, scopes)
        case DetachPolicy():
            return [Comment(Remarks(from_terraform(estate)).detachment(operation, fix.operations))]
        case ReplaceTrust():
            return trust_items(operation, estate, scopes)


def _data_items(scopes: list[Scope]) -> list[Item]:
    """The data sources that the snippet reads: for each of its modules the same."""
    blocks = {block.head: block for scope in scopes for block in scope.data_blocks()}
    if not blocks:
        return []
    items: list[Item] = [Comment("Needed once in a module: leave out what is declared there already.")]
    for head in sorted(blocks):
        items += [blocks[head], Blank()]
    return items[:-1]
