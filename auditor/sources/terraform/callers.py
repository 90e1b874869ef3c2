"""Event sources that call functions, Lex apart: notifications, subscriptions, rules, APIs."""

from __future__ import annotations

from functools import partial

from auditor.estate.service_links import TERRAFORM
from auditor.iam.node import Node
from auditor.iam.text import Text
from auditor.sources.declared.callers import Callers, LinkReader
from auditor.sources.terraform.configuration import MANAGED
from auditor.sources.terraform.interface import Resources
from auditor.sources.terraform.resource import Resource


def read_callers(root: Resources) -> Callers:
    reader = LinkReader(root.book, _items)
    for service, links in TERRAFORM.items():
        for link in links:
            for instance in root.instances(MANAGED, link.type):
                reader.read(service, link, instance, instance.view.node(), partial(_part, instance), _is_sure(instance))
    return reader.callers


def _items(value: Node) -> tuple[Node, ...]:
    return value.items if value.items is not None else (value,)


def _is_sure(instance: Resource) -> bool:
    return not instance.uncertain


def _part(instance: Resource, mark: str, name: str) -> Text:
    return instance.told(name) if mark == "@" else instance.text(name)
