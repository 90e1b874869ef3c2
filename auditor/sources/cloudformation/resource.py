"""A resource of a template: its properties, and what `Ref` and `Fn::GetAtt` give for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.estate.ending import ending
from auditor.iam.node import Member, Members, Node
from auditor.iam.origin import Origin
from auditor.iam.text import Hole, HoleType, Text, text
from auditor.sources.cloudformation.attributes import KINDS, Field, Kind, recipe
from auditor.sources.cloudformation.choice import CERTAIN, Literals, contradict
from auditor.sources.cloudformation.location import NESTED
from auditor.sources.cloudformation.made import made_by
from auditor.sources.cloudformation.template import once
from auditor.sources.cloudformation.values import text_of
from auditor.sources.declared.declaration import Declaration
from auditor.sources.declared.function_name import named_function
from auditor.sources.errors import SourceError
from auditor.sources.fields import wrong_type
from auditor.sources.home import Home

if TYPE_CHECKING:
    from auditor.sources.cloudformation.stack import Stack

_UNKNOWN_KIND = Kind({})


class Resource:
    """One resource. `address` is its logical id behind those of the nested stacks around it;
    `there` is False where its condition fails. `depends_on` are the logical ids it names."""

    __slots__ = (
        *("_attributes", "_kind", "_properties", "_running", "_written", "address", "conditions", "declared"),
        *("name", "origin", "stack", "there", "type"),
    )

    def __init__(self, stack: Stack, declared: Member, type_: str, there: bool, conditions: Literals) -> None:
        self.stack = stack
        self.name = str(declared.key)
        self.type = type_
        self.address = stack.prefix + self.name
        self.origin: Origin = declared.origin.at(self.address)
        self.there = there
        self.conditions = conditions
        members = declared.value.members or Members()
        told = once(members, stack.book)
        self.declared = members if len(told) == len(members) else Members(told)
        self._kind = KINDS.get(type_, _UNKNOWN_KIND)
        self._properties: dict[str, Node | None] = {}
        self._attributes: dict[str, Node] = {}
        self._running: list[str] = []
        self._written = self._members()

    @property
    def home(self) -> Home:
        return self.stack.home

    @property
    def depends_on(self) -> tuple[str, ...]:
        named = self.declared.get("DependsOn")
        listed = () if named is None else named.items if named.items is not None else (named,)
        return tuple(item.text.literal for item in listed if item.text is not None and item.text.literal)

    def excludes(self, holder: Declaration | None, more: Literals = CERTAIN) -> bool:
        """Whether it, or a part of it under `more` conditions, is never there where `holder` is."""
        return holder is not None and contradict(self.conditions | more, holder.conditions)

    def property(self, name: str) -> Node | None:
        """The value of a property; None where it is absent."""
        if name in self._properties:
            return self._properties[name]
        node = self._written.get(name)
        if node is None or node.value is None:
            return None
        if name in self._running:
            return Node(self._circle(name), self.origin)
        self._running.append(name)
        try:
            self._properties[name] = self.stack.evaluator.value(node, self.address)
        finally:
            self._running.remove(name)
        return self._properties[name]

    def place(self, name: str) -> Origin:
        """Where a property stands, name and value; the resource where it is absent."""
        found = self._written.member(name)
        return found.origin.at(self.address) if found is not None else self.origin

    def made(self, name: str) -> Text | None:
        """How the template makes a property of names; None where it is written as it is."""
        written = self._written.get(name)
        return made_by(written) if written is not None else None

    def text(self, name: str) -> Text:
        """A property as text; a hole where it is absent or no text."""
        written = text_of(self.property(name))
        return written if written is not None else text(self.stack.book.hole(f"{self.address}.{name}", self.origin))

    def within(self, *path: str) -> Node | None:
        """A value inside a property, by the names on the way to it; a hole where one of those on
        the way is not known."""
        found = self.property(path[0])
        for name in path[1:]:
            if found is None or found.unknown is not None:
                return found
            found = found.members.get(name) if found.members is not None else None
        return found

    def reference(self) -> Text:
        """What `Ref` gives."""
        value = text_of(self.attribute("Ref"))
        assert value is not None, "recipes make texts"
        return value

    def attribute(self, name: str) -> Node:
        """What `Fn::GetAtt` gives."""
        if name in self._attributes:
            return self._attributes[name]
        if name in self._running:
            return Node(self._circle(name), self.origin)
        self._running.append(name)
        try:
            value = self._attribute(name)
        finally:
            self._running.remove(name)
        self._attributes[name] = value
        return value

    def _attribute(self, name: str) -> Node:
        if self.type in NESTED and name.startswith("Outputs."):
            told = self.stack.output(self, name.removeprefix("Outputs."))
            if told is not None:
                return told
        written = self._kind.recipes.get(name)
        if written is None:
            return Node(text(self._made_up(name)), self.origin)
        fields = recipe(written)
        *most, last = (part if isinstance(part, str) else self._field(part, name) for part in fields)
        if most and isinstance(last, Hole) and isinstance(fields[-1], Field) and fields[-1].mark == "?":
            last = Hole(ending(last.name), last.type) if text(*most).startswith("arn:") else last
        return Node(text(*most, last), self.origin)

    def _made_up(self, attribute: str) -> Hole:
        """What only AWS knows of a type of which nothing is told here."""
        if attribute == "Ref":
            return Hole(self.address)
        return self.stack.book.hole(f"{self.address}.{attribute}", self.origin)

    def _field(self, field: Field, attribute: str) -> Text | Hole | str:
        match field.mark:
            case "$":
                return text_of(self.attribute(field.name)) or text()
            case "@":
                return self.told(field.name)
            case "?":
                # What AWS makes up nobody can tell, so it is not listed as unresolved.
                own = self.address if attribute == "Ref" else f"{self.address}.{attribute}"
                return Hole(own, HoleType[field.name])
        if field.name == "name":
            return self._own_name()
        if field.default is not None and self.property(field.name) is None:
            return field.default
        return self.text(field.name)

    def _own_name(self) -> Text | Hole:
        kind = self._kind
        if kind.property is not None and self.property(kind.property) is not None:
            return self.text(kind.property)
        if kind.by is None:
            return Hole(f"the name of {self.address}", kind.made_up)
        return Hole(f"{self.address}.{kind.by}" if kind.by else self.address, kind.made_up)

    def told(self, name: str) -> Text:
        """What the stack tells of it, or what is worked out from its properties: `{@name}`."""
        home = self.home
        match name:
            case "partition":
                return text(home.partition)
            case "region":
                return home.region
            case "account":
                return home.account
            case "function":
                argument = "TargetFunctionArn" if self.type == "AWS::Lambda::Url" else "FunctionName"
                return named_function(self.text(argument), home).arn
            case "bus" | "own_bus":
                return self._bus("/" if name == "bus" else "|")
        raise AssertionError(name)

    def _bus(self, separator: str) -> Text:
        """What stands before the name of a rule that is not on the default event bus."""
        written = text_of(self.property("EventBusName"))
        name = text() if written is None else written.split("/")[-1]
        return text() if name.literal in ("", "default") else text(name, separator)

    def _circle(self, name: str) -> Text:
        message = f"`{name}` of `{self.address}` refers to itself"
        self.stack.book.skip(SourceError(message, self.origin, "break the circle").as_skipped())
        return text(Hole(f"{self.address}.{name}"))

    def _members(self) -> Members:
        properties = self.declared.get("Properties")
        if properties is None or properties.value is None:
            return Members()
        if properties.members is None:
            what = f"`Properties` of `{self.address}`"
            self.stack.book.skip(wrong_type(properties, what, "an object").as_skipped())
            return Members()
        return self.stack.opened(Members(once(properties.members, self.stack.book)), self.address)
