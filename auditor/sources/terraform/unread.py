"""Module calls that could not be read, and what was handed to them."""

from __future__ import annotations

from auditor.iam.node import Node
from auditor.iam.text import text
from auditor.sources.terraform.evaluation.value import EvaluationError
from auditor.sources.terraform.language.expression import references
from auditor.sources.terraform.resource import Instance


def mentioning_calls(instance: Instance) -> tuple[Node, ...]:
    """A hole for each call of a module that is not there and that a resource is handed to:
    what that module does with it is not known."""
    module = instance.module
    _, *wanted = ("", *instance.block_address.removeprefix(module.prefix).split("."))
    found: list[Node] = []
    for name, block in module.configuration.modules.items():
        try:
            unread = module.call(name) is None
        except EvaluationError:
            unread = True
        if not unread:
            continue
        mentioned = (
            reference[: len(wanted)] == tuple(wanted)
            for attribute in block.attributes.values()
            for reference in references(attribute.expression)
        )
        if any(mentioned):
            place = block.file.origin(block.start, block.inside[0], f"{module.prefix}module.{name}")
            hole = module.reading.book.hole(f"{module.prefix}module.{name}", place)
            found.append(Node(text(hole), place))
    return tuple(found)
