"""Evaluating the values of one stack.

Source: the CloudFormation user guide, "Intrinsic function reference" and "Pseudo parameters
reference".
"""

from __future__ import annotations

import operator
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from auditor.iam.node import Member, Members, Node
from auditor.iam.origin import Origin
from auditor.iam.text import Hole, HoleType, Text, text
from auditor.sources.cloudformation.choice import Choice, distribute
from auditor.sources.cloudformation.foreach import expand
from auditor.sources.cloudformation.intrinsics import FUNCTIONS, IntrinsicError, UnknownError, call, joined
from auditor.sources.cloudformation.pseudo import pseudo_parameter
from auditor.sources.cloudformation.values import LONGEST_SHOWN, literal_of, named_by, shown, text_of
from auditor.sources.errors import SourceError

if TYPE_CHECKING:
    from auditor.sources.cloudformation.resource import Resource
    from auditor.sources.cloudformation.stack import Stack

DEEPEST = 250
"""How many values, and things that they refer to, may stand in each other."""

_DYNAMIC = re.compile(r"\{\{resolve:[^{}]*\}\}")
_SUBSTITUTED = re.compile(r"\$\{([^{}]*)\}")
SPECIAL = frozenset({"Ref", "Fn::GetAtt", "Fn::Sub", "Fn::If", "Fn::FindInMap"})
_LOOP = "Fn::ForEach::"


