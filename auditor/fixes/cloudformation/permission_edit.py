"""Permissions, edited where they stand: resources of type AWS::Lambda::Permission.

Sources: the CloudFormation template reference, AWS::Lambda::Permission: a change of any property
makes a new permission before the old one is deleted, and CloudFormation names the statement;
AWS::S3::Bucket NotificationConfiguration: S3 asks for the permission while the bucket is made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import field

from auditor.estate.estate import Estate
from auditor.fixes.cloudformation.changes import Changes
from auditor.fixes.cloudformation.new_resource import (
    add_dependency,
    add_resource,
    forget_dependency,
    free_logical_id,
    remove_resource,
    require_deleted,
)
from auditor.fixes.cloudformation.references import names_in
from auditor.fixes.cloudformation.scope import Scope, Scopes
from auditor.fixes.cloudformation.tree import Resource, TemplateFile, Tree, local_name, prefix_of
from auditor.fixes.cloudformation.writing import Written
from auditor.fixes.edit import NotEditableError
from auditor.fixes.fix import Fix
from auditor.fixes.operation import AddPermission, RemovePermission
from auditor.fixes.render.cloudformation import PROPERTIES
from auditor.fixes.render.inexpressible import InexpressibleError
from auditor.fixes.render.permission import PermissionArguments, permission_arguments, removed_arguments
from auditor.fixes.render.template_yaml import Function as Call
from auditor.iam.frozen import Frozen
from auditor.iam.origin import Origin
from auditor.iam.text import Text, text

_KIND = "AWS::Lambda::Permission"
_ASKS_AT_ONCE = "AWS::S3::Bucket"
_ORDER = (
    "FunctionName",
    "Action",
    "Principal",
    "PrincipalOrgID",
    "SourceArn",
    "SourceAccount",
    "EventSourceToken",
    "FunctionUrlAuthType",
    "InvokedViaFunctionUrl",
)


class PermissionEdit(Frozen):
    """What an edit of permissions works on."""

    estate: Estate
    tree: Tree
    scopes: Scopes
    changes: Changes
    taken: set[str] = field(default_factory=set)
    """Logical ids that new resources have."""


def edit_permissions(fix: Fix, edit: PermissionEdit) -> None:
    """Write the permissions that `fix` adds into the resources of those that it removes, the rest
    into new ones, and take the other removed ones out. Raises NotEditableError and
    InexpressibleError."""
    removed = [o for o in fix.operations if isinstance(o, RemovePermission)]
    tree = edit.tree
    beside: dict[str, Resource] = {}
    for operation in fix.operations:
        if not isinstance(operation, AddPermission):
            continue
        key = operation.function.key
        old = _to_become([o for o in removed if o.function.key == key], fix, tree)
        if old:
            removed = [other for other in removed if other not in old]
            beside[key] = _own_resource(old[0], tree)
            _rewrite(old, beside[key], operation, edit)
        else:
            address, origin = _where_it_belongs(operation)
            _add(operation, address, beside.get(key) or tree.resource(address, origin), edit)
    for operation in removed:
        remove_resource(edit.changes, _own_resource(operation, tree))


def _to_become(removed: list[RemovePermission], fix: Fix, tree: Tree) -> list[RemovePermission]:
    """The removed permissions in whose resource a new one is said: all cases of one resource."""
    by_resource: dict[str | None, list[RemovePermission]] = {}
    for operation in removed:
        by_resource.setdefault(operation.statement.origin.address, []).append(operation)
    fitting = [cases for cases in by_resource.values() if all(_may_become(old, fix) for old in cases)]
    # One that may not be there would take the new permission with it, where another is there for sure.
    named = [_own_resource(cases[0], tree).literal("Condition") for cases in fitting]
    sure = [
        cases
        for cases, condition in zip(fitting, named, strict=True)
        if not cases[0].statement.uncertain or (len(cases) > 1 and condition is None)
    ]
    conditions = set(named)
    return next(iter(sure or (fitting if len(fitting) == 1 or len(conditions) == 1 else [])), [])


def _may_become(old: RemovePermission, fix: Fix) -> bool:
    """Whether the resource of a permission can say the new one. One that hangs on a condition can
    where it was too wide: without it, neither was there."""
    return not old.statement.uncertain or (fix.proof is not None and fix.proof.witness == "deny")


def _own_resource(operation: RemovePermission, tree: Tree) -> Resource:
    origin = operation.statement.origin
    resource = tree.resource(origin.address, origin)
    if resource.type != _KIND:
        raise NotEditableError(f"the statement stands in `{resource.name}`, which is no permission of its own")
    return resource


def _rewrite(
    old: Sequence[RemovePermission], resource: Resource, operation: AddPermission, edit: PermissionEdit
) -> None:
    require_deleted(resource, "UpdateReplacePolicy")
    properties = resource.properties
    if properties is None or properties.members is None:
        raise NotEditableError(f"`{resource.name}` has no properties")
    said = permission_arguments(operation)
    before, after = [_said(each) for each in old], _arguments(said)
    changes = edit.changes
    wanted = _written(said, resource.file, old[0].statement.origin.address, edit.scopes)
    for name in _ORDER:
        held = resource.property(name)
        if name not in wanted:
            if held is not None:
                changes.remove_member(resource.file, properties, held)
        elif held is None:
            changes.add_member(resource.file, properties, name, wanted[name], _ORDER[: _ORDER.index(name)])
        elif name == "FunctionName":
            if any(each.get("qualifier") != after["qualifier"] for each in before):
                changes.replace_member(resource.file, held, wanted[name])
        elif any(each.get(name) != after.get(name) for each in before):
            changes.replace_member(resource.file, held, wanted[name])
    forget_dependency(changes, resource, set(_named(wanted)))


def _where_it_belongs(operation: AddPermission) -> tuple[str | None, Origin]:
    """The resource of the function; where another template declares it, that of what calls it here."""
    function, callers = operation.function, operation.callers
    if function.address is not None or not callers:
        return function.address, function.origin
    return callers[0].origin.address, callers[0].origin


def _add(operation: AddPermission, address: str | None, beside: Resource, edit: PermissionEdit) -> None:
    if address is None:
        raise NotEditableError(f"`{operation.function.name}` has no resource in this template")
    file, said = beside.file, permission_arguments(operation)
    words = (local_name(address), operation.statement_id)
    name = free_logical_id(words, file, edit.estate, edit.taken)
    wanted = _written(said, file, address, edit.scopes)
    condition = _condition(file, set(_named(wanted)))
    body: dict[str, Written] = {"Type": _KIND, **condition, "Properties": wanted}
    add_resource(edit.changes, beside, name, body)
    for caller in operation.callers:
        asking = file.resources.get(local_name(caller.origin.address or ""))
        if asking is not None and asking.type == _ASKS_AT_ONCE and asking.name not in set(_named(wanted)):
            add_dependency(edit.changes, asking, name)


def _condition(file: TemplateFile, names: set[str]) -> dict[str, Written]:
    """The condition that a new permission hangs on, because what it refers to does."""
    named = (file.resources[name].literal("Condition") for name in names & file.resources.keys())
    found = {condition for condition in named if condition is not None}
    if len(found) > 1:
        raise NotEditableError("what calls and what is called hang on different conditions")
    return {"Condition": found.pop()} if found else {}


def _written(said: PermissionArguments, file: TemplateFile, address: str | None, scopes: Scopes) -> dict[str, Written]:
    """The properties of the permission, in their order, in the stack that holds an address."""
    scope = scopes.of(file, address)
    wanted: dict[str, Written] = {
        "FunctionName": _function(said, file, prefix_of(address or ""), scope),
        "Action": said.action,
        "Principal": scope.write(said.principal),
    }
    for argument, value in said.conditions:
        wanted[PROPERTIES[argument]] = True if argument == "invoked_via_function_url" else scope.write(value)
    return {name: wanted[name] for name in _ORDER if name in wanted}


def _function(said: PermissionArguments, file: TemplateFile, prefix: str, scope: Scope) -> Written:
    """What the function is called: by its resource, by that of its alias or version where there is
    one, so that the permission comes after it."""
    address, name = said.function.address, said.function.name
    own = address.removeprefix(prefix) if address is not None and prefix_of(address) == prefix else ""
    if said.qualifier is None:
        imported = scope.imports(said.function.arn)
        return Call("!Ref", own) if own in file.resources else scope.write(said.function.arn if imported else name)
    for resource in file.resources.values():
        if resource.type in ("AWS::Lambda::Alias", "AWS::Lambda::Version") and own in names_in(resource.properties):
            named = resource.property("Name")
            literal = named.value.text if named is not None else None
            made = text(*said.qualifier.parts)
            if literal == made or [hole.name for hole in made.holes] == [f"{prefix}{resource.name}.Version"]:
                return Call("!Ref", resource.name)
    if own in file.resources and _publishes(file.resources[own], said.qualifier):
        return Call("!Ref", f"{own}.Alias")
    if own in file.resources:
        return Call("!Sub", "${" + own + "}:" + _literal(said.qualifier))
    return scope.write(text(name, ":", said.qualifier))


def _publishes(function: Resource, qualifier: Text) -> bool:
    """Whether SAM makes the alias of a function, so that `Ref` knows it (SAM specification,
    AutoPublishAlias)."""
    named = function.property("AutoPublishAlias")
    return named is not None and named.value.text == qualifier


def _literal(qualifier: Text) -> str:
    if qualifier.literal is None:
        raise InexpressibleError(f"`{qualifier}` is not known to a template")
    return qualifier.literal


def _named(wanted: dict[str, Written]) -> Iterator[str]:
    """The names that functions among the values refer to."""
    for value in wanted.values():
        if isinstance(value, Call) and value.tag != "!ImportValue":
            parts = value.argument.split("${")[1:] if value.tag == "!Sub" else [value.argument]
            yield from (part.partition("}")[0].partition(".")[0] for part in parts)


def _said(old: RemovePermission) -> dict[str, Text | str | None]:
    """What a permission says, by property; nothing where AddPermission could not say it."""
    said = removed_arguments(old)
    return _arguments(said) if said is not None else {}


def _arguments(said: PermissionArguments) -> dict[str, Text | str | None]:
    held = {"Action": said.action, "qualifier": said.qualifier, "Principal": said.principal}
    return {**held, **{PROPERTIES[name]: value for name, value in said.conditions}}
