"""All resources of a template and of the stacks nested in it, by type."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.iam.node import Node
from auditor.iam.text import Text, text
from auditor.sources.cloudformation.location import local_template
from auditor.sources.cloudformation.members import every_member
from auditor.sources.cloudformation.resource import Resource
from auditor.sources.cloudformation.stack import Stack
from auditor.sources.declared.hole_book import HoleBook


class Resources:
    """`root` is the outermost stack."""

    def __init__(self, root: Stack) -> None:
        self.root = root
        self.book: HoleBook = root.book
        self._by_type: dict[str, list[Resource]] = {}
        self._unread: list[tuple[Resource, frozenset[str]]] = []
        for resource in root.all_resources():
            self._by_type.setdefault(resource.type, []).append(resource)
            if local_template(resource) is not None and resource.stack.nested(resource) is None:
                self._unread.append((resource, _names(resource.declared.get("Properties"))))

    def of(self, type_: str) -> Sequence[Resource]:
        """The resources of a type that are there or may be, in their order."""
        return self._by_type.get(type_, ())

    def unread(self, resource: Resource) -> tuple[Node, ...]:
        """A hole for each nested stack that is not read and that the resource is handed to: what
        is done there with it is not known."""
        return tuple(
            Node(text(self.book.hole(nested.address, nested.origin)), nested.origin)
            for nested, names in self._unread
            if nested.stack is resource.stack and resource.name in names
        )


def _names(node: Node | None) -> frozenset[str]:
    """What a part of a template refers to."""
    return frozenset(_mentioned(node)) if node is not None else frozenset()


def _mentioned(node: Node) -> Iterator[str]:
    for key, value in every_member(node):
        if key in ("Ref", "Fn::GetAtt", "Fn::Sub"):
            yield from _in_call(key, value)


def _in_call(function: str, argument: Node) -> Iterator[str]:
    first = argument.items[0] if argument.items else argument
    written: Text | None = first.text
    literal = written.literal if written is not None else None
    if literal is None:
        return
    if function == "Fn::Sub":
        for part in literal.split("${")[1:]:
            yield part.partition("}")[0].partition(".")[0]
    else:
        yield literal.partition(".")[0]
