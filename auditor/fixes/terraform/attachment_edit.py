"""Policies that a role gets or loses.

Source: the AWS provider's documentation of aws_iam_role (`inline_policy` and
`managed_policy_arns` are exclusive: what stands outside of them is taken off again),
aws_iam_role_policy and aws_iam_role_policy_attachment.
"""

from __future__ import annotations

from auditor.estate.estate import Estate
from auditor.fixes.edit import NotEditableError
from auditor.fixes.operation import AddInlinePolicy, DetachPolicy
from auditor.fixes.render.address import parse_address
from auditor.fixes.render.hcl import Attribute, Blank, Call, Raw
from auditor.fixes.render.hcl import Block as NewBlock
from auditor.fixes.render.local_name import free_name
from auditor.fixes.render.terraform_policy import written_node
from auditor.fixes.render.terraform_scope import place_for
from auditor.fixes.terraform.changes import Changes
from auditor.fixes.terraform.graph import Node
from auditor.fixes.terraform.lifecycle import require_changes_are_made, require_holder_changes, require_replaceable
from auditor.fixes.terraform.naming import scope_of
from auditor.fixes.terraform.references import forget
from auditor.fixes.terraform.tree import Tree
from auditor.iam.document import PolicyKind
from auditor.iam.statements import policy_of
from auditor.iam.text import text
from auditor.iam.writing import policy_node
from auditor.sources.terraform.language.expression import TupleOf

_ATTACHMENT = "aws_iam_role_policy_attachment."
_POLICY = "aws_iam_role_policy"


def add_inline_policy(operation: AddInlinePolicy, estate: Estate, tree: Tree, changes: Changes) -> Node | None:
    """Give a role a policy: in a block beside its own, or inside it where the role lists its
    inline policies itself. The new block's module and name, where there is one. Raises
    NotEditableError and InexpressibleError."""
    role = operation.role
    if role.address is None:
        raise NotEditableError(f"the role `{role.name}` has no block in this configuration")
    place = place_for(role, "name", estate)
    module = place.scope.module
    scope = scope_of(module, estate, tree)
    document = policy_node(policy_of(PolicyKind.IDENTITY, operation.statements))
    policy = Attribute("policy", Call("jsonencode", written_node(document, scope)))
    name = Attribute("name", scope.expression(text(operation.name)))
    changes.data |= {(module, type_) for type_ in scope.data}
    own = tree.call(place.depends_on) if place.depends_on else tree.block(role.address)
    if place.depends_on is None and any(own.blocks_of("inline_policy")):
        require_changes_are_made(own, ("inline_policy",))
        changes.append(own, [NewBlock("inline_policy", (name, policy))])
        return None
    waits = (Blank(), Attribute("depends_on", (Raw(place.depends_on),))) if place.depends_on else ()
    taken = {n for mode, type_, n in tree.configuration(module).resources if (mode, type_) == ("resource", _POLICY)}
    label = free_name(operation.name, "policy", taken)
    maker = (Attribute("provider", place.provider), Blank()) if place.provider is not None else ()
    body = (*maker, name, Attribute("role", place.name), policy, *waits)
    changes.insert_behind(own.file, own.end, [NewBlock(f'resource "{_POLICY}" "{label}"', body)])
    return module, f"{_POLICY}.{label}"


def detach_policy(operation: DetachPolicy, successor: Node | None, tree: Tree, changes: Changes) -> None:
    """Take a managed policy off a role; what waited for it waits for its `successor` from now on.
    Raises NotEditableError."""
    role, origin = operation.role, operation.policy.origin
    address = origin.address
    if address is None:
        raise NotEditableError("what attaches the policy is not known")
    parsed = parse_address(address)
    if address == role.address:
        spot = tree.spot(origin)
        around = spot.expressions[-2] if len(spot.expressions) > 1 else None
        if spot.attribute is None or not isinstance(around, TupleOf):
            raise NotEditableError("the policy is not an item of `managed_policy_arns`")
        require_holder_changes(tree, address, ("managed_policy_arns",))
        changes.remove_items(spot.attribute, around, [spot.expressions[-1]])
        return
    if not parsed.rest.startswith(_ATTACHMENT):
        raise NotEditableError(f"`{address}` attaches the policy to others too")
    if parsed.is_instance:
        raise NotEditableError(f"the block of `{address}` stands for others too")
    block = tree.block(address)
    require_replaceable(block)
    instead = successor[1] if successor is not None and successor[0] == parsed.module else ""
    forget(tree.configuration(parsed.module), parsed.block, changes, instead)
    changes.remove(block.file, block.start, block.end)
