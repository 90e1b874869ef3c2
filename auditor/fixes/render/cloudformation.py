"""Fixes as CloudFormation, in YAML.

Source: the CloudFormation template reference, AWS::Lambda::Permission and AWS::IAM::RolePolicy.
CloudFormation names a permission's statement itself and creates a changed permission before it
deletes the old one.
"""

from __future__ import annotations

import re

from auditor.estate.estate import Estate
from auditor.estate.role import Attachment
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
from auditor.fixes.render.inexpressible import InexpressibleError
from auditor.fixes.render.made_names import made_names
from auditor.fixes.render.permission import PermissionArguments, permission_arguments
from auditor.fixes.render.remark import Remarks
from auditor.fixes.render.replacement import from_cloudformation, replaced_permission
from auditor.fixes.render.resulting import leaves_nothing, require_trust
from auditor.fixes.render.template_yaml import Section, Value, write_node, write_sections, write_text
from auditor.iam.document import PolicyKind, Statement
from auditor.iam.statements import policy_of
from auditor.iam.text import Hole, HoleType, Text, text
from auditor.iam.writing import policy_node, statement_node

_LOGICAL_ID = re.compile(r"[A-Za-z0-9]+")
PROPERTIES = {
    "source_arn": "SourceArn",
    "source_account": "SourceAccount",
    "principal_org_id": "PrincipalOrgID",
    "event_source_token": "EventSourceToken",
    "function_url_auth_type": "FunctionUrlAuthType",
    "invoked_via_function_url": "InvokedViaFunctionUrl",
}


def render_cloudformation(fix: Fix, estate: Estate) -> str:
    """The resources and statements that `fix` puts in, with remarks on what goes. Raises
    InexpressibleError where a name is not known to a template."""
    names = _Names(estate)
    sections = [section for operation in fix.operations for section in _sections(operation, fix, estate, names)]
    return write_sections(_merge(sections))


