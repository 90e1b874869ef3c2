"""What the parts of a template refer to.

Sources: the CloudFormation user guide, "Intrinsic function reference" and "DependsOn attribute"; the
full forms of Fn::GetAtt are a list and a text with a dot.
"""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from auditor.fixes.cloudformation.tree import Resource, TemplateFile
from auditor.iam.frozen import Frozen
from auditor.iam.node import Member, Node
from auditor.sources.cloudformation.made import VARIABLE

_NAMING = ("Ref", "Fn::GetAtt", "Fn::Sub")


class Mention(Frozen):
    """A name that a part of a template uses: of a resource or parameter, of a condition, or of a
    map. `declared` is where it would be declared."""

    declared: str
    name: str


def mentions(node: Node) -> Iterator[Mention]:
    """What a part of a template refers to, in its order."""
    waiting = [node]
    while waiting:
        part = waiting.pop()
        waiting.extend(reversed(part.items or ()))
        for member in part.members or ():
            key = str(member.key)
            if key in _NAMING:
                yield from (Mention("Parameters", name) for name in _named(key, member.value))
            elif key == "Fn::If":
                yield from (Mention("Conditions", name) for name in _first(member.value))
            elif key == "Condition" and member.value.text is not None:
                yield Mention("Conditions", str(member.value.text))
            elif key == "Fn::FindInMap":
                yield from (Mention("Mappings", name) for name in _first(member.value))
            waiting.append(member.value)


def names_in(node: Node | None) -> set[str]:
    """The resources and parameters that a part of a template refers to."""
    return (
        {mention.name for mention in mentions(node) if mention.declared == "Parameters"} if node is not None else set()
    )


def waits_for(resource: Resource) -> set[str]:
    """The resources that must be made before this one."""
    return names_in(resource.body) | set(depends_on(resource))


def depends_on(resource: Resource) -> tuple[str, ...]:
    node = resource.part("DependsOn")
    listed = () if node is None else node.items if node.items is not None else (node,)
    return tuple(str(item.text) for item in listed if item.text is not None)


def unused(file: TemplateFile) -> set[Mention]:
    """The parameters, conditions and maps that nothing in a template refers to."""
    used = set(mentions(file.root))
    declared = (
        Mention(section, str(member.key))
        for section in ("Parameters", "Conditions", "Mappings")
        for member in file.section(section)
    )
    return {mention for mention in declared if mention not in used}


def find_cycle(file: TemplateFile) -> tuple[str, ...]:
    """Resources that wait for one another, the first again at the end; empty where none do."""
    graph = {name: sorted(waits_for(resource) & file.resources.keys()) for name, resource in file.resources.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        cycle: list[str] = error.args[1]
        return tuple(cycle)
    return ()


def _named(function: str, argument: Node) -> Iterator[str]:
    first = argument.items[0] if argument.items else argument
    written = str(first.text) if first.text is not None else ""
    if function == "Fn::Sub":
        own = {str(member.key) for member in _map_of(argument)}
        found = (match.group(1).partition(".")[0] for match in VARIABLE.finditer(written))
        yield from (name for name in found if name not in own)
    else:
        yield written.partition(".")[0] if function == "Fn::GetAtt" else written


def _map_of(argument: Node) -> tuple[Member, ...]:
    """The values that the second argument of Fn::Sub names."""
    items = argument.items or ()
    return tuple(items[1].members or ()) if len(items) > 1 else ()


def _first(argument: Node) -> Iterator[str]:
    if argument.items and argument.items[0].text is not None:
        yield str(argument.items[0].text)