class Evaluator:
    """Gives the values of one stack's template. What CloudFormation would refuse is told, and a
    hole stands in its place."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self._depth = 0

    def value(self, node: Node, address: str | None = None) -> Node | None:
        """The value that a part of the template has; None for `AWS::NoValue`. Its places are in
        the resource `address`."""
        self._depth += 1
        try:
            if self._depth > DEEPEST:
                return self._refused(node, IntrinsicError("values refer to each other too deeply", "write it flatter"))
            return self._value(node, node.origin.at(address))
        finally:
            self._depth -= 1

    def _value(self, node: Node, origin: Origin) -> Node | None:
        inner = node.value
        if isinstance(inner, Text):
            literal = inner.literal
            plain = literal is not None and "{{resolve:" not in literal
            return _placed(node, origin) if plain else Node(self._resolved(inner, origin), origin)
        if isinstance(inner, tuple):
            values = tuple(value for item in inner if (value := self.value(item, origin.address)) is not None)
            same = len(values) == len(inner) and all(map(operator.is_, values, inner))
            return _placed(node, origin) if same else Node(values, origin)
        if not isinstance(inner, Members):
            return _placed(node, origin)
        if len(inner) == 1:
            (member,) = inner
            name = str(member.key)
            if name in SPECIAL or name in FUNCTIONS:
                return self._call(name, Node(member.value.value, origin), origin)
            if name.startswith("!") or (name.startswith("Fn::") and not name.startswith(_LOOP)):
                kind = "tag" if name.startswith("!") else "function"
                return self._refused(Node(inner, origin), IntrinsicError(f"unknown {kind} `{name}`"))
        members = tuple(self._members(inner, origin))
        same = len(members) == len(inner) and all(map(operator.is_, members, inner))
        return _placed(node, origin) if same else Node(Members(members), origin)

    def _members(self, members: Members, origin: Origin) -> Iterator[Member]:
        if any(str(member.key).startswith(_LOOP) for member in members):
            members = expand(members, self.texts, self.stack.book)
        for member in members:
            place = member.origin.at(origin.address)
            if str(member.key) == "Fn::Transform":
                hole = self.stack.macro(member.value, place)
                yield Member(text(hole), Node(text(hole), place), place)
                continue
            value = self.value(member.value, origin.address)
            if value is member.value and place is member.origin:
                yield member
            elif value is not None:
                yield Member(member.key, value, place)

    def texts(self, collection: Node) -> list[str] | None:
        """The items of a list of texts; None where they are not known."""
        value = self.value(collection)
        if value is None or value.items is None:
            return None
        found = [literal_of(item) for item in value.items]
        return [item for item in found if item is not None] if None not in found else None

    def _call(self, function: str, argument: Node, origin: Origin) -> Node | None:
        try:
            match function:
                case "Ref":
                    return self._reference(_name(argument, "Ref"), origin)
                case "Fn::GetAtt":
                    return self._attribute(argument, origin)
                case "Fn::Sub":
                    return self._substituted(argument, origin)
                case "Fn::If":
                    return self._chosen(argument, origin)
            evaluated = self._evaluated(argument, origin)
            if function == "Fn::ImportValue":
                return distribute(evaluated, lambda value: self._imported(value, origin), self._choice)
            if function == "Fn::FindInMap":
                return distribute(evaluated, lambda value: self._found(value, origin), self._choice)
            return distribute(evaluated, lambda value: self._applied(function, value, origin), self._choice)
        except IntrinsicError as error:
            return self._refused(Node(argument.value, origin), error)

    def _imported(self, argument: Node, origin: Origin) -> Node:
        """What another template exports; a hole where none does, or several do."""
        name = text_of(argument)
        found = self.stack.reading.imported(name, self.stack) if name is not None else None
        if found is None:
            return self._unknown(named_by("Fn::ImportValue", argument), origin)
        if found.value is None:
            one = f"not the same in all cases of {found.files[0]}"
            why = f"exported by {' and by '.join(found.files)}" if len(found.files) > 1 else one
            told = named_by("Fn::ImportValue", argument)
            return Node(text(self.stack.book.hole(told, origin, source=f"{told}: {why}")), origin)
        return found.value if isinstance(found.value, Choice) else Node(found.value.value, origin)

    def _applied(self, function: str, argument: Node, origin: Origin) -> Node:
        try:
            return Node(call(function, argument).value, origin)
        except UnknownError:
            return self._unknown(named_by(function, argument), origin)

    def _evaluated(self, argument: Node, origin: Origin) -> Node:
        value = self.value(argument, origin.address)
        if value is None:
            raise IntrinsicError("`AWS::NoValue` is no argument")
        return value

    def _reference(self, name: str, origin: Origin) -> Node | None:
        stack = self.stack
        if name in stack.parameters:
            return Node(stack.parameters.value(name).value, origin)
        if name == "AWS::NoValue":
            return None
        told = pseudo_parameter(name, stack)
        if told is not None:
            return Node(told, origin)
        resource = stack.resource(name)
        if resource is not None:
            self._require(resource)
            return Node(resource.reference(), origin)
        raise IntrinsicError(f"`{name}` is neither a parameter nor a resource of this template", "check the name")

    def _attribute(self, argument: Node, origin: Origin) -> Node:
        written = text_of(argument)
        if written is None and argument.items is not None:
            parts = [text_of(self._evaluated(item, origin)) for item in argument.items]
            written = None if len(parts) != 2 or None in parts else text(*(p for p in _dotted(parts)))
        if written is None:
            raise IntrinsicError("`Fn::GetAtt` takes a resource and an attribute", "write `!GetAtt Resource.Arn`")
        literal = written.literal
        if literal is None:
            return self._unknown(f"Fn::GetAtt {written}", origin)
        return self._attribute_of(literal, origin)

    def _attribute_of(self, written: str, origin: Origin) -> Node:
        name, dot, attribute = written.partition(".")
        if not dot or not attribute:
            raise IntrinsicError(f"`{written}` names no attribute", "write `Resource.Attribute`")
        resource = self.stack.resource(name)
        if resource is None:
            raise IntrinsicError(f"`{name}` is no resource of this template", "check the name")
        self._require(resource)
        value = resource.attribute(attribute)
        return value if isinstance(value, Choice) else Node(value.value, origin)

    def _require(self, resource: Resource) -> None:
        if not resource.there:
            self.stack.reading.absent.add(resource.address)

    def _substituted(self, argument: Node, origin: Origin) -> Node | None:
        template, extra = argument, None
        if argument.items is not None and len(argument.items) == 2:
            template, extra = argument.items
        written = text_of(template)
        if written is None or written.literal is None or (extra is not None and extra.members is None):
            raise IntrinsicError("`Fn::Sub` takes a text, or a text and an object", "write `!Sub 'a ${Name}'`")
        variables = {str(member.key): member.value for member in extra.members or ()} if extra is not None else {}
        pieces: list[Node] = []
        done = 0
        for match in _SUBSTITUTED.finditer(written.literal):
            pieces.append(Node(text(written.literal[done : match.start()])))
            pieces.append(self._variable(match.group(1), variables, origin))
            done = match.end()
        pieces.append(Node(text(written.literal[done:])))
        whole = Node(tuple(pieces), origin)
        return distribute(
            whole, lambda value: Node(self._resolved(joined(value.items or ()), origin), origin), self._choice
        )

    def _variable(self, name: str, variables: dict[str, Node], origin: Origin) -> Node:
        """What stands for `${name}` in a text."""
        if name.startswith("!"):
            return Node(text("${" + name[1:] + "}"))
        value: Node | None
        if name in variables:
            value = self._evaluated(variables[name], origin)
        elif "." in name:
            value = self._attribute_of(name, origin)
        elif ":" in name and not name.startswith("AWS::"):
            help = "write `${!" + name + "}` for a policy variable"
            raise IntrinsicError("`${" + name + "}` in `Fn::Sub` names nothing", help)
        else:
            value = self._reference(name, origin)
        if value is None:
            raise IntrinsicError("`AWS::NoValue` is no part of a text")
        return value

    def _chosen(self, argument: Node, origin: Origin) -> Node | None:
        if argument.items is None or len(argument.items) != 3:
            raise IntrinsicError("`Fn::If` takes a condition and two values", "write `!If [Condition, yes, no]`")
        condition, then, otherwise = argument.items
        name = literal_of(condition)
        if name is None:
            raise IntrinsicError("`Fn::If` takes the name of a condition")
        holds = self.stack.conditions.truth(name, origin)
        if holds is not None:
            return self.value(then if holds else otherwise, origin.address)
        literals = self.stack.conditions.literals
        choice = Choice(text(), origin, literals(name, True), literals(name, False))
        return self._choice(choice, self.value(then, origin.address), self.value(otherwise, origin.address))

    def _choice(self, choice: Choice, then: Node | None, otherwise: Node | None) -> Node | None:
        """Two values under the condition of `choice`; the value itself where they are the same."""
        one, other = shown(then), shown(otherwise)
        if one == other and len(one) <= LONGEST_SHOWN:
            return then
        condition = min(choice.holding, key=lambda literal: (literal.startswith("not "), literal))
        name = f"Fn::If {condition}: {one}, {other}"
        if len(name) > LONGEST_SHOWN:
            name = f"Fn::If {condition} at {choice.origin}"
        hole = text(self.stack.book.hole(name, choice.origin))
        return Choice(hole, choice.origin, choice.holding, choice.failing, then, otherwise)

    def _found(self, argument: Node, origin: Origin) -> Node:
        if argument.items is None or not 3 <= len(argument.items) <= 4:
            raise IntrinsicError("`Fn::FindInMap` takes a map and two keys", "write `!FindInMap [Map, key, key]`")
        table, *keys = argument.items[:3]
        default = argument.items[3].members if len(argument.items) == 4 else None
        name = literal_of(table)
        if name is None:
            return self._unknown(named_by("Fn::FindInMap", argument), origin)
        declared = self.stack.template.mappings.get(name)
        if declared is None:
            raise IntrinsicError(f"the map `{name}` is not declared in this template", "check the name")
        cases = [declared.value]
        for key in keys:
            cases = [found for case in cases for found in _entries(case, literal_of(key))]
        if not cases and default is not None and default.get("DefaultValue") is not None:
            return self._evaluated(default.get("DefaultValue") or argument, origin)
        if not cases:
            asked = "`, `".join(str(text_of(key)) for key in keys)
            raise IntrinsicError(f"the map `{name}` has no `{asked}`", "check the keys")
        values = {shown(case) for case in cases}
        if len(values) == 1:
            return Node(self._evaluated(cases[0], origin).value, origin)
        return self._unknown(named_by("Fn::FindInMap", argument), origin)

    def _resolved(self, written: Text, origin: Origin) -> Text:
        """A text in which what is resolved at deployment is a hole."""
        parts: list[str | Hole] = []
        for part in written:
            if isinstance(part, Hole):
                parts.append(part)
                continue
            done = 0
            for match in _DYNAMIC.finditer(part):
                parts.append(part[done : match.start()])
                parts.append(self.stack.book.hole(match.group()[2:-2], origin, source=match.group()))
                done = match.end()
            parts.append(part[done:])
        return text(*parts)

    def _unknown(self, name: str, origin: Origin) -> Node:
        return Node(text(self.stack.book.hole(name, origin)), origin)

    def _refused(self, node: Node, error: IntrinsicError) -> Node:
        self.stack.book.skip(SourceError(error.message, node.origin, error.help).as_skipped())
        return Node(text(Hole(f"what is wrong at {node.origin}", HoleType.ANYTHING)), node.origin)


def _placed(node: Node, origin: Origin) -> Node:
    """A node at a place: itself where it is there already. Most of a template is values as they
    stand, and a large one is not to be held twice."""
    return node if node.origin is origin else Node(node.value, origin)


def _name(argument: Node, function: str) -> str:
    name = literal_of(argument)
    if name is None:
        raise IntrinsicError(f"`{function}` takes a name", f"write `!{function} Name`")
    return name


def _dotted(parts: list[Text | None]) -> Iterator[Text | str]:
    for position, part in enumerate(parts):
        yield "." if position else ""
        yield part or text()


def _entries(case: Node, key: str | None) -> tuple[Node, ...]:
    """The entry of a map's object; all of them where the key is not known."""
    if case.members is None:
        return ()
    if key is None:
        return tuple(member.value for member in case.members)
    found = case.members.get(key)
    return (found,) if found is not None else ()
