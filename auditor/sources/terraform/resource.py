"""Instances of resources and data sources, and what references to them give."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from auditor.iam.node import Node
from auditor.iam.origin import NOWHERE, Origin
from auditor.iam.text import Hole, HoleType, Text, text
from auditor.sources.home import Home
from auditor.sources.terraform.computed import COMPUTED, Field, recipe
from auditor.sources.terraform.configuration import DATA
from auditor.sources.terraform.evaluation.frame import Referent
from auditor.sources.terraform.evaluation.functions.aws import ARN_FIELDS, parse_arn
from auditor.sources.terraform.evaluation.json_text import json_text
from auditor.sources.terraform.evaluation.value import Encoded, EvaluationError, as_text, make_object, make_string
from auditor.sources.terraform.function_name import named_function
from auditor.sources.terraform.policy_document import render
from auditor.sources.terraform.view import BlockView

if TYPE_CHECKING:
    from auditor.sources.terraform.instances import Turn
    from auditor.sources.terraform.module import Module

_DOCUMENT = "data.aws_iam_policy_document"


class Instance:
    """One instance of a resource or data source. `type` has `data.` before it for data sources;
    `address` begins with the module and ends with the instance key."""

    def __init__(self, mode: str, type_: str, name: str, view: BlockView, module: Module, turn: Turn) -> None:
        self.type = f"data.{type_}" if mode == DATA else type_
        self.block_address = f"{module.prefix}{self.type}.{name}"
        self.address = turn.address
        self.key = turn.key
        self.uncertain = turn.uncertain
        self.view = view
        self.module = module
        self._computed: dict[str, Node] = {}
        self._running: set[str] = set()
        self._home: Home | None = None

    @property
    def origin(self) -> Origin:
        return self.view.origin

    @property
    def home(self) -> Home:
        """Where it lives: partition, region and account of its provider."""
        if self._home is None:
            own = self.view.argument("region") if self.type.startswith("aws_") else None
            home = self.module.home_of(self)
            literal = own.text.literal if own is not None and own.text is not None else None
            self._home = replace(home, region=text(literal)) if literal else home
        return self._home

    def argument(self, name: str) -> Node | None:
        return self.view.argument(name)

    def text(self, name: str) -> Text:
        """An attribute as text. Where it cannot be text, the reader's mistake is a hole."""
        try:
            return as_text(self.attribute(name))
        except EvaluationError:
            return text(self._hole(name))

    def attribute(self, name: str) -> Node:
        """The value of any attribute, configured or computed; a hole named after it where it
        is not known."""
        configured = self.view.argument(name)
        if configured is not None:
            return configured
        if name not in self._computed:
            if name in self._running:
                raise EvaluationError(f"`{self.address}.{name}` refers to itself")
            self._running.add(name)
            try:
                self._computed[name] = self._compute(name)
            finally:
                self._running.discard(name)
        return self._computed[name]

    def index(self, key: Node) -> Node | Referent:  # noqa: ARG002 - the protocol's signature
        raise EvaluationError(f"`{self.address}` has no count and no for_each")

    def elements(self) -> Sequence[Node | Referent]:
        return (self,)

    def whole(self) -> Node:
        """All attributes that can be told."""
        names = dict.fromkeys((*self.view.block.attributes, *COMPUTED.get(self.type, ())))
        if self.type == _DOCUMENT:
            names["json"] = None
        return make_object({name: self.attribute(name) for name in names}, self.origin)

    def _compute(self, name: str) -> Node:
        if self.type == _DOCUMENT and name in ("json", "minified_json"):
            document = render(self.view)
            return Encoded(document, self.origin, json_text)
        field = "account_id" if name == "account" else name
        if self.type == "data.aws_arn" and field in ARN_FIELDS:
            return parse_arn(self.attribute("arn"), self.origin)[field]
        nested = self.view.blocks(name)
        if nested:
            return Node(tuple(view.node() for view in nested), self.origin)
        prefix = self.view.argument(f"{name}_prefix")
        if prefix is not None:
            return make_string(as_text(prefix) + self._hole(name, HoleType.NAME), NOWHERE)
        parts = recipe(self.type, name)
        if parts is None:
            return make_string(text(self._hole(name)))
        return make_string(text(*(part if isinstance(part, str) else self._field(part, name) for part in parts)))

    def _field(self, field: Field, attribute: str) -> Text:
        if field.mark == "?":
            return text(self._hole(attribute, HoleType[field.name]))
        if field.mark == "@":
            return _TOLD[field.name](self)
        return as_text(self.attribute(field.name))

    def _hole(self, name: str, type_: HoleType = HoleType.ANYTHING) -> Hole:
        return self.module.reading.book.hole(f"{self.address}.{name}", self.origin, type_)


def _function(instance: Instance) -> Text:
    """The unqualified ARN of the function that `function_name`, a name or an ARN, means."""
    return named_function(instance.text("function_name"), instance.home).arn


def _bus(instance: Instance) -> Text:
    """What stands before the name of a rule that is not on the default event bus."""
    bus = instance.view.argument("event_bus_name")
    name = text() if bus is None else as_text(bus)
    return name if name.literal in ("", "default") else name + "/"


def _trimmed_name(instance: Instance) -> Text:
    name = instance.text("name")
    first = name.parts[0] if name.parts else ""
    return text(first.lstrip("/"), *name.parts[1:]) if isinstance(first, str) else name


_TOLD: dict[str, Callable[[Instance], Text]] = {
    "account": lambda instance: instance.home.account,
    "region": lambda instance: instance.home.region,
    "partition": lambda instance: text(instance.home.partition),
    "dns_suffix": lambda instance: text("amazonaws.com.cn" if instance.home.partition == "aws-cn" else "amazonaws.com"),
    "function": _function,
    "bus": _bus,
    "trimmed_name": _trimmed_name,
}
