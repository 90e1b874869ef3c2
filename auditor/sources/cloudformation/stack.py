"""One stack: a template with the values of its parameters, and the stacks nested in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from auditor.iam.node import Member, Members, Node
from auditor.iam.origin import Origin
from auditor.iam.text import Hole
from auditor.sources.cloudformation.choice import CERTAIN, Literals, contradict
from auditor.sources.cloudformation.conditions import Conditions
from auditor.sources.cloudformation.evaluator import Evaluator
from auditor.sources.cloudformation.foreach import LOOP, expand
from auditor.sources.cloudformation.location import NESTED
from auditor.sources.cloudformation.parameters import Parameters
from auditor.sources.cloudformation.resource import Resource
from auditor.sources.cloudformation.template import LANGUAGE_EXTENSIONS, SAM, Template, once
from auditor.sources.cloudformation.values import literal_of, text_of
from auditor.sources.errors import SourceError
from auditor.sources.fields import wrong_type
from auditor.sources.home import Home

if TYPE_CHECKING:
    from auditor.sources.cloudformation.reading import Reading


class Stack:
    """`prefix` stands before every name of a nested stack: `Outer/`. `given` are the values of
    parameters, `under` the undecided conditions that the whole stack hangs on. `decider` is the same
    stack with other values of parameters, which decide the conditions of this one; `outer` is what
    nests it."""

    def __init__(
        self,
        reading: Reading,
        template: Template,
        home: Home,
        given: Mapping[str, Node],
        prefix: str = "",
        under: Literals = CERTAIN,
        decider: Stack | None = None,
        outer: Stack | None = None,
    ) -> None:
        reading.stacks.append(self)
        self.reading = reading
        self.template = template
        self.home = home
        self.given = given
        self.prefix = prefix
        self.under = under
        self.book = reading.book
        self.origin = Origin(template.file)
        self.parameters = Parameters(template.parameters, given, self.book, prefix)
        self.evaluator = Evaluator(self)
        self.decider = decider
        self.outermost: Stack = outer.outermost if outer is not None else self
        own = Conditions(template.conditions, self.evaluator.value, self.book, prefix)
        self.conditions: Conditions = decider.conditions if decider is not None else own
        self._resources: dict[str, Resource] = {}
        self._resources.update(self._declare(self.opened(template.resources, None)))
        self._nested: dict[str, Stack | None] = {}
        self._note_macros()

    def resource(self, name: str) -> Resource | None:
        others = self.template.others
        if others is not None and name in others and name not in self._resources:
            self._resources.update(self._declare((others[name],)))
        return self._resources.get(name)

    def resources(self) -> Iterator[Resource]:
        """Its own resources, those too whose condition fails."""
        yield from self._resources.values()

    def all_stacks(self) -> Iterator[Stack]:
        """The stack and those nested in it, that are there or may be."""
        yield self
        # Looking at a nested stack may declare what it refers to.
        for resource in tuple(self._resources.values()):
            nested = self.nested(resource) if resource.there and resource.type in NESTED else None
            if nested is not None:
                yield from nested.all_stacks()

    def all_resources(self) -> Iterator[Resource]:
        """The resources that are there, or may be, each followed by those nested in it."""
        for resource in self._resources.values():
            if resource.there:
                yield resource
                nested = self.nested(resource)
                if nested is not None:
                    yield from nested.all_resources()

    def nested(self, resource: Resource) -> Stack | None:
        """The stack that a resource makes; None where it makes none, or its template is not read."""
        if resource.name not in self._nested:
            self._nested[resource.name] = self.reading.open_nested(resource)
        return self._nested[resource.name]

    def output(self, resource: Resource, name: str) -> Node | None:
        """An output of a nested stack; None where it is not known."""
        nested = self.nested(resource)
        declared = nested.template.outputs.get(name) if nested is not None else None
        value = declared.value.members.get("Value") if declared is not None and declared.value.members else None
        return nested.evaluator.value(value) if nested is not None and value is not None else None

    def macro(self, call: Node, place: Origin) -> Hole:
        """A hole for what a macro would write here."""
        name = call.members.get("Name") if call.members is not None else None
        shown = literal_of(name) or "a macro"
        return self.book.hole(f"what `{shown}` writes at {place}", place, source=f"Fn::Transform {shown}")

    def opened(self, members: Members, address: str | None) -> Members:
        """Members with loops and macros written out as far as they can be."""
        if not any(str(member.key).startswith("Fn::") for member in members):
            return members
        expanded = expand(members, self.evaluator.texts, self.book)
        kept = []
        for member in expanded:
            if str(member.key) == "Fn::Transform":
                place = member.origin.at(address)
                self.book.note(place, f"Fn::Transform {literal_of(_name_of(member.value)) or ''}".strip())
            else:
                kept.append(member)
        return Members(tuple(kept))

    def _declare(self, members: Iterable[Member]) -> dict[str, Resource]:
        declared: dict[str, Resource] = {}
        for member in once(members, self.book):
            name = str(member.key)
            if name.startswith(LOOP):
                continue
            if member.value.members is None:
                self.book.skip(wrong_type(member.value, f"the resource `{name}`", "an object").as_skipped())
                continue
            type_ = literal_of(self._type(member))
            if type_ is None:
                continue
            there, conditions = self._presence(member)
            declared[name] = Resource(self, member, type_, there, conditions)
        return declared

    def _type(self, declared: Member) -> Node | None:
        written = declared.value.members.get("Type") if declared.value.members is not None else None
        if written is None:
            error = SourceError(f"the resource `{declared.key}` has no `Type`", declared.origin, "add `Type`")
            self.book.skip(error.as_skipped())
            return None
        value = self.evaluator.value(written, str(declared.key))
        if value is not None and text_of(value) is None:
            self.book.skip(wrong_type(value, f"`Type` of `{declared.key}`", "a text").as_skipped())
        return value

    def _presence(self, declared: Member) -> tuple[bool, Literals]:
        """Whether a resource may be there, and what that hangs on."""
        named = declared.value.members.get("Condition") if declared.value.members is not None else None
        if named is None:
            return True, self.under
        name = literal_of(named)
        if name is None:
            self.book.skip(wrong_type(named, "`Condition`", "a text").as_skipped())
            return True, self.under
        holds = self.conditions.truth(name, named.origin)
        if holds is not None:
            return holds, self.under
        literals = self.conditions.literals(name, True)
        return not contradict(literals, self.under), self.under | literals

    def _note_macros(self) -> None:
        """Macros that rewrite the whole template: what they make of it is not known."""
        for node in self.template.transforms:
            name = literal_of(node) or literal_of(_name_of(node)) or "a macro"
            if name not in (SAM, LANGUAGE_EXTENSIONS):
                self.book.note(node.origin, f"Transform {name}")


def _name_of(call: Node) -> Node | None:
    return call.members.get("Name") if call.members is not None else None
