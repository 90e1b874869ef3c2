"""IAM roles and the policies on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.estate.role import Attachment, Role, RolePolicy
from auditor.iam.document import Policy, PolicyKind
from auditor.iam.node import Node
from auditor.iam.text import Hole, HoleType, Text, text
from auditor.sources.declared.declaration import doubt, doubt_about_part
from auditor.sources.declared.roles import ManagedPolicy, RoleParts, RoleTable
from auditor.sources.terraform.configuration import MANAGED
from auditor.sources.terraform.evaluation.value import EvaluationError, NotKnownError, as_open_elements, as_text
from auditor.sources.terraform.exclusive import kept
from auditor.sources.terraform.interface import Resources
from auditor.sources.terraform.policy_text import read_policy
from auditor.sources.terraform.resource import Resource


def read_roles(root: Resources) -> RoleTable:
    """All roles of a configuration, plan or state."""
    table = RoleTable(root.book, (_managed(instance) for instance in root.instances(MANAGED, "aws_iam_policy")))
    declared = [(instance, _declare(table, instance)) for instance in root.instances(MANAGED, "aws_iam_role")]
    for instance, part in declared:
        _own_policies(table, instance, part)
    _inline(table, root)
    _attachments(table, root)
    _exclusive(table, root)
    return table


def _managed(instance: Resource) -> ManagedPolicy:
    document = instance.argument("policy")
    policy = read_policy(document, PolicyKind.IDENTITY) if document is not None else None
    return ManagedPolicy(instance.text("arn"), instance.text("name"), policy, instance.address, instance.origin)


def _declare(table: RoleTable, instance: Resource) -> RoleParts:
    trust = instance.argument("assume_role_policy")
    role = Role(
        key=instance.address,
        name=instance.text("name"),
        arn=instance.text("arn"),
        path=instance.text("path"),
        trust=read_policy(trust, PolicyKind.TRUST) if trust is not None else None,
        policies_known=not instance.unread_calls(),
        boundary=_boundary(table, instance),
        address=instance.address,
        origin=instance.origin,
        provider=instance.provider,
    )
    return table.declare(role, instance, named=instance.argument("name") is not None)


def _boundary(table: RoleTable, instance: Resource) -> Policy | None:
    boundary = instance.argument("permissions_boundary")
    return table.boundary(_text_of(boundary), boundary.origin) if boundary is not None else None


def _own_policies(table: RoleTable, instance: Resource, part: RoleParts) -> None:
    for block in instance.view.blocks("inline_policy"):
        there, why = block, ""
        if block.unknown is not None:
            there, why = block.there() or block, doubt_about_part(instance.address)
        if there.unknown is not None:
            unknown, hole = read_policy(there.unknown, PolicyKind.IDENTITY), _text_of(there.unknown)
            part.policies.append(RolePolicy(hole, Attachment.INLINE, unknown, None, instance.address, block.origin))
            continue
        name, document = there.argument("name"), there.argument("policy")
        if document is not None:
            policy = read_policy(document, PolicyKind.IDENTITY)
            shown = _text_of(name) if name is not None else text()
            held = RolePolicy(shown, Attachment.INLINE, policy, None, instance.address, there.origin, uncertain=why)
            part.policies.append(held)
    for arn in _elements(instance.argument("managed_policy_arns")):
        table.attach(part, _text_of(arn), instance.address, arn.origin)


def _inline(table: RoleTable, root: Resources) -> None:
    for instance in root.instances(MANAGED, "aws_iam_role_policy"):
        document = instance.argument("policy")
        part = table.holder(instance.text("role"), instance)
        policy = read_policy(document, PolicyKind.IDENTITY) if document is not None else None
        # A name that AWS makes up matters to nobody, so it is not listed as unresolved.
        generated = text(Hole(f"{instance.address}.name", HoleType.NAME))
        name = instance.text("name") if instance.argument("name") is not None else generated
        why = doubt(instance, part.declaration)
        held = RolePolicy(name, Attachment.INLINE, policy, None, instance.address, instance.origin, uncertain=why)
        part.policies.append(held)


def _attachments(table: RoleTable, root: Resources) -> None:
    for instance in root.instances(MANAGED, "aws_iam_role_policy_attachment"):
        part = table.holder(instance.text("role"), instance)
        why = doubt(instance, part.declaration)
        table.attach(part, instance.text("policy_arn"), instance.address, instance.origin, why)
    for instance in root.instances(MANAGED, "aws_iam_policy_attachment"):
        for role in _elements(instance.argument("roles")):
            part = table.holder(_text_of(role), instance)
            why = doubt(instance, part.declaration)
            table.attach(part, instance.text("policy_arn"), instance.address, instance.origin, why)


def _exclusive(table: RoleTable, root: Resources) -> None:
    """Lists of all that a role holds: of managed policies, by ARN, and of inline ones, by name."""
    for instance in root.instances(MANAGED, "aws_iam_role_policy_attachments_exclusive"):
        part = table.holder(instance.text("role_name"), instance)
        listed = list(_elements(instance.argument("policy_arns")))
        arns = [_text_of(arn) for arn in listed]
        part.policies = list(kept(part.policies, arns, lambda held: held.arn, instance.address))
        for arn in listed:
            table.attach(part, _text_of(arn), instance.address, arn.origin, doubt(instance, part.declaration))
    for instance in root.instances(MANAGED, "aws_iam_role_policies_exclusive"):
        part = table.holder(instance.text("role_name"), instance)
        listed = list(_elements(instance.argument("policy_names")))
        names = [_text_of(name) for name in listed]
        part.policies = list(kept(part.policies, names, _inline_name, instance.address))
        known = {policy.name for policy in part.policies}
        for name in listed:
            shown = _text_of(name)
            if shown not in known:
                table.book.note(name.origin, str(shown))
                held = RolePolicy(shown, Attachment.INLINE, None, None, instance.address, name.origin)
                part.policies.append(held)


def _inline_name(held: RolePolicy) -> Text | None:
    return held.name if held.attachment is Attachment.INLINE else None


def _elements(value: Node | None) -> Iterator[Node]:
    """The elements of a list; the value itself where they are not known."""
    if value is None:
        return
    try:
        found: Sequence[Node] = as_open_elements(value)
    except (EvaluationError, NotKnownError):
        found = (value,)
    yield from found


def _text_of(value: Node) -> Text:
    try:
        return as_text(value)
    except EvaluationError:
        return text(Hole("a text that is none"))
