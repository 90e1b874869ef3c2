"""Module calls that could not be read, and what was handed to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.iam.node import Node
from auditor.iam.text import text
from auditor.sources.terraform.evaluation.value import EvaluationError
from auditor.sources.terraform.language.expression import references

if TYPE_CHECKING:
    from auditor.sources.terraform.module import Module


def mentioning_calls(block_address: str, module: Module) -> tuple[Node, ...]:
    """A hole for each call of a module that is not there and that a resource of this module is
    handed to: what the called module does with it is not known."""
    _, *wanted = ("", *block_address.removeprefix(module.prefix).split("."))
    found: list[Node] = []
    for name, block in module.configuration.modules.items():
        try:
            unread = module.call(name) is None
        except EvaluationError:
            unread = True
        told = module.reading.told
        if not unread or (told is not None and told.tells_module(f"{module.prefix}module.{name}")):
            continue
        mentioned = (
            reference[: len(wanted)] == tuple(wanted)
            for attribute in block.attributes.values()
            for reference in references(attribute.expression)
        )
        if any(mentioned):
            place = block.file.origin(block.start, block.inside[0], f"{module.prefix}module.{name}")
            hole = module.book.hole(f"{module.prefix}module.{name}", place)
            found.append(Node(text(hole), place))
    return tuple(found)