class _Names:
    """Hands out logical ids that the estate does not use."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._taken: set[str] = set()

    def take(self, wanted: str, fallback: str) -> str:
        words = _LOGICAL_ID.findall(wanted)
        base = "".join(word[0].upper() + word[1:] for word in words) or fallback
        name, count = base, 1
        used = self._estate.derived(_logical_ids)
        while name in self._taken or name in used:
            count += 1
            name = f"{base}{count}"
        self._taken.add(name)
        return name


def _logical_ids(estate: Estate) -> frozenset[str]:
    """The logical ids of what is read of a template; none where the estate is not of one."""
    if not from_cloudformation(estate):
        return frozenset()
    statements = (s for f in estate.functions for s in (f.resource_policy or ()))
    addresses = (
        *(function.address for function in estate.functions),
        *(role.address for role in estate.roles),
        *(statement.origin.address for statement in statements),
    )
    return frozenset(address for address in addresses if address is not None)


def _merge(sections: list[Section]) -> list[Section]:
    """Neighbouring sections of resources, and remarks on them, as one under one `Resources` key;
    a remark that another section has already said is left out."""
    merged: list[Section] = []
    for section in sections:
        before = merged[-1] if merged else None
        if before is None or "Statement" in before.mapping or "Statement" in section.mapping:
            if section not in merged:
                merged.append(section)
            continue
        resources = {**_resources(before), **_resources(section)}
        remarks = tuple(dict.fromkeys((*before.remarks, *section.remarks)))
        merged[-1] = Section(remarks, {"Resources": resources} if resources else {})
    return merged


def _resources(section: Section) -> dict[str, Value]:
    resources = section.mapping.get("Resources")
    return resources if isinstance(resources, dict) else {}


def _sections(operation: Operation, fix: Fix, estate: Estate, names: _Names) -> list[Section]:
    remarks = Remarks(from_cloudformation(estate))
    match operation:
        case AddPermission():
            return [_permission(operation, fix, estate, names)]
        case RemovePermission():
            if _replaced(fix, estate) is operation:
                return []
            return [Section((remarks.removal(operation),), {})]
        case AddInlinePolicy():
            return [_inline_policy(operation, estate, names)]
        case ReplaceStatement(_, policy, _, by):
            if policy.attachment is Attachment.AWS_MANAGED:
                raise InexpressibleError("a policy that AWS manages is not ours to edit")
            remark = remarks.edit(operation, leaves_nothing(fix.operations, operation))
            return [_statements((remark, *_circle(operation, estate)), by, estate)]
        case DetachPolicy():
            return [Section((remarks.detachment(operation, fix.operations),), {})]
        case ReplaceTrust(_, _, by):
            require_trust(operation)
            return [_statements((remarks.trust(operation),), by, estate)]


def _permission(operation: AddPermission, fix: Fix, estate: Estate, names: _Names) -> Section:
    permission = permission_arguments(operation)
    replaced = _replaced(fix, estate)
    place = () if replaced is None else (f"Takes the place of {Remarks(True).permission(replaced)}.",)
    conditions = (f"Give it the condition of {name}, which may not be there." for name in _uncertain(fix, estate))
    remarks = (*place, *conditions)
    name = replaced.statement.origin.address if replaced is not None else None
    properties: dict[str, Value] = {
        "FunctionName": write_text(_function(permission, estate), estate),
        "Action": permission.action,
        "Principal": write_text(permission.principal, estate),
    }
    for argument, value in permission.conditions:
        flag = argument == "invoked_via_function_url"
        properties[PROPERTIES[argument]] = True if flag else write_text(value, estate)
    logical_id = name or names.take(operation.statement_id, "Permission")
    return _resource(logical_id, "AWS::Lambda::Permission", properties, remarks)


def _replaced(fix: Fix, estate: Estate) -> RemovePermission | None:
    """The resource whose logical id the new permission keeps: not one that hangs on a condition,
    or of which the statement is only one case."""
    replaced = replaced_permission(fix.operations) if from_cloudformation(estate) else None
    if replaced is None or replaced.statement.uncertain:
        return None
    address = replaced.statement.origin.address
    return replaced if address and _LOGICAL_ID.fullmatch(address) else None


def _uncertain(fix: Fix, estate: Estate) -> list[str]:
    """The permissions of the template that go and hang on a condition."""
    gone = [o for o in fix.operations if isinstance(o, RemovePermission) and o.statement.uncertain]
    return [o.statement.origin.address for o in gone if o.statement.origin.address and from_cloudformation(estate)]


def _function(permission: PermissionArguments, estate: Estate) -> Text:
    function = permission.function
    if permission.qualifier is None and estate.wording.import_of(function.arn) is not None:
        return function.arn
    name = _reference(function.address, function.name, estate)
    return name if permission.qualifier is None else text(name, ":", permission.qualifier)


def _reference(address: str | None, name: Text, estate: Estate) -> Text:
    """What a function or role is called: by its logical id where the template has it."""
    own = address if from_cloudformation(estate) else None
    return text(Hole(own, HoleType.NAME)) if own and _LOGICAL_ID.fullmatch(own) else name


def _inline_policy(operation: AddInlinePolicy, estate: Estate, names: _Names) -> Section:
    role = operation.role
    role_name = _reference(role.address, role.name, estate)
    document = policy_of(PolicyKind.IDENTITY, operation.statements)
    properties: dict[str, Value] = {
        "RoleName": write_text(role_name, estate),
        "PolicyName": operation.name,
        "PolicyDocument": write_node(policy_node(document), estate, made_names(estate)),
    }
    return _resource(names.take(operation.name, "Policy"), "AWS::IAM::RolePolicy", properties, ())


def _resource(name: str, kind: str, properties: dict[str, Value], remarks: tuple[str, ...]) -> Section:
    return Section(remarks, {"Resources": {name: {"Type": kind, "Properties": properties}}})


def _circle(operation: ReplaceStatement, estate: Estate) -> tuple[str, ...]:
    """What to do where a role would wait for its own function: CloudFormation refuses that."""
    role = operation.role
    if not from_cloudformation(estate) or operation.statement.origin.address != role.address:
        return ()
    named = {hole.name for s in operation.by for resource in s.resources or () for hole in resource.text.holes}
    waiting = [f.address for f in estate.functions_of(role) if f.address in named]
    if not waiting:
        return ()
    told = f"They name {waiting[0]}, which waits for {role.address}"
    return (f"{told}: put them into an AWS::IAM::RolePolicy of their own, and take the old statement out.",)


def _statements(remarks: tuple[str, ...], statements: tuple[Statement, ...], estate: Estate) -> Section:
    names = made_names(estate)
    written: list[Value] = [write_node(statement_node(statement), estate, names) for statement in statements]
    return Section(remarks, {"Statement": written} if written else {})
