"""IAM roles and the policies on them.

Source: the CloudFormation template reference, AWS::IAM::Role, Policy, ManagedPolicy, RolePolicy.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.estate.role import Attachment, Role, RolePolicy
from auditor.iam.document import Policy, PolicyKind
from auditor.iam.node import Node
from auditor.iam.text import Hole, HoleType, Text, text
from auditor.sources.cloudformation.choice import CERTAIN, Literals, items
from auditor.sources.cloudformation.policies import read_policy
from auditor.sources.cloudformation.resource import Resource
from auditor.sources.cloudformation.resources import Resources
from auditor.sources.cloudformation.values import text_of
from auditor.sources.declared.declaration import Declaration, doubt
from auditor.sources.declared.roles import ManagedPolicy, RoleParts, RoleTable


def read_roles(resources: Resources) -> RoleTable:
    """All roles of a template and of those nested in it."""
    declared = [_managed(resource) for resource in resources.of("AWS::IAM::ManagedPolicy")]
    table = RoleTable(resources.book, declared)
    parts = [(role, _declare(table, role, resources)) for role in resources.of("AWS::IAM::Role")]
    for role, part in parts:
        _own_policies(table, role, part)
    for policy in resources.of("AWS::IAM::RolePolicy"):
        _put(table, policy, policy.text("RoleName"), CERTAIN)
    for policy in resources.of("AWS::IAM::Policy"):
        for literals, holder in _listed(policy, "Roles"):
            _put(table, policy, holder, literals)
    for policy in resources.of("AWS::IAM::ManagedPolicy"):
        for literals, holder in _listed(policy, "Roles"):
            part = table.holder(holder, policy)
            if not policy.excludes(part.declaration, literals):
                why = doubt(policy, part.declaration, literals)
                table.attach(part, policy.reference(), policy.address, policy.place("Roles"), why)
    return table


def _managed(resource: Resource) -> ManagedPolicy:
    named = resource.property("ManagedPolicyName")
    name = text_of(named) or text(Hole(f"the name of {resource.address}", HoleType.NAME))
    return ManagedPolicy(resource.reference(), name, _document(resource, resource), resource.address, resource.origin)


def _declare(table: RoleTable, resource: Resource, resources: Resources) -> RoleParts:
    trust = resource.property("AssumeRolePolicyDocument")
    boundary = resource.property("PermissionsBoundary")
    bound = text_of(boundary)
    role = Role(
        key=resource.address,
        name=resource.reference(),
        arn=text_of(resource.attribute("Arn")) or text(),
        path=text_of(resource.property("Path")) or text("/"),
        trust=_policy(trust, PolicyKind.TRUST, resource, resource) if trust is not None else None,
        policies_known=not resources.unread(resource),
        boundary=table.boundary(bound, resource.place("PermissionsBoundary")) if bound is not None else None,
        address=resource.address,
        origin=resource.origin,
    )
    return table.declare(role, resource, named=resource.property("RoleName") is not None)


def _own_policies(table: RoleTable, resource: Resource, part: RoleParts) -> None:
    inline = resource.property("Policies")
    for literals, item in items(inline) if inline is not None else ():
        why = doubt(resource, resource, literals)
        if item.members is None:
            unknown = read_policy(item, PolicyKind.IDENTITY, lambda _: "")
            name = text_of(item) or text()
            part.policies.append(
                RolePolicy(name, Attachment.INLINE, unknown, None, resource.address, item.origin, uncertain=why)
            )
            continue
        name = text_of(item.members.get("PolicyName")) or text()
        document = item.members.get("PolicyDocument")
        policy = _policy(document, PolicyKind.IDENTITY, resource, resource) if document is not None else None
        part.policies.append(
            RolePolicy(name, Attachment.INLINE, policy, None, resource.address, item.origin, uncertain=why)
        )
    managed = resource.property("ManagedPolicyArns")
    for literals, arn in items(managed) if managed is not None else ():
        written = text_of(arn)
        if written is not None:
            table.attach(part, written, resource.address, arn.origin, doubt(resource, resource, literals))


def _put(table: RoleTable, resource: Resource, role: Text, literals: Literals) -> None:
    """An inline policy that is a resource of its own."""
    part = table.holder(role, resource)
    if resource.excludes(part.declaration, literals):
        return
    name = text_of(resource.property("PolicyName")) or text()
    why = doubt(resource, part.declaration, literals)
    policy = _document(resource, part.declaration)
    part.policies.append(
        RolePolicy(name, Attachment.INLINE, policy, None, resource.address, resource.origin, uncertain=why)
    )


def _document(resource: Resource, holder: Declaration | None) -> Policy | None:
    document = resource.property("PolicyDocument")
    return _policy(document, PolicyKind.IDENTITY, resource, holder) if document is not None else None


def _policy(document: Node, kind: PolicyKind, resource: Resource, holder: Declaration | None) -> Policy:
    given = holder.conditions if holder is not None else CERTAIN
    return read_policy(document, kind, lambda literals: doubt(resource, holder, literals), given)


def _listed(resource: Resource, name: str) -> Iterator[tuple[Literals, Text]]:
    value = resource.property(name)
    for literals, item in items(value) if value is not None else ():
        written = text_of(item)
        if written is not None:
            yield literals, written
