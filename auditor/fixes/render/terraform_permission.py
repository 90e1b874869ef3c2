"""Permissions as `aws_lambda_permission` blocks.

Sources: the AWS provider's documentation of aws_lambda_permission (a changed permission is
replaced; 5.100.0 has no invoked_via_function_url, 6.29.0 has) and of aws_lex_intent; the
Terraform language documentation of for_each, lifecycle and depends_on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec.structs import replace

from auditor.estate.estate import Estate
from auditor.estate.function import Hook, LexGeneration
from auditor.fixes.operation import AddPermission, Operation, RemovePermission
from auditor.fixes.render.address import Address, parse_address
from auditor.fixes.render.hcl import Attribute, Blank, Block, Call, Comment, Item, Object, Raw, Value, key, template
from auditor.fixes.render.inexpressible import InexpressibleError
from auditor.fixes.render.local_name import free_name
from auditor.fixes.render.permission import PermissionArguments, permission_arguments
from auditor.fixes.render.remark import Remarks
from auditor.fixes.render.replacement import from_terraform, replaced_permission
from auditor.fixes.render.terraform_intent import intent_items
from auditor.fixes.render.terraform_scope import Place, Scope, place_for
from auditor.iam.arn import arn
from auditor.iam.frozen import Frozen
from auditor.iam.text import Hole, HoleType, Text, text

_KIND = "aws_lambda_permission"
_INTENT = Hole("the intent of this instance", HoleType.NAME)


class Group(Frozen):
    """Permissions that one block makes: several differ only in the Lex V1 intent they name."""

    permissions: tuple[PermissionArguments, ...]
    hooks: tuple[Hook, ...]
    intents: tuple[str, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(permission.statement_id for permission in self.permissions)


def permission_items(operations: tuple[Operation, ...], estate: Estate, scopes: list[Scope]) -> list[Item]:
    """The blocks that add permissions, with remarks on those that go; `scopes` collects where
    they stand. Raises InexpressibleError where an argument cannot be written."""
    added = [operation for operation in operations if isinstance(operation, AddPermission)]
    removed = [operation for operation in operations if isinstance(operation, RemovePermission)]
    remarks = Remarks(from_terraform(estate))
    if not added:
        return [Comment(remarks.removal(operation)) for operation in removed]
    items: list[Item] = []
    names: set[str] = set()
    for index, group in enumerate(group_permissions(added)):
        place = place_for(group.permissions[0].function, "function_name", estate)
        scopes.append(place.scope)
        old = _replaced(group, operations, place, estate)
        name = old.name if old is not None else free_block_name(group, names, estate)
        if index:
            items.append(Blank())
        elif removed:
            items.append(_remark_on_removal(removed, old is not None, remarks))
        if place.beside:
            items.append(Comment(f"Belongs inside {place.scope.module}, beside {place.beside}."))
        items.append(permission_block(group, name, place, old is not None))
        items += intent_items(group.hooks, name, place.scope.module)
    return items


def _replaced(group: Group, operations: tuple[Operation, ...], place: Place, estate: Estate) -> Address | None:
    """The block that the new one takes the place of: the address stays, so that one apply makes
    the new permission before it destroys the old. With for_each the address would change."""
    old = replaced_permission(operations) if from_terraform(estate) and len(group.permissions) == 1 else None
    if old is None:
        return None
    address = parse_address(old.statement.origin.address or "")
    own_block = address.rest == address.block and address.rest.startswith(f"{_KIND}.")
    return address if own_block and address.module == place.scope.module else None


def _remark_on_removal(removed: list[RemovePermission], in_place: bool, remarks: Remarks) -> Comment:
    gone = " and ".join(remarks.permission(operation) for operation in removed)
    if in_place:
        return Comment(
            f"Takes the place of {gone}. Another statement_id and create_before_destroy keep access without a gap."
        )
    return Comment(f"Apply twice, so that access has no gap: first with this added, then with {gone} removed.")


def group_permissions(operations: list[AddPermission]) -> list[Group]:
    """The permissions by the blocks that make them."""
    groups: dict[object, Group] = {}
    for index, operation in enumerate(operations):
        permission = permission_arguments(operation)
        hooks = tuple(c for c in operation.callers if isinstance(c, Hook) and c.generation is LexGeneration.V1)
        intent = _intent(permission, hooks)
        if intent is None:
            groups[index] = Group((permission,), hooks)
            continue
        alike = replace(permission, statement_id="", source_arn=_pattern(permission, intent))
        before = groups.get(alike, Group((), ()))
        if intent in before.intents:
            groups[index] = Group((permission,), hooks)
            continue
        groups[alike] = Group((*before.permissions, permission), (*before.hooks, *hooks), (*before.intents, intent))
    return list(groups.values())


def _intent(permission: PermissionArguments, hooks: Iterable[Hook]) -> str | None:
    """The name of the one V1 intent that a permission is for, where its source ARN says it."""
    names = {hook.intent.literal for hook in hooks if hook.intent is not None}
    name = names.pop() if len(names) == 1 else None
    return name if name and _pattern(permission, name) is not None else None


def _pattern(permission: PermissionArguments, intent: str) -> Text | None:
    """The source ARN with a hole for the intent's name."""
    source = arn(permission.source_arn) if permission.source_arn is not None else None
    parts = source.resource.split(":", 2) if source is not None else ()
    if source is None or len(parts) != 3 or (parts[0].literal, parts[1].literal) != ("intent", intent):
        return None
    return replace(source, resource=text("intent:", _INTENT, ":", parts[2])).text


