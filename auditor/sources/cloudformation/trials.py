"""Which values of its parameters a template is tried with: those that its conditions tell apart.

A condition of a nested stack looks at a parameter of its own; what that is given tells which parameters
of the outermost stack it hangs on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TypeAlias

from auditor.iam.node import Members, Node
from auditor.iam.text import text
from auditor.sources.cloudformation.location import NESTED
from auditor.sources.cloudformation.members import every_member
from auditor.sources.cloudformation.resource import Resource
from auditor.sources.cloudformation.stack import Stack
from auditor.sources.cloudformation.values import literal_of, text_of

OTHER = "any other value"

_Sources: TypeAlias = "Mapping[str, frozenset[str]]"
"""For each parameter of a stack those of the outermost one that its value is made of."""


def trials(root: Stack, given: Collection[str]) -> dict[str, tuple[Node, ...]]:
    """The parameters with a default that conditions look at, each with the values to try, but for those
    that were `given`."""
    compared: dict[str, set[str]] = {}
    listed: dict[str, list[str]] = {}
    for stack, sources in _with_sources(root, {name: frozenset((name,)) for name in root.template.parameters}):
        looked_at = {name for member in stack.template.conditions.values() for name in _mentioned(member.value)}
        for condition in stack.template.conditions.values():
            for name in _mentioned(condition.value):
                for source in sources.get(name, ()):
                    compared.setdefault(source, set()).update(_literals(condition.value))
        for name in looked_at & stack.template.parameters.keys():
            for source in sources.get(name, ()):
                listed.setdefault(source, []).extend(_allowed(stack, name))
    return dict(_tried(root, given, compared, listed))


def _tried(
    root: Stack, given: Collection[str], compared: Mapping[str, set[str]], listed: Mapping[str, list[str]]
) -> Iterator[tuple[str, tuple[Node, ...]]]:
    for name, declared in root.template.parameters.items():
        default = declared.value.members.get("Default") if declared.value.members is not None else None
        if name not in compared or default is None or name in given:
            continue
        value = text_of(root.parameters.value(name))
        if value is None or value != text_of(default):
            continue
        tried = _allowed(root, name) or listed.get(name) or sorted({OTHER, *compared[name]})
        values = dict.fromkeys((str(text_of(default)), *tried))
        yield name, tuple(Node(text(value), declared.origin) for value in values)


def _with_sources(stack: Stack, sources: _Sources) -> Iterator[tuple[Stack, _Sources]]:
    yield stack, sources
    for resource in stack.resources():
        nested = stack.nested(resource) if resource.there and resource.type in NESTED else None
        if nested is not None:
            handed = {
                str(member.key): frozenset[str]().union(
                    *(sources.get(name, frozenset()) for name in _mentioned(Node(Members((member,)))))
                )
                for member in _handed(resource)
            }
            yield from _with_sources(nested, handed)


def _handed(resource: Resource) -> Members:
    """The values that a nested stack is given, as they are written."""
    properties = resource.declared.get("Properties")
    node = properties.members.get("Parameters") if properties is not None and properties.members is not None else None
    return node.members if node is not None and node.members is not None else Members()


def _allowed(stack: Stack, name: str) -> list[str]:
    declared = stack.template.parameters[name].value.members
    allowed = declared.get("AllowedValues") if declared is not None else None
    values = (literal_of(item) for item in (allowed.items if allowed is not None else None) or ())
    return [value for value in values if value is not None]


def _mentioned(node: Node) -> Iterator[str]:
    """The parameters that a condition, or a value, looks at."""
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
