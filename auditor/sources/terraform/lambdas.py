"""Lambda functions with all that is configured on them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from msgspec.structs import replace

from auditor.estate.function import EventSource, Function, FunctionUrl, LogGroup, UrlAuth
from auditor.iam.document import PolicyKind
from auditor.iam.node import Node
from auditor.iam.text import Text
from auditor.sources.declared.callers import Callers
from auditor.sources.declared.declaration import doubt
from auditor.sources.declared.event_sources import VPC_SUBNET, is_secret
from auditor.sources.declared.function_name import NamedFunction, named_function
from auditor.sources.declared.functions import FunctionTable
from auditor.sources.declared.lex import Lex
from auditor.sources.declared.roles import RoleTable
from auditor.sources.errors import SourceError
from auditor.sources.log_group import default_log_group
from auditor.sources.terraform.configuration import MANAGED
from auditor.sources.terraform.evaluation.json_text import decoded_json
from auditor.sources.terraform.interface import Resources, View
from auditor.sources.terraform.permissions import read_permission
from auditor.sources.terraform.policy_text import read_policy
from auditor.sources.terraform.resource import Resource


class Functions(NamedTuple):
    """The functions of an estate, and the literal texts that name their roles."""

    functions: tuple[Function, ...]
    role_arns: frozenset[str]


def read_functions(root: Resources, roles: RoleTable, lex: Lex, callers: Callers) -> Functions:
    reading = _Reading(root, roles)
    reading.declare()
    reading.permissions()
    reading.policies()
    reading.table.call(lex, callers)
    reading.configured()
    return Functions(reading.table.functions(lex, callers), frozenset(reading.role_arns))


class _Reading:
    def __init__(self, root: Resources, roles: RoleTable) -> None:
        self.root = root
        self.roles = roles
        self.role_arns: set[str] = set()
        groups = root.instances(MANAGED, "aws_cloudwatch_log_group")
        self.table = FunctionTable({group.text("name"): group.origin for group in groups if not group.uncertain})

    def declare(self) -> None:
        for instance in self.root.instances(MANAGED, "aws_lambda_function"):
            self.table.declare(self._described(instance), instance, instance.unread_calls())

    def _described(self, instance: Resource) -> Function:
        """What the block of a function says of it."""
        view = instance.view
        name = instance.text("function_name")
        dead_letter = view.one("dead_letter_config")
        runtime = instance.argument("runtime")
        return Function(
            name,
            instance.text("arn"),
            address=instance.address,
            origin=instance.origin,
            role=self._role(instance),
            log_group=self._own_log_group(instance, name),
            runtime=runtime.text.literal if runtime is not None and runtime.text is not None else None,
            vpc=_vpc(view),
            tracing=_tracing(view),
            dead_letter=_text(dead_letter, "target_arn") if dead_letter is not None else None,
            file_systems=tuple(_file_systems(view)),
            kms_key=instance.text("kms_key_arn") if instance.argument("kms_key_arn") is not None else None,
            layers=tuple(_texts(view.argument("layers"))),
            provider=instance.provider,
        )

    def permissions(self) -> None:
        for permission in self.root.instances(MANAGED, "aws_lambda_permission"):
            named = _named(permission, "function_name")
            parts = self.table.find(named, permission.origin)
            function = NamedFunction(named.name, parts.named.arn, _qualifier(permission, named))
            parts.permit((read_permission(permission, function),), doubt(permission, parts.declaration))

    def policies(self) -> None:
        """Whole resource policies."""
        for instance in self.root.instances(MANAGED, "aws_lambda_resource_policy"):
            argument = "resource_arn" if instance.argument("resource_arn") is not None else "function_name"
            parts = self.table.find(_named(instance, argument), instance.origin)
            parts.permitted = True
            document = instance.argument("policy")
            if document is None:
                continue
            try:
                value = decoded_json(document)
            except SourceError:
                parts.unreadable.append(read_policy(document, PolicyKind.RESOURCE))
                continue
            listed = value.members.get("Statement") if value.members is not None else value
            found = () if listed is None else listed.items if listed.items is not None else (listed,)
            parts.permit(found, doubt(instance, parts.declaration))

    def configured(self) -> None:
        """URLs, destinations and event sources, which are blocks of their own."""
        for instance in self.root.instances(MANAGED, "aws_lambda_function_url"):
            named = _named(instance, "function_name")
            auth = instance.text("authorization_type")
            if auth.literal not in ("NONE", "AWS_IAM"):
                self.root.book.note(instance.view.place("authorization_type"), str(auth))
                continue
            url = FunctionUrl(UrlAuth(auth.literal), _qualifier(instance, named), instance.origin)
            self.table.find(named, instance.origin).urls.append(url)
        for instance in self.root.instances(MANAGED, "aws_lambda_function_event_invoke_config"):
            parts = self.table.find(_named(instance, "function_name"), instance.origin)
            if doubt(instance, parts.declaration):
                # That it may not be there stands among what is unresolved.
                continue
            for view in instance.view.blocks("destination_config"):
                told = (_destination(view, outcome, "destination") for outcome in ("on_success", "on_failure"))
                parts.destinations.extend(destination for destination in told if destination is not None)
        for instance in self.root.instances(MANAGED, "aws_lambda_event_source_mapping"):
            parts = self.table.find(_named(instance, "function_name"), instance.origin)
            parts.sources.append(replace(_event_source(instance), uncertain=doubt(instance, parts.declaration)))

    def _role(self, instance: Resource) -> str | None:
        """The key of the execution role; where the estate does not have it, that is noted."""
        role = instance.argument("role")
        if role is None:
            return None
        written = instance.text("role")
        if written.literal is not None:
            self.role_arns.add(written.literal)
        key = self.roles.key_of(written)
        if key is None:
            self.root.book.note(instance.view.place("role"), str(written))
        return key

    def _own_log_group(self, instance: Resource, name: Text) -> LogGroup | None:
        config = instance.view.one("logging_config")
        if config is not None and config.unknown is not None:
            return None
        named = _text(config, "log_group") if config is not None else None
        return self.table.log_group(named or default_log_group(name), instance.origin)


def _named(instance: Resource, argument: str) -> NamedFunction:
    return named_function(instance.text(argument), instance.home)


def _qualifier(instance: Resource, named: NamedFunction) -> Text | None:
    """The version or alias that a block is about; an empty one is none, as it is for the provider."""
    given = instance.argument("qualifier") is not None and instance.text("qualifier")
    return given or named.qualifier


def _text(view: View, name: str) -> Text | None:
    value = view.argument(name)
    return value.text if value is not None else None


def _destination(view: View, block: str, argument: str) -> Text | None:
    inner = view.one(block)
    return _text(inner, argument) if inner is not None else None


def _event_source(instance: Resource) -> EventSource:
    """An event source mapping; one without an ARN polls a Kafka cluster that is not AWS's."""
    failures = (
        _destination(view, "on_failure", "destination_arn") for view in instance.view.blocks("destination_config")
    )
    accesses = [
        (_text(view, "type"), _text(view, "uri")) for view in instance.view.blocks("source_access_configuration")
    ]
    return EventSource(
        instance.text("event_source_arn") if instance.argument("event_source_arn") is not None else None,
        next(failures, None),
        instance.origin,
        tuple(uri for kind, uri in accesses if uri is not None and kind is not None and is_secret(kind)),
        any(kind is not None and kind.literal == VPC_SUBNET for kind, _ in accesses),
    )


def _texts(value: Node | None) -> Iterator[Text]:
    """The elements of a list of texts; the value itself where they are not known."""
    for item in (value.items if value.items is not None else (value,)) if value is not None else ():
        if item.text is not None:
            yield item.text


def _vpc(view: View) -> bool | None:
    config = view.one("vpc_config")
    if config is None:
        return False
    subnets = config.argument("subnet_ids")
    if config.unknown is not None or (subnets is not None and subnets.unknown is not None):
        return None
    return subnets is not None and subnets.items != ()


def _tracing(view: View) -> bool | None:
    config = view.one("tracing_config")
    if config is None:
        return False
    mode = _text(config, "mode")
    return None if mode is None or mode.literal is None else mode.literal == "Active"


def _file_systems(view: View) -> Iterator[Text]:
    for config in view.blocks("file_system_config"):
        arn = _text(config, "arn") if config.unknown is None else config.unknown.text
        if arn is not None:
            yield arn
