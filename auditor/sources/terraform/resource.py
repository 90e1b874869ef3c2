"""Resources and data sources, and the values of their attributes, configured or computed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from auditor.estate.ending import ending
from auditor.iam.node import Node
from auditor.iam.origin import NOWHERE, Origin
from auditor.iam.text import Hole, HoleType, Text, text
from auditor.sources.declared.function_name import named_function
from auditor.sources.home import Home
from auditor.sources.terraform.computed import Field, recipe
from auditor.sources.terraform.evaluation.functions.aws import ARN_FIELDS, parse_arn
from auditor.sources.terraform.evaluation.json_text import json_text
from auditor.sources.terraform.evaluation.value import EvaluationError, as_text, encoded, make_string
from auditor.sources.terraform.interface import View
from auditor.sources.terraform.policy_document import render
from auditor.sources.terraform.policy_source import policy_attribute

if TYPE_CHECKING:
    from auditor.sources.declared.hole_book import HoleBook

DOCUMENT = "data.aws_iam_policy_document"


class Resource(ABC):
    """One instance of a resource or data source. `type` has `data.` before it for data sources;
    `address` begins with the module and ends with the instance key. `uncertain` stands for any
    number of instances; `conditions` are the counts and collections, here and at the module calls
    around it, that decide whether it is there at all."""

    uncertain = False
    conditions: frozenset[str] = frozenset()

    def __init__(self, type_: str, address: str, view: View, book: HoleBook) -> None:
        self.type = type_
        self.address = address
        self.view = view
        self.book = book
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
            home = self.provider_home()
            literal = own.text.literal if own is not None and own.text is not None else None
            self._home = replace(home, region=text(literal)) if literal else home
        return self._home

    @property
    def provider(self) -> str | None:
        """What it names as its provider (`aws.west`), None where that is the default one."""
        return None

    @abstractmethod
    def provider_home(self) -> Home:
        """Where its provider makes what says nothing else."""

    def unread_calls(self) -> tuple[Node, ...]:
        """A hole for each call of a module that could not be read and that it is handed to."""
        return ()

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

    def _compute(self, name: str) -> Node:
        if self.type == DOCUMENT and name in ("json", "minified_json"):
            document = render(self.view)
            return encoded(document, self.origin, json_text)
        if self.type == "data.aws_iam_policy":
            told = policy_attribute(self.view, self.home.partition, name)
            if told is not None:
                return told
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
        *most, last = (part if isinstance(part, str) else self._field(part, name) for part in parts)
        if most and isinstance(parts[-1], Field) and parts[-1].mark == "?" and text(*most).startswith("arn:"):
            own = f"{self.address}.{name}"
            last = text(self.book.hole(ending(own), self.origin, HoleType[parts[-1].name], own))
        return make_string(text(*most, last))

    def told(self, name: str) -> Text:
        """What the provider tells of it, or what is worked out from its arguments: `{@name}`."""
        return _TOLD[name](self)

    def _field(self, field: Field, attribute: str) -> Text:
        if field.mark == "?":
            return text(self._hole(attribute, HoleType[field.name]))
        if field.mark == "@":
            return self.told(field.name)
        return as_text(self.attribute(field.name))

    def _hole(self, name: str, type_: HoleType = HoleType.ANYTHING) -> Hole:
        return self.book.hole(f"{self.address}.{name}", self.origin, type_)


def _function(instance: Resource) -> Text:
    """The unqualified ARN of the function that `function_name`, a name or an ARN, means."""
    return named_function(instance.text("function_name"), instance.home).arn


def _bus(instance: Resource) -> Text:
    """What stands before the name of a rule that is not on the default event bus."""
    bus = instance.view.argument("event_bus_name")
    name = text() if bus is None else as_text(bus).split("/")[-1]
    return name if name.literal in ("", "default") else name + "/"


def _trimmed_name(instance: Resource) -> Text:
    name = instance.text("name")
    first = name.parts[0] if name.parts else ""
    return text(first.lstrip("/"), *name.parts[1:]) if isinstance(first, str) else name


_TOLD: dict[str, Callable[[Resource], Text]] = {
    "account": lambda instance: instance.home.account,
    "region": lambda instance: instance.home.region,
    "partition": lambda instance: text(instance.home.partition),
    "dns_suffix": lambda instance: text("amazonaws.com.cn" if instance.home.partition == "aws-cn" else "amazonaws.com"),
    "function": _function,
    "bus": _bus,
    "trimmed_name": _trimmed_name,
}
