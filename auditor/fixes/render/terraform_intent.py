"""The order in which Terraform makes Lex V1 intents and their permissions.

Lex refuses an intent whose function it cannot call, so the permission comes first.
Source: the Terraform language documentation of depends_on, in resources and in module calls.
"""

from __future__ import annotations

from collections.abc import Iterable

from auditor.estate.function import Hook
from auditor.fixes.render.address import Address, parse_address
from auditor.fixes.render.hcl import Attribute, Blank, Block, Comment, Item, Raw
from auditor.iam.frozen import Frozen

_PERMISSION = "aws_lambda_permission"
_INTENT = "aws_lex_intent."


class Dependency(Frozen):
    """A block that must wait: `holder` is the address of an intent or of a module call, or the
    path of a module where neither can be named from outside; `first` what it waits for."""

    holder: str
    first: str
    in_a_module: bool = False


def dependencies(hooks: Iterable[Hook], permission: str, module: str) -> tuple[Dependency, ...]:
    """What must wait for the block called `permission` in `module`: the intents behind `hooks`
    that have blocks."""
    home = parse_address(f"{module}.{_PERMISSION}.{permission}" if module else f"{_PERMISSION}.{permission}")
    intents = (parse_address(hook.origin.address) for hook in hooks if hook.origin.address)
    return tuple(dict.fromkeys(_dependency(i, home) for i in intents if i.block.startswith(_INTENT)))


def intent_items(hooks: Iterable[Hook], permission: str, module: str) -> list[Item]:
    """What must stand in the blocks of the intents behind `hooks`, where the block called
    `permission` stands in `module`; nothing where the intents have no blocks."""
    wanted = dependencies(hooks, permission, module)
    if not wanted:
        return []
    items: list[Item] = [Blank(), Comment("Lex refuses an intent whose function it cannot call: the permission first.")]
    for dependency in dict.fromkeys(map(_item, wanted)):
        items += [dependency, Blank()]
    return items[:-1]


def _dependency(intent: Address, permission: Address) -> Dependency:
    """What makes `intent` wait for `permission`, in the block that both can see."""
    own_block = intent.module in ("", permission.module)
    if not own_block and intent.root_call == permission.root_call:
        return Dependency(intent.module, permission.module, in_a_module=True)
    first = permission.block if permission.module in ("", intent.module) else permission.root_call
    if not own_block:
        return Dependency(intent.root_call, first)
    return Dependency(f"{intent.module}.{intent.block}" if intent.module else intent.block, first)


def _item(dependency: Dependency) -> Item:
    if dependency.in_a_module:
        return Comment(f"{dependency.holder} must wait for {dependency.first}.")
    holder = parse_address(dependency.holder)
    kind, _, name = holder.block.rpartition(".")
    head = f'module "{name}"' if kind == "module" else f'resource "{kind}" "{name}"'
    waits = Attribute("depends_on", (Raw(dependency.first),))
    return Block(head, (Comment("... the arguments that are there ..."), waits))
