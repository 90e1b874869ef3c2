"""Who refers to a block, in its module."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from auditor.fixes.edit import NotEditableError
from auditor.fixes.terraform.changes import Changes
from auditor.iam.frozen import Frozen
from auditor.sources.terraform.configuration import Configuration
from auditor.sources.terraform.language.block import Attribute, Block
from auditor.sources.terraform.language.expression import (
    Expression,
    Name,
    Traversal,
    TupleOf,
    inner_expressions,
    references,
)

_APART = ("check", "import")
"""Blocks that declare nothing and yet refer to what is declared. A `moved` or `removed` block may
name a resource that is not there, or no longer one."""


class Mention(Frozen):
    """An argument that refers to a block: `whole` where it names the block in `depends_on`."""

    block: Block | None
    attribute: Attribute
    whole: bool


def require_whole_references(configuration: Configuration, named: str) -> None:
    """Raises NotEditableError where something reads an attribute of the block `named` (as in
    `aws_lambda_permission.x`): with for_each it would have to say of which instance."""
    for mention in _mentions(configuration, named):
        if not mention.whole:
            raise NotEditableError(f"`{_place(mention)}` reads `{named}`")


def forget(configuration: Configuration, named: str, changes: Changes, successor: str = "") -> None:
    """Take a block that goes out of every `depends_on`, or put its `successor` there. Raises
    NotEditableError where something else refers to it."""
    require_whole_references(configuration, named)
    for mention in _mentions(configuration, named):
        held = mention.attribute
        assert isinstance(held.expression, TupleOf), "a whole mention is an item of a list"
        gone = next(item for item in held.expression.items if _names(item, named))
        if successor:
            changes.put(held.file, gone.start, gone.end, successor)
        elif len(held.expression.items) == 1:
            changes.remove(held.file, held.start, held.end)
        else:
            changes.remove_items(held, held.expression, [gone])


def all_attributes(configuration: Configuration) -> Iterator[tuple[Block | None, Attribute]]:
    """Every argument of a module, with the top-level block that holds it (None: a local)."""
    for attribute in configuration.locals.values():
        yield None, attribute
    declared = (configuration.resources, configuration.modules, configuration.outputs, configuration.providers)
    for blocks in declared:
        for block in blocks.values():
            yield from ((block, attribute) for attribute in _inside(block))


def _inside(block: Block) -> Iterator[Attribute]:
    yield from block.attributes.values()
    for inner in block.body.blocks:
        yield from _inside(inner)


def _mentions(configuration: Configuration, named: str) -> Iterator[Mention]:
    path = tuple(named.split("."))
    apart = (block for file in configuration.files for block in file.blocks if block.type in _APART)
    beside = ((block, attribute) for block in apart for attribute in _inside(block))
    for block, attribute in chain(all_attributes(configuration), beside):
        found = [reference for reference in references(attribute.expression) if reference[: len(path)] == path]
        if not found:
            continue
        listed = attribute.expression.items if isinstance(attribute.expression, TupleOf) else ()
        whole = attribute.name == "depends_on" and any(_names(item, named) for item in listed)
        yield Mention(block, attribute, whole and found == [path])


def _names(item: Expression, named: str) -> bool:
    written = next(references(item), ())
    plain = isinstance(item, Traversal) and isinstance(item.base, Name)
    return plain and ".".join(written) == named and len(list(inner_expressions(item))) == 2


def _place(mention: Mention) -> str:
    held = mention.attribute
    return str(held.file.origin(held.start, held.end))
