"""Event sources that call functions, Lex apart: notifications, subscriptions, rules, APIs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from auditor.estate.service_links import CLOUDFORMATION
from auditor.iam.node import Member, Members, Node
from auditor.iam.text import Text, text
from auditor.sources.cloudformation.choice import items
from auditor.sources.cloudformation.elsewhere import let_in_by_import
from auditor.sources.cloudformation.resource import Resource
from auditor.sources.cloudformation.resources import Resources
from auditor.sources.cloudformation.values import text_of
from auditor.sources.declared.callers import Callers, LinkReader


def read_callers(resources: Resources) -> Callers:
    reader = LinkReader(resources.book, _items)
    reader.callers.missed |= let_in_by_import(resources)
    for service, links in CLOUDFORMATION.items():
        for link in links:
            for resource in resources.of(link.type):
                names = {way.partition(".")[0] for way in link.functions}
                names |= {name for name, _ in link.where} | set(link.unless)
                part = partial(_part, resource)
                reader.read(service, link, resource, _properties(resource, names), part, not resource.conditions)
    return reader.callers


def _properties(resource: Resource, names: set[str]) -> Node:
    """Those properties of a resource that are needed, as one object."""
    found = ((name, resource.property(name)) for name in sorted(names))
    members = (Member(text(name), value, resource.place(name)) for name, value in found if value is not None)
    return Node(Members(tuple(members)), resource.origin)


def _items(value: Node) -> Iterator[Node]:
    return (item for _, item in items(value))


def _part(resource: Resource, mark: str, name: str) -> Text:
    if mark == "@":
        return resource.told(name)
    if mark == "!" and resource.property(name) is None:
        return text("*")
    if name == "Ref":
        return resource.reference()
    if mark == "$":
        return text_of(resource.attribute(name)) or text()
    return resource.text(name)
