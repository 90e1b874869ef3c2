"""The cases of a template: which of its conditions hold together for some values of its parameters.

A parameter has its default, and its conditions are decided by it. Another deployment of the same
template gives another value, and then what hangs on the other conditions is there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from math import prod

from auditor.iam.node import Members, Node
from auditor.iam.text import text
from auditor.sources.cloudformation.members import every_member
from auditor.sources.cloudformation.reading import Reading
from auditor.sources.cloudformation.stack import Stack
from auditor.sources.cloudformation.values import literal_of, text_of

MOST_CASES = 16
_MOST_ASSIGNMENTS = 512
_MOST_RESOURCES = 20_000
"""Resources in all cases together, beyond which the cases are one that stands for all."""
_OTHER = "any other value"
_NAMES = ("Condition", "Fn::If")

Truths = tuple[bool | None, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """`literals` are the conditions that hold, and after `not ` those that do not; none in the case that
    stands for all of them. `stack` is the template in it; `decided` tells that each condition is."""

    literals: frozenset[str]
    stack: Stack
    decided: bool


class Cases:
    """The cases of the outermost stack of a template."""

    def __init__(self, reading: Reading, root: Stack) -> None:
        self._reading = reading
        self._root = root
        self._values = _values(root, reading.options.parameters)
        self._names = _used(root) if self._values else ()
        self.own: frozenset[str] = self._literals(self._truths({}))
        """What is true of the stack with its defaults."""

    def others(self) -> Iterator[Case]:
        """Those that its defaults do not give, each once."""
        if not self._names:
            return
        told = self._told()
        if told is None:
            unknown = {name: self._hole(name) for name in self._values}
            yield Case(frozenset(), self._decided_by(unknown), decided=False)
            return
        for truths, values in told.items():
            yield Case(self._literals(truths), self._decided_by(values), decided=None not in truths)

    def _told(self) -> Mapping[Truths, Mapping[str, Node]] | None:
        """One assignment of values for each other case; None where there are too many."""
        if prod(len(values) for values in self._values.values()) > _MOST_ASSIGNMENTS:
            return None
        found: dict[Truths, Mapping[str, Node]] = {self._truths({}): {}}
        for chosen in product(*self._values.values()):
            values = dict(zip(self._values, chosen, strict=True))
            found.setdefault(self._truths(values), values)
        del found[self._truths({})]
        many = len(found) >= MOST_CASES or len(found) * len(self._root.template.resources) > _MOST_RESOURCES
        return None if many else found

    def _truths(self, values: Mapping[str, Node]) -> Truths:
        bare = replace(self._root.template, resources=Members())
        conditions = self._reading.again(self._root, values, bare).conditions
        return tuple(conditions.truth(name, self._root.origin) for name in self._names)

    def _literals(self, truths: Truths) -> frozenset[str]:
        named = zip(self._names, truths, strict=True)
        return frozenset(name if holds else f"not {name}" for name, holds in named if holds is not None)

    def _decided_by(self, values: Mapping[str, Node]) -> Stack:
        return self._reading.decided_by(self._root, self._reading.again(self._root, values))

    def _hole(self, name: str) -> Node:
        origin = self._root.template.parameters[name].origin
        return Node(text(self._root.book.hole(name, origin)), origin)


def _values(root: Stack, given: Mapping[str, str]) -> dict[str, tuple[Node, ...]]:
    """The parameters with a default that conditions look at, each with the values to try."""
    conditions = [member.value for member in root.template.conditions.values()]
    compared = [(set(_mentioned(node)), set(_literals(node))) for node in conditions]
    found: dict[str, tuple[Node, ...]] = {}
    for name, declared in root.template.parameters.items():
        others = [literals for names, literals in compared if name in names]
        default = declared.value.members.get("Default") if declared.value.members is not None else None
        if not others or default is None or name in given:
            continue
        if text_of(root.parameters.value(name)) is None or text_of(root.parameters.value(name)) != text_of(default):
            continue
        allowed = declared.value.members.get("AllowedValues") if declared.value.members is not None else None
        listed = [literal_of(item) for item in allowed.items or ()] if allowed is not None else []
        tried = [value for value in listed if value is not None] or sorted({_OTHER}.union(*others))
        values = dict.fromkeys((str(text_of(default)), *tried))
        found[name] = tuple(Node(text(value), declared.origin) for value in values)
    return found


def _used(root: Stack) -> tuple[str, ...]:
    """The conditions that resources hang on, or parts of them."""
    declared = root.template.conditions
    found = {name for member in root.template.resources for name in _conditions(member.value)}
    return tuple(name for name in declared if name in found)


def _conditions(node: Node) -> Iterator[str]:
    for key, value in every_member(node):
        if key in _NAMES:
            written = literal_of(value.items[0] if value.items else value)
            if written is not None:
                yield written


def _mentioned(node: Node) -> Iterator[str]:
    """The parameters that a condition looks at."""
    for key, value in every_member(node):
        literal = literal_of(value.items[0] if value.items else value)
        if literal is not None and key == "Ref":
            yield literal
        elif literal is not None and key == "Fn::Sub":
            yield from (part.partition("}")[0] for part in literal.split("${")[1:])


def _literals(node: Node) -> Iterator[str]:
    """The texts that a condition compares with."""
    for key, value in every_member(node):
        if key == "Fn::Equals":
            yield from (literal for item in value.items or () if (literal := literal_of(item)) is not None)
