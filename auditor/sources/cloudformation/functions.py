"""Lambda functions with all that templates configure on them.

Source: the CloudFormation template reference, AWS::Lambda.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from auditor.estate.function import EventSource, Function, FunctionUrl, LogGroup, UrlAuth
from auditor.iam.document import PolicyKind
from auditor.iam.node import Node
from auditor.iam.text import Text, text
from auditor.sources.cloudformation.choice import items
from auditor.sources.cloudformation.permissions import read_permission
from auditor.sources.cloudformation.policies import read_policy, statements_of
from auditor.sources.cloudformation.resource import Resource
from auditor.sources.cloudformation.resources import Resources
from auditor.sources.cloudformation.values import literal_of, text_of
from auditor.sources.declared.callers import Callers
from auditor.sources.declared.declaration import doubt
from auditor.sources.declared.event_sources import VPC_SUBNET, is_secret
from auditor.sources.declared.function_name import NamedFunction, named_function
from auditor.sources.declared.functions import FunctionTable
from auditor.sources.declared.lex import Lex
from auditor.sources.declared.roles import RoleTable
from auditor.sources.errors import SourceError
from auditor.sources.log_group import default_log_group


def read_functions(resources: Resources, roles: RoleTable, lex: Lex, callers: Callers) -> tuple[Function, ...]:
    groups = resources.of("AWS::Logs::LogGroup")
    table = FunctionTable({group.reference(): group.origin for group in groups if not group.conditions})
    for resource in resources.of("AWS::Lambda::Function"):
        table.declare(_described(resource, roles, table), resource, resources.unread(resource))
    for permission in resources.of("AWS::Lambda::Permission"):
        read_permission(permission, table)
    for policy in resources.of("AWS::Lambda::ResourcePolicy"):
        _read_policy(policy, table)
    table.call(lex, callers)
    for url in resources.of("AWS::Lambda::Url"):
        _read_url(url, table)
    for config in resources.of("AWS::Lambda::EventInvokeConfig"):
        parts = table.find(_named(config, "FunctionName"), config.origin)
        if doubt(config, parts.declaration):
            config.stack.book.note(config.origin, f"whether {config.address} is there")
            continue
        for outcome in ("OnSuccess", "OnFailure"):
            destination = text_of(config.within("DestinationConfig", outcome, "Destination"))
            parts.destinations.extend([] if destination is None else [destination])
    for mapping in resources.of("AWS::Lambda::EventSourceMapping"):
        parts = table.find(_named(mapping, "FunctionName"), mapping.origin)
        if not mapping.excludes(parts.declaration):
            parts.sources.append(replace(_event_source(mapping), uncertain=doubt(mapping, parts.declaration)))
    return table.functions(lex, callers)


def _described(resource: Resource, roles: RoleTable, table: FunctionTable) -> Function:
    """What the resource of a function says of it."""
    name = resource.reference()
    return Function(
        name,
        text_of(resource.attribute("Arn")) or text(),
        address=resource.address,
        origin=resource.origin,
        role=_role(resource, roles),
        log_group=_log_group(resource, name, table),
        runtime=literal_of(resource.property("Runtime")),
        vpc=_vpc(resource),
        tracing=_tracing(resource),
        dead_letter=text_of(resource.within("DeadLetterConfig", "TargetArn")),
        file_systems=tuple(_file_systems(resource.property("FileSystemConfigs"))),
        kms_key=text_of(resource.property("KmsKeyArn")),
        layers=tuple(_texts(resource.property("Layers"))),
        made=resource.made("FunctionName"),
    )


def _role(resource: Resource, roles: RoleTable) -> str | None:
    """The key of the execution role; where the estate does not have it, that is noted."""
    written = text_of(resource.property("Role"))
    if written is None:
        return None
    key = roles.key_of(written)
    if key is None:
        resource.stack.book.note(resource.place("Role"), str(written))
    return key


def _log_group(resource: Resource, name: Text, table: FunctionTable) -> LogGroup | None:
    named = resource.within("LoggingConfig", "LogGroup")
    if named is not None and named.unknown is not None and resource.property("LoggingConfig") is named:
        return None
    return table.log_group(text_of(named) or default_log_group(name), resource.origin)


def _vpc(resource: Resource) -> bool | None:
    subnets = resource.within("VpcConfig", "SubnetIds")
    if subnets is not None and subnets.unknown is not None:
        return None
    return subnets is not None and subnets.items != ()


def _tracing(resource: Resource) -> bool | None:
    mode = text_of(resource.within("TracingConfig", "Mode"))
    if mode is None:
        return False
    return None if mode.literal is None else mode.literal == "Active"


def _event_source(mapping: Resource) -> EventSource:
    """An event source mapping; one without an ARN polls a Kafka cluster that is not AWS's."""
    listed = mapping.property("SourceAccessConfigurations")
    accesses = [
        (text_of(config.members.get("Type")), text_of(config.members.get("URI")))
        for _, config in (items(listed) if listed is not None else ())
        if config.members is not None
    ]
    return EventSource(
        text_of(mapping.property("EventSourceArn")),
        text_of(mapping.within("DestinationConfig", "OnFailure", "Destination")),
        mapping.origin,
        tuple(uri for kind, uri in accesses if uri is not None and kind is not None and is_secret(kind)),
        any(kind is not None and kind.literal == VPC_SUBNET for kind, _ in accesses),
    )


def _texts(listed: Node | None) -> Iterator[Text]:
    for _, item in items(listed) if listed is not None else ():
        written = text_of(item)
        if written is not None:
            yield written


def _file_systems(configs: Node | None) -> Iterator[Text]:
    for _, config in items(configs) if configs is not None else ():
        arn = text_of(config if config.members is None else config.members.get("Arn"))
        if arn is not None:
            yield arn


def _read_policy(resource: Resource, table: FunctionTable) -> None:
    """A whole resource policy."""
    parts = table.find(_named(resource, "ResourceArn"), resource.origin)
    document = resource.property("Policy")
    if resource.excludes(parts.declaration):
        return
    parts.permitted = True
    if document is None:
        return
    try:
        cases = statements_of(document, resource.conditions)
    except SourceError:
        parts.unreadable.append(read_policy(document, PolicyKind.RESOURCE, lambda _: ""))
        return
    for case in cases:
        parts.permit((case.statement,), doubt(resource, parts.declaration, case.literals))


def _read_url(url: Resource, table: FunctionTable) -> None:
    named = _named(url, "TargetFunctionArn")
    auth = url.text("AuthType")
    if auth.literal not in ("NONE", "AWS_IAM"):
        url.stack.book.note(url.place("AuthType"), str(auth))
        return
    qualifier = text_of(url.property("Qualifier")) or named.qualifier
    table.find(named, url.origin).urls.append(FunctionUrl(UrlAuth(auth.literal), qualifier, url.origin))


def _named(resource: Resource, name: str) -> NamedFunction:
    return named_function(resource.text(name), resource.home)
