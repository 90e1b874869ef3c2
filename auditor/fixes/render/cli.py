"""Fixes as commands of the AWS CLI, in the order of their operations.

Source: the AWS CLI command reference (lambda add-permission, remove-permission; iam
put-role-policy, delete-role-policy, list-policy-versions, delete-policy-version,
create-policy-version, detach-role-policy, update-assume-role-policy).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from auditor.estate.function import Function
from auditor.estate.role import Attachment, Role, RolePolicy
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
from auditor.fixes.render.permission import permission_arguments, removed_qualifier, removed_statement_id
from auditor.fixes.render.resulting import edited_policy, resulting_policy, resulting_trust
from auditor.fixes.render.shell import Command, write_commands, write_json
from auditor.iam.arn import arn
from auditor.iam.document import Policy, PolicyKind
from auditor.iam.statements import policy_of
from auditor.iam.text import REGION, Text, text
from auditor.iam.writing import policy_node

_NEW_VERSION = "aws iam create-policy-version"
_OLDEST = "OLDEST_OF_FIVE"


def render_cli(fix: Fix) -> tuple[str, ...]:
    """The commands that carry out `fix`. Raises InexpressibleError where a name or a document is
    not known to a shell, or AWS has no call for an operation."""
    commands = [command for _, several in commands_of(fix.operations) for command in several]
    return write_commands(_in_one_region(commands))


def commands_of(
    operations: tuple[Operation, ...], before: tuple[Operation, ...] = ()
) -> Iterator[tuple[Operation, list[Command]]]:
    """Each operation that has commands of its own, with these; `before` were carried out already.
    Raises InexpressibleError as `render_cli` does."""
    for index, operation in enumerate(operations):
        if not _written_before(operation, operations[:index]):
            yield operation, _commands(operation, (*before, *operations))


def _in_one_region(commands: list[Command]) -> list[Command]:
    """Where an argument names the default region, every call says the same region: the one that
    the AWS CLI takes by itself might be another."""
    if not any(REGION in command.holes for command in commands):
        return commands
    region = ("region", text(REGION))
    return [
        replace(command, options=(*command.options, region))
        if command.program.startswith("aws lambda ") and "region" not in dict(command.options)
        else command
        for command in commands
    ]


def _written_before(operation: Operation, before: tuple[Operation, ...]) -> bool:
    """Whether an earlier operation edits the same document: its command writes the whole of it."""
    match operation:
        case ReplaceStatement():
            return any(isinstance(o, ReplaceStatement) and edited_policy(o) == edited_policy(operation) for o in before)
        case ReplaceTrust():
            return any(isinstance(o, ReplaceTrust) and o.role.key == operation.role.key for o in before)
        case _:
            return False


def _commands(operation: Operation, operations: tuple[Operation, ...]) -> list[Command]:
    command = _command(operation, operations)
    return [*_room_for_a_version(dict(command.options)), command] if command.program == _NEW_VERSION else [command]


def _room_for_a_version(options: Mapping[str, Text | None]) -> Iterator[Command]:
    """A managed policy has at most five versions (IAM quotas): where it has them, the oldest that is
    not in force goes."""
    policy = (("policy-arn", options["policy-arn"]),)
    query = text("Versions[4] && sort_by(Versions[?!IsDefaultVersion], &CreateDate)[0].VersionId")
    listed = (*policy, ("query", query), ("output", text("text")))
    yield Command("aws iam list-policy-versions", listed, into=_OLDEST)
    yield Command("aws iam delete-policy-version", policy, unless=(_OLDEST, "None"), given=(("version-id", _OLDEST),))


def _command(operation: Operation, operations: tuple[Operation, ...]) -> Command:
    match operation:
        case AddPermission():
            return _add_permission(operation)
        case RemovePermission():
            return _remove_permission(operation)
        case AddInlinePolicy(role, name, statements):
            return _put_policy(role, text(name), policy_of(PolicyKind.IDENTITY, statements))
        case ReplaceStatement(role, policy):
            return _write_policy(role, policy, resulting_policy(operations, operation))
        case DetachPolicy(role, policy):
            return _detach(role, policy)
        case ReplaceTrust(role):
            document = write_json(policy_node(resulting_trust(operations, operation)))
            options = (("role-name", role.name), ("policy-document", document))
            return Command("aws iam update-assume-role-policy", options)


def _add_permission(operation: AddPermission) -> Command:
    permission = permission_arguments(operation)
    options: list[tuple[str, Text | None]] = [
        *_function(operation.function, permission.qualifier),
        ("statement-id", text(permission.statement_id)),
        ("action", text(permission.action)),
        ("principal", permission.principal),
    ]
    for name, value in permission.conditions:
        is_flag = name == "invoked_via_function_url"
        options.append((name.replace("_", "-"), None if is_flag else value))
    return Command("aws lambda add-permission", tuple(options))


def _remove_permission(operation: RemovePermission) -> Command:
    options = (
        *_function(operation.function, removed_qualifier(operation)),
        ("statement-id", text(removed_statement_id(operation))),
    )
    return Command("aws lambda remove-permission", options)


def _function(function: Function, qualifier: Text | None) -> tuple[tuple[str, Text], ...]:
    parsed = arn(function.arn)
    options = [("function-name", function.name)]
    if parsed is not None and parsed.region.literal:
        options.append(("region", parsed.region))
    if qualifier is not None:
        options.append(("qualifier", qualifier))
    return tuple(options)


def _put_policy(role: Role, name: Text, document: Policy) -> Command:
    options = (("role-name", role.name), ("policy-name", name), ("policy-document", write_json(policy_node(document))))
    return Command("aws iam put-role-policy", options)


def _write_policy(role: Role, policy: RolePolicy, document: Policy | None) -> Command:
    match policy.attachment:
        case Attachment.INLINE:
            if document is not None:
                return _put_policy(role, policy.name, document)
            return Command("aws iam delete-role-policy", (("role-name", role.name), ("policy-name", policy.name)))
        case Attachment.MANAGED:
            if document is None:
                return _detach(role, policy)
            written = write_json(policy_node(document))
            options = (("policy-arn", _arn(policy)), ("policy-document", written), ("set-as-default", None))
            return Command(_NEW_VERSION, options)
        case Attachment.AWS_MANAGED:
            raise InexpressibleError("a policy that AWS manages is not ours to edit")


def _detach(role: Role, policy: RolePolicy) -> Command:
    return Command("aws iam detach-role-policy", (("role-name", role.name), ("policy-arn", _arn(policy))))


def _arn(policy: RolePolicy) -> Text:
    if policy.arn is None:
        raise InexpressibleError("a managed policy without an ARN")
    return policy.arn
