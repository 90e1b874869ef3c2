"""Lambda functions with all that is configured on them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from auditor.estate.function import (
    EventSource,
    Function,
    FunctionUrl,
    Hook,
    LexGeneration,
    LogGroup,
    UrlAuth,
)
from auditor.iam.document import Policy, PolicyKind
from auditor.iam.node import Member, Members, Node, node
from auditor.iam.origin import Origin
from auditor.iam.parse import parse_policy
from auditor.iam.text import Text, text
from auditor.sources.errors import SourceError
from auditor.sources.log_group import default_log_group
from auditor.sources.terraform.configuration import MANAGED
from auditor.sources.terraform.evaluation.json_text import decoded_json
from auditor.sources.terraform.function_name import NamedFunction, named_function
from auditor.sources.terraform.hooks import Lex
from auditor.sources.terraform.module import Module
from auditor.sources.terraform.permissions import permission_statement
from auditor.sources.terraform.policy_text import read_policy
from auditor.sources.terraform.resource import Instance
from auditor.sources.terraform.roles import RoleTable
from auditor.sources.terraform.unread import mentioning_calls
from auditor.sources.terraform.view import BlockView


@dataclass(slots=True)
class _FunctionParts:
    """A function while what belongs to it is collected; `instance` is None where it is known by
    name alone."""

    named: NamedFunction
    origin: Origin
    instance: Instance | None = None
    statements: list[Node] = field(default_factory=list)
    unreadable: list[Policy] = field(default_factory=list)
    permitted: bool = False
    hooks: list[Hook] = field(default_factory=list)
    url: FunctionUrl | None = None
    on_success: Text | None = None
    on_failure: Text | None = None
    sources: list[EventSource] = field(default_factory=list)


class FunctionTable:
    """All functions of an estate; `role_arns` are the literal texts that name their roles."""

    def __init__(self, root: Module, roles: RoleTable, lex: Lex) -> None:
        self.root = root
        self.book = root.reading.book
        self.roles = roles
        self.lex = lex
        self.role_arns: set[str] = set()
        self._parts: list[_FunctionParts] = []
        self._by_arn: dict[Text, _FunctionParts] = {}
        self._by_name: dict[Text, list[_FunctionParts]] = {}
        self._groups = {group.text("name"): group for group in root.instances(MANAGED, "aws_cloudwatch_log_group")}
        for instance in root.instances(MANAGED, "aws_lambda_function"):
            name = instance.text("function_name")
            self._add(_FunctionParts(NamedFunction(name, instance.text("arn")), instance.origin, instance))
        self._permissions()
        self._policies()
        for found in lex.hooks:
            self._find(found.function, found.hook.origin).hooks.append(found.hook)
        self._configured()

    def functions(self) -> tuple[Function, ...]:
        return tuple(self._finished(parts) for parts in self._parts)

    def _add(self, parts: _FunctionParts) -> _FunctionParts:
        self._parts.append(parts)
        self._by_arn.setdefault(parts.named.arn, parts)
        self._by_name.setdefault(parts.named.name, []).append(parts)
        return parts

    def _find(self, named: NamedFunction, origin: Origin) -> _FunctionParts:
        """The function that something names; where the estate does not have it, one that is
        known by name alone."""
        found = self._by_arn.get(named.arn)
        if found is not None:
            return found
        same = self._by_name.get(named.name, [])
        if len(same) == 1 and same[0].named.arn.literal is None:
            return same[0]
        return self._add(_FunctionParts(NamedFunction(named.name, named.arn), origin))

    def _named(self, instance: Instance, argument: str) -> NamedFunction:
        return named_function(instance.text(argument), instance.home)

    def _permissions(self) -> None:
        for permission in self.root.instances(MANAGED, "aws_lambda_permission"):
            named = self._named(permission, "function_name")
            qualifier = permission.argument("qualifier")
            if qualifier is not None:
                named = NamedFunction(named.name, named.arn, permission.text("qualifier"))
            parts = self._find(named, permission.origin)
            parts.permitted = True
            parts.statements.append(
                permission_statement(permission, NamedFunction(named.name, parts.named.arn, named.qualifier))
            )

    def _policies(self) -> None:
        """Whole resource policies."""
        for instance in self.root.instances(MANAGED, "aws_lambda_resource_policy"):
            argument = "resource_arn" if instance.argument("resource_arn") is not None else "function_name"
            parts = self._find(self._named(instance, argument), instance.origin)
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
            if listed is not None:
                parts.statements.extend(listed.items if listed.items is not None else (listed,))

    def _configured(self) -> None:
        for instance in self.root.instances(MANAGED, "aws_lambda_function_url"):
            named = self._named(instance, "function_name")
            auth = instance.text("authorization_type")
            if auth.literal not in ("NONE", "AWS_IAM"):
                self.book.note(instance.view.place("authorization_type"), str(auth))
                continue
            has_qualifier = instance.argument("qualifier") is not None
            qualifier = instance.text("qualifier") if has_qualifier else named.qualifier
            self._find(named, instance.origin).url = FunctionUrl(UrlAuth(auth.literal), qualifier, instance.origin)
        for instance in self.root.instances(MANAGED, "aws_lambda_function_event_invoke_config"):
            parts = self._find(self._named(instance, "function_name"), instance.origin)
            for view in instance.view.blocks("destination_config"):
                parts.on_success = _destination(view, "on_success", "destination") or parts.on_success
                parts.on_failure = _destination(view, "on_failure", "destination") or parts.on_failure
        for instance in self.root.instances(MANAGED, "aws_lambda_event_source_mapping"):
            if instance.argument("event_source_arn") is None:
                continue
            failures = [
                _destination(view, "on_failure", "destination_arn")
                for view in instance.view.blocks("destination_config")
            ]
            arn = instance.text("event_source_arn")
            source = EventSource(arn, next(iter(failures), None), instance.origin)
            self._find(self._named(instance, "function_name"), instance.origin).sources.append(source)

    def _finished(self, parts: _FunctionParts) -> Function:
        known = set()
        if LexGeneration.V1 in self.lex.complete and self.lex.v1_declared:
            known.add(LexGeneration.V1)
        if LexGeneration.V2 in self.lex.complete and any(h.generation is LexGeneration.V2 for h in parts.hooks):
            known.add(LexGeneration.V2)
        instance = parts.instance
        if instance is None:
            return Function(
                parts.named.name,
                parts.named.arn,
                origin=parts.origin,
                resource_policy=self._policy(parts, ()) if parts.permitted else None,
                log_group=self._log_group(default_log_group(parts.named.name), parts.origin),
                hooks=tuple(parts.hooks),
                hooks_known=frozenset(known),
                url=parts.url,
                on_success=parts.on_success,
                on_failure=parts.on_failure,
                event_sources=tuple(parts.sources),
            )
        view = instance.view
        dead_letter = view.one("dead_letter_config")
        runtime = instance.argument("runtime")
        return Function(
            parts.named.name,
            parts.named.arn,
            address=instance.address,
            origin=instance.origin,
            role=self._role(instance),
            log_group=self._own_log_group(instance, parts.named.name),
            resource_policy=self._policy(parts, mentioning_calls(instance)),
            hooks=tuple(parts.hooks),
            hooks_known=frozenset(known),
            url=parts.url,
            runtime=runtime.text.literal if runtime is not None and runtime.text is not None else None,
            vpc=_vpc(view),
            tracing=_tracing(view),
            dead_letter=_text(dead_letter, "target_arn") if dead_letter is not None else None,
            on_success=parts.on_success,
            on_failure=parts.on_failure,
            event_sources=tuple(parts.sources),
            file_systems=tuple(_file_systems(view)),
            kms_key=instance.text("kms_key_arn") if instance.argument("kms_key_arn") is not None else None,
        )

    def _policy(self, parts: _FunctionParts, unknown: tuple[Node, ...]) -> Policy:
        """All that was found on a function as one resource policy."""
        if len(parts.unreadable) == 1 and not parts.statements:
            return parts.unreadable[0]
        listed = Node((*parts.statements, *unknown), parts.origin)
        members = (
            Member(text("Version"), node("2012-10-17", parts.origin), parts.origin),
            Member(text("Statement"), listed, parts.origin),
        )
        return parse_policy(Node(Members(members), parts.origin), PolicyKind.RESOURCE)

    def _role(self, instance: Instance) -> str | None:
        """The key of the execution role; where the estate does not have it, that is noted."""
        role = instance.argument("role")
        if role is None:
            return None
        written = instance.text("role")
        if written.literal is not None:
            self.role_arns.add(written.literal)
        key = self.roles.key_of(written)
        if key is None:
            self.book.note(instance.view.place("role"), str(written))
        return key

    def _own_log_group(self, instance: Instance, name: Text) -> LogGroup | None:
        config = instance.view.one("logging_config")
        if config is not None and config.unknown is not None:
            return None
        named = _text(config, "log_group") if config is not None else None
        return self._log_group(named or default_log_group(name), instance.origin)

    def _log_group(self, name: Text, origin: Origin) -> LogGroup:
        group = self._groups.get(name)
        if group is None or group.uncertain:
            return LogGroup(name, None, origin)
        return LogGroup(name, True, group.origin)


def _text(view: BlockView, name: str) -> Text | None:
    value = view.argument(name)
    return value.text if value is not None else None


def _destination(view: BlockView, block: str, argument: str) -> Text | None:
    inner = view.one(block)
    return _text(inner, argument) if inner is not None else None


def _vpc(view: BlockView) -> bool | None:
    config = view.one("vpc_config")
    if config is None:
        return False
    subnets = config.argument("subnet_ids")
    if config.unknown is not None or (subnets is not None and subnets.unknown is not None):
        return None
    return subnets is not None and subnets.items != ()


def _tracing(view: BlockView) -> bool | None:
    config = view.one("tracing_config")
    if config is None:
        return False
    mode = _text(config, "mode")
    return None if mode is None or mode.literal is None else mode.literal == "Active"


def _file_systems(view: BlockView) -> Iterator[Text]:
    for config in view.blocks("file_system_config"):
        arn = _text(config, "arn") if config.unknown is None else config.unknown.text
        if arn is not None:
            yield arn
