"""Outputs of `aws lambda`."""

from __future__ import annotations

from msgspec.structs import replace

from auditor.estate.estate import Document
from auditor.estate.function import Function, LogGroup
from auditor.iam.document import Policy, PolicyKind, Statement
from auditor.iam.node import Node
from auditor.iam.text import text
from auditor.sources.arns import FunctionArn, function_arn
from auditor.sources.errors import SourceError
from auditor.sources.fields import items_at, members_at, members_of, needed, string_at, text_at
from auditor.sources.found import Found
from auditor.sources.policy_text import read_policy
from auditor.sources.source import Source


def read_resource_policy(value: Node, source: Source) -> Found:
    """get-policy: the resource policy of the function that its statements name."""
    return found_by_resource(read_policy(value, PolicyKind.RESOURCE, source), source.file)


def found_by_resource(policy: Policy, name: str) -> Found:
    """A resource policy that stands alone, called `name`: it belongs to the functions that its
    statements have as Resource. One that names none is a document."""
    named: dict[str, FunctionArn] = {}
    for statement in policy:
        for resource in statement.resources or ():
            arn = function_arn(resource.text.literal or "")
            if arn is not None:
                named.setdefault(arn.unqualified, arn)
    if not named:
        return Found(documents=(Document(policy, name),))
    return Found(
        tuple(_known_by_policy(arn, policy, first=not position) for position, arn in enumerate(named.values()))
    )


def _known_by_policy(arn: FunctionArn, policy: Policy, first: bool) -> Function:
    """A function known by name alone, with the statements that may be meant for it. What cannot
    be told apart goes to the first function, so that it is told once."""
    meant = tuple(statement for statement in policy if _is_meant_for(arn, statement, first))
    own = policy.with_statements(meant)
    if not first:
        own = replace(own, unknown=(), defects=())
    return Function(text(arn.name), text(arn.unqualified), origin=policy.origin, resource_policy=own, described=False)


def _is_meant_for(arn: FunctionArn, statement: Statement, first: bool) -> bool:
    named = [function_arn(resource.text.literal or "") for resource in statement.resources or ()]
    if not any(named):
        return first
    return any(other is not None and other.unqualified == arn.unqualified for other in named)


def read_function(value: Node, source: Source) -> Found:
    """get-function: the configuration stands in it."""
    configuration = members_of(value, "the output").get("Configuration")
    assert configuration is not None
    return read_configuration(configuration, source)


def read_configuration(value: Node, _source: Source) -> Found:
    """get-function-configuration; its Role joins function and role."""
    members = members_of(value, "the output")
    arn = needed(members, "FunctionArn", value)
    parsed = function_arn(arn)
    if parsed is None:
        node = members.get("FunctionArn") or value
        raise SourceError(f"`{arn}` is no ARN of a Lambda function", node.origin, "give the output as it was printed")
    group = text_at(members_at(members, "LoggingConfig"), "LogGroup")
    systems = (members_of(system, "a file system") for system in items_at(members, "FileSystemConfigs"))
    layers = (members_of(layer, "a layer") for layer in items_at(members, "Layers"))
    found = Function(
        text(parsed.name),
        text(parsed.unqualified),
        origin=value.origin,
        role=string_at(members, "Role"),
        log_group=LogGroup(group, origin=value.origin) if group is not None else None,
        runtime=string_at(members, "Runtime"),
        vpc=bool(items_at(members_at(members, "VpcConfig"), "SubnetIds")),
        tracing=string_at(members_at(members, "TracingConfig"), "Mode") == "Active",
        dead_letter=text_at(members_at(members, "DeadLetterConfig"), "TargetArn") or None,
        file_systems=tuple(arn for arn in (text_at(system, "Arn") for system in systems) if arn is not None),
        kms_key=text_at(members, "KMSKeyArn") or None,
        layers=tuple(arn for arn in (text_at(layer, "Arn") for layer in layers) if arn is not None),
    )
    return Found((found,))