def permission_block(group: Group, name: str, place: Place, replaces: bool) -> Block:
    """The block called `name` that makes a group; with `replaces` it takes the place of another.
    Raises InexpressibleError where an argument cannot be written."""
    permission, scope = group.permissions[0], place.scope
    head: list[Item] = []
    statement_id: Raw | str = permission.statement_id
    if len(group.permissions) > 1:
        source = _pattern(permission, group.intents[0])
        permission, scope = replace(permission, source_arn=source), scope.bind(_INTENT, "each.key")
        keys, statement_id = _instances(group)
        head = [Attribute("for_each", keys), Blank()]
    if isinstance(statement_id, str):
        statement_id = scope.expression(text(statement_id))
    body: list[Item] = [
        *head,
        *place.meta_arguments,
        Attribute("statement_id", statement_id),
        Attribute("action", scope.expression(text(permission.action))),
        Attribute("function_name", place.name),
    ]
    if permission.qualifier is not None:
        body.append(Attribute("qualifier", scope.expression(permission.qualifier)))
    body.append(Attribute("principal", scope.expression(permission.principal)))
    for argument, value in permission.conditions:
        if argument == "invoked_via_function_url":
            body += [Comment("Needs version 6.29 of the AWS provider."), Attribute(argument, Raw("true"))]
        else:
            body.append(Attribute(argument, _acyclic(scope.expression(value))))
    if place.depends_on:
        body += [Blank(), Attribute("depends_on", (Raw(place.depends_on),))]
    if replaces:
        body += [Blank(), Block("lifecycle", (Attribute("create_before_destroy", Raw("true")),))]
    return Block(f'resource "{_KIND}" "{name}"', tuple(body))


def _acyclic(expression: Raw) -> Raw:
    # The intent is made after its permission, so a permission that waits for it never gets made.
    if "aws_lex_intent." in expression.source:
        raise InexpressibleError("a permission that refers to the intent it is for")
    return expression


def _instances(group: Group) -> tuple[Value, Raw]:
    """`for_each` over the intents, and each one's statement id: built from the intent's name
    where all ids are, else looked up."""
    pairs = list(zip(group.intents, group.ids, strict=True))
    around = {tuple(statement_id.split(intent)) for intent, statement_id in pairs}
    first = next(iter(around))
    if len(around) == 1 and len(first) == 2:
        intents = tuple(template([intent]) for intent in group.intents)
        return Call("toset", intents), template([part for part in (first[0], Raw("each.key"), first[1]) if part])
    ids = tuple(Attribute(key([intent]), template([statement_id])) for intent, statement_id in pairs)
    return Object(ids), Raw("each.value")


_PERMISSION = re.compile(rf"(?:^|\.){_KIND}\.([^.\[]+)(?:\[|$)")


def free_block_name(group: Group, taken: set[str], estate: Estate) -> str:
    """A block name made of the statement id, without the one intent where there are several."""
    several = len(group.ids) > 1
    wanted = group.ids[0].replace(group.intents[0], "") + "-intents" if several else group.ids[0]
    used = estate.derived(_permission_names)
    return free_name(wanted, "permission", taken, used.__contains__)


def _permission_names(estate: Estate) -> frozenset[str]:
    """The names of the permission blocks in all modules of an estate."""
    addresses = (s.origin.address for f in estate.functions for s in (f.resource_policy or ()))
    found = (_PERMISSION.search(address) for address in addresses if address)
    return frozenset(match[1] for match in found if match is not None)
