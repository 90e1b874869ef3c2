"""Outputs of `aws iam` about one role or one policy."""

from __future__ import annotations

from auditor.estate.estate import Document
from auditor.estate.role import Attachment, Role, RolePolicy
from auditor.iam.document import Policy, PolicyKind, UnknownStatement
from auditor.iam.node import Members, Node
from auditor.iam.origin import Origin
from auditor.iam.text import Hole, text
from auditor.sources.arns import is_aws_managed, policy_name
from auditor.sources.fields import items_at, members_at, members_of, needed, string_at
from auditor.sources.found import Found
from auditor.sources.home import Home
from auditor.sources.policy_text import read_policy
from auditor.sources.source import Source


def read_role_output(value: Node, source: Source) -> Found:
    """get-role: the role and its trust policy, without its policies."""
    node = members_of(value, "the output").get("Role")
    assert node is not None
    return Found(roles=(role_without_policies(node, source),))


def role_without_policies(node: Node, source: Source) -> Role:
    """The Role of an answer; its boundary is known by name alone."""
    members = members_of(node, "a role")
    arn = needed(members, "Arn", node)
    trust = members.get("AssumeRolePolicyDocument")
    return Role(
        key=arn,
        name=text(needed(members, "RoleName", node)),
        arn=text(arn),
        path=text(string_at(members, "Path") or "/"),
        trust=read_policy(trust, PolicyKind.TRUST, source) if trust is not None else None,
        policies_known=False,
        boundary=_boundary(members, node.origin),
        origin=node.origin,
    )


def _boundary(role: Members, origin: Origin) -> Policy | None:
    arn = string_at(members_at(role, "PermissionsBoundary"), "PermissionsBoundaryArn")
    return unknown_policy(arn, origin) if arn is not None else None


def unknown_policy(arn: str, origin: Origin) -> Policy:
    """The policy `arn`, of which nothing is known: it may allow anything."""
    return Policy(PolicyKind.IDENTITY, unknown=(UnknownStatement(text(Hole(arn)), origin),), origin=origin)


def read_role_policy(value: Node, source: Source) -> Found:
    """get-role-policy: one inline policy of a role known by name."""
    members = members_of(value, "the output")
    name = text(needed(members, "RoleName", value))
    path = text("/")
    policy = inline_policy(value, source)
    role = Role(
        key=str(name),
        name=name,
        arn=Home().role_arn(path, name),
        path=path,
        policies=(policy,),
        policies_known=False,
        origin=value.origin,
    )
    return Found(roles=(role,))


def inline_policy(node: Node, source: Source) -> RolePolicy:
    """A PolicyName with its PolicyDocument."""
    members = members_of(node, "a policy")
    document = members.get("PolicyDocument")
    policy = read_policy(document, PolicyKind.IDENTITY, source) if document is not None else None
    return RolePolicy(text(needed(members, "PolicyName", node)), Attachment.INLINE, policy, origin=node.origin)


def read_attached_policies(value: Node, _source: Source) -> Found:
    """list-attached-role-policies: names of policies; the role is not named."""
    return Found(attached=attached_policies(members_of(value, "the output"), "AttachedPolicies"))


def attached_policies(members: Members, key: str) -> tuple[RolePolicy, ...]:
    """The attached managed policies at `key`, without their documents."""
    found = []
    for node in items_at(members, key):
        arn = needed(members_of(node, "an attached policy"), "PolicyArn", node)
        attachment = Attachment.AWS_MANAGED if is_aws_managed(arn) else Attachment.MANAGED
        found.append(RolePolicy(text(policy_name(arn)), attachment, None, text(arn), origin=node.origin))
    return tuple(found)


def read_policy_version(value: Node, source: Source) -> Found:
    """get-policy-version: a document; the policy is not named."""
    document = members_at(members_of(value, "the output"), "PolicyVersion").get("Document")
    assert document is not None
    return Found(versions=(Document(read_policy(document, PolicyKind.IDENTITY, source), source.file),))
