"""The order in which Terraform makes Lex V1 intents and their permissions.

Lex refuses an intent whose function it cannot call, so the permission comes first.
Source: the Terraform language documentation of depends_on, in resources and in module calls.
"""

from __future__ import annotations

from collections.abc import Iterable

from auditor.estate.function import Hook
from auditor.fixes.render.address import Address, parse_address
from auditor.fixes.render.hcl import Attribute, Blank, Block, Comment, Item, Raw

_PERMISSION = "aws_lambda_permission"
_INTENT = "aws_lex_intent."


def intent_items(hooks: Iterable[Hook], permission: str, module: str) -> list[Item]:
    """What must stand in the blocks of the intents behind `hooks`, where the block called
    `permission` stands in `module`; nothing where the intents have no blocks."""
    home = parse_address(f"{module}.{_PERMISSION}.{permission}" if module else f"{_PERMISSION}.{permission}")
    intents = (parse_address(hook.origin.address) for hook in hooks if hook.origin.address)
    wanted = dict.fromkeys(_dependency(intent, home) for intent in intents if intent.block.startswith(_INTENT))
    if not wanted:
        return []
    items: list[Item] = [Blank(), Comment("Lex refuses an intent whose function it cannot call: the permission first.")]
    for item in wanted:
        items += [item, Blank()]
    return items[:-1]


def _dependency(intent: Address, permission: Address) -> Item:
    """What makes `intent` wait for `permission`: a line in the block that both can see."""
    own_block = intent.module in ("", permission.module)
    if not own_block and intent.root_call == permission.root_call:
        return Comment(f"{intent.module} must wait for {permission.module}.")
    head = (
        f'resource "aws_lex_intent" "{intent.name}"'
        if own_block
        else f'module "{intent.root_call.removeprefix("module.")}"'
    )
    first = permission.block if permission.module in ("", intent.module) else permission.root_call
    return Block(head, (Comment("... the arguments that are there ..."), Attribute("depends_on", (Raw(first),))))
