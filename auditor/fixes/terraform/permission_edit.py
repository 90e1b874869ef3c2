"""Permissions, edited where they stand: `aws_lambda_permission` blocks.

Sources: the AWS provider's documentation of aws_lambda_permission; the Terraform language
documentation of for_each, lifecycle and depends_on.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from auditor.estate.estate import Estate
from auditor.fixes.edit import NotEditableError
from auditor.fixes.fix import Fix
from auditor.fixes.operation import AddPermission, RemovePermission
from auditor.fixes.render.address import parse_address
from auditor.fixes.render.hcl import Attribute, Comment, Raw
from auditor.fixes.render.hcl import Block as NewBlock
from auditor.fixes.render.permission import PermissionArguments, removed_arguments
from auditor.fixes.render.terraform_intent import dependencies
from auditor.fixes.render.terraform_permission import Group, free_block_name, group_permissions, permission_block
from auditor.fixes.render.terraform_scope import Place, place_for
from auditor.fixes.terraform.changes import Changes
from auditor.fixes.terraform.lifecycle import require_changes_are_made, require_replaceable
from auditor.fixes.terraform.naming import scope_of
from auditor.fixes.terraform.references import forget, require_whole_references
from auditor.fixes.terraform.tree import Tree
from auditor.iam.text import Text
from auditor.sources.terraform.language.block import Block

_KIND = "aws_lambda_permission"
_ORDER = (
    "statement_id",
    "statement_id_prefix",
    "action",
    "function_name",
    "qualifier",
    "principal",
    "principal_org_id",
    "source_arn",
    "source_account",
    "event_source_token",
    "function_url_auth_type",
    "invoked_via_function_url",
)
_CONDITIONS = _ORDER[6:]


def edit_permissions(fix: Fix, estate: Estate, tree: Tree, changes: Changes) -> None:
    """Write the permissions that `fix` adds into the blocks of those that it removes, the rest
    into new blocks, and take the other removed blocks out. Raises NotEditableError and
    InexpressibleError."""
    groups = group_permissions([o for o in fix.operations if isinstance(o, AddPermission)])
    removed = [o for o in fix.operations if isinstance(o, RemovePermission)]
    names: set[str] = set()
    for group in groups:
        function = group.permissions[0].function
        old = next((o for o in removed if o.function.key == function.key), None)
        if old is not None:
            removed.remove(old)
            _rewrite(old, group, estate, tree, changes)
        else:
            _add(group, free_block_name(group, names, estate), estate, tree, changes)
    for operation in removed:
        _remove(operation, tree, changes)


def _own_block(operation: RemovePermission, tree: Tree) -> tuple[Block, str]:
    address = operation.statement.origin.address
    if address is None or not parse_address(address).rest.startswith(f"{_KIND}."):
        raise NotEditableError("the permission has no block of its own")
    return tree.block(address), address


def _rewrite(old: RemovePermission, group: Group, estate: Estate, tree: Tree, changes: Changes) -> None:
    block, address = _own_block(old, tree)
    parsed = parse_address(address)
    require_changes_are_made(block, _ORDER)
    require_replaceable(block)
    several = len(group.permissions) > 1
    if several:
        if {"count", "for_each"} & block.attributes.keys():
            raise NotEditableError(f"`{parsed.block}` already stands for several permissions")
        require_whole_references(tree.configuration(parsed.module), parsed.block)
        changes.gap = True
    scope = scope_of(parsed.module, estate, tree)
    new = permission_block(group, parsed.name, Place(scope, Raw("")), not several)
    before, after = _said(old), _arguments(group.permissions[0])
    kept = {name for name in _ORDER[2:] if name in block.attributes and before.get(name) == after.get(name)}
    wanted: set[str] = set()
    for item in new.body:
        if isinstance(item, Comment):
            raise NotEditableError(item.remark.rstrip("."))
        if isinstance(item, NewBlock):
            _create_first(block, changes)
        if isinstance(item, Attribute):
            wanted.add(item.name)
            _set(block, item, kept, changes)
    for name in _CONDITIONS:
        held = block.attributes.get(name)
        if held is not None and name not in wanted:
            changes.remove(held.file, held.start, held.end)
    changes.data |= {(parsed.module, type_) for type_ in scope.data}
    _wait(group, parsed.name, parsed.module, tree, changes)


def _set(block: Block, item: Attribute, kept: Iterable[str], changes: Changes) -> None:
    name = item.name
    if name == "for_each":
        changes.set_argument(block, name, item.value)
        changes.put(block.file, block.inside[0], block.inside[0], "\n")
    elif name == "function_name" or name in kept or (name == "statement_id" and name not in block.attributes):
        return
    else:
        changes.set_argument(block, name, item.value, _ORDER[: _ORDER.index(name)])


def _create_first(block: Block, changes: Changes) -> None:
    """Let the new permission be made before the old one goes."""
    lifecycle = next(block.blocks_of("lifecycle"), None)
    item = Attribute("create_before_destroy", Raw("true"))
    if lifecycle is None:
        changes.append(block, [NewBlock("lifecycle", (item,))])
    else:
        changes.set_argument(lifecycle, item.name, item.value)


def _wait(group: Group, name: str, module: str, tree: Tree, changes: Changes) -> None:
    """Let the intents wait for their permission."""
    for dependency in dependencies(group.hooks, name, module):
        if dependency.in_a_module:
            raise NotEditableError(f"{dependency.holder} must wait for {dependency.first}, which it cannot name")
        call = dependency.holder.startswith("module.") and ".aws_lex_intent." not in dependency.holder
        if call:
            _require_may_wait(dependency.holder, tree)
        holder = tree.call(dependency.holder) if call else tree.block(dependency.holder)
        changes.add_dependency(holder, dependency.first)


def _require_may_wait(call: str, tree: Tree) -> None:
    """Raises NotEditableError for a call that must not have `depends_on`: that of a module which
    configures a provider, itself or in a module that it calls."""
    for module in tree.modules():
        if module == call or module.startswith(f"{call}."):
            try:
                configured = tree.configuration(module).providers
            except NotEditableError:
                continue
            if configured:
                raise NotEditableError(f"`{module}` configures a provider, so its call cannot have `depends_on`")


def _add(group: Group, name: str, estate: Estate, tree: Tree, changes: Changes) -> None:
    function = group.permissions[0].function
    place = place_for(function, "function_name", estate)
    module = place.scope.module
    scope = scope_of(module, estate, tree)
    if place.depends_on is not None:
        beside = tree.call(place.depends_on)
    elif function.address is not None:
        beside = tree.block(function.address)
    else:
        raise NotEditableError(f"`{function.name}` has no block in this configuration")
    new = permission_block(group, name, replace(place, scope=scope), False)
    changes.insert_behind(beside.file, beside.end, [new])
    changes.data |= {(module, type_) for type_ in scope.data}
    _wait(group, name, module, tree, changes)


def _remove(operation: RemovePermission, tree: Tree, changes: Changes) -> None:
    block, address = _own_block(operation, tree)
    parsed = parse_address(address)
    if parsed.is_instance:
        raise NotEditableError(f"the block of `{address}` stands for others too")
    require_replaceable(block)
    forget(tree.configuration(parsed.module), parsed.block, changes)
    changes.remove(block.file, block.start, block.end)


def _said(old: RemovePermission) -> dict[str, Text | str | None]:
    """What a permission says, by argument; nothing where AddPermission could not say it."""
    said = removed_arguments(old)
    return _arguments(said) if said is not None else {}


def _arguments(said: PermissionArguments) -> dict[str, Text | str | None]:
    held = {"action": said.action, "qualifier": said.qualifier, "principal": said.principal}
    return {**held, **dict(said.conditions)}
