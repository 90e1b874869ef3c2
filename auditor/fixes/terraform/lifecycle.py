"""What the lifecycle of a resource lets an edit of its block do.

Source: the Terraform language documentation of lifecycle: a change of an argument in
`ignore_changes` is not carried out, and a plan that would destroy a resource with
`prevent_destroy` fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from auditor.fixes.edit import NotEditableError
from auditor.fixes.render.address import parse_address
from auditor.fixes.terraform.tree import Tree
from auditor.sources.terraform.language.block import Attribute, Block
from auditor.sources.terraform.language.expression import Literal, TupleOf


def require_changes_are_made(block: Block, arguments: Iterable[str]) -> None:
    """Raises NotEditableError where Terraform ignores changes of one of these arguments."""
    for lifecycle in block.blocks_of("lifecycle"):
        ignored = lifecycle.attributes.get("ignore_changes")
        named = set(_names(ignored)) if ignored is not None else set()
        for argument in ("all", *arguments):
            if argument in named:
                what = "all changes" if argument == "all" else f"changes of `{argument}`"
                raise NotEditableError(f"its `lifecycle` ignores {what}")


def _names(ignored: Attribute) -> Iterator[str]:
    whole = ignored.expression
    for item in whole.items if isinstance(whole, TupleOf) else (whole,):
        yield re.split(r"[.\[]", ignored.file.source(item.start, item.end), maxsplit=1)[0]


def require_replaceable(block: Block) -> None:
    """Raises NotEditableError where Terraform must not destroy what a block makes."""
    for lifecycle in block.blocks_of("lifecycle"):
        held = lifecycle.attributes.get("prevent_destroy")
        if held is not None and not (isinstance(held.expression, Literal) and held.expression.value is False):
            raise NotEditableError("its `lifecycle` prevents that it is destroyed")


def require_holder_changes(tree: Tree, address: str | None, arguments: Iterable[str]) -> None:
    """The same for the resource that holds a policy; its block itself need not be one that can be
    edited, nor be here."""
    if address is None:
        return
    parsed = parse_address(address)
    type_, _, name = parsed.block.partition(".")
    try:
        block = tree.configuration(parsed.module).resources.get(("resource", type_, name))
    except NotEditableError:
        return
    if block is not None:
        require_changes_are_made(block, arguments)
