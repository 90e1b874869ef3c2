"""The output of `aws iam get-account-authorization-details`."""

from __future__ import annotations

from msgspec.structs import replace

from auditor.estate.role import Attachment, Role, RolePolicy
from auditor.iam.document import PolicyKind
from auditor.iam.node import Node
from auditor.iam.text import text
from auditor.sources.arns import is_aws_managed, policy_name
from auditor.sources.aws_outputs.roles import attached_policies, inline_policy, role_without_policies
from auditor.sources.fields import flag_at, items_at, members_of, needed
from auditor.sources.found import Found
from auditor.sources.policy_text import read_policy
from auditor.sources.source import Source


def read_account(value: Node, source: Source) -> Found:
    """Every role of an account with all its policies, and the documents of managed policies."""
    members = members_of(value, "the output")
    return Found(
        bystanders=tuple(_role(node, source) for node in items_at(members, "RoleDetailList")),
        managed=tuple(
            policy for node in items_at(members, "Policies") if (policy := _managed(node, source)) is not None
        ),
    )


def _role(node: Node, source: Source) -> Role:
    members = members_of(node, "a role")
    inline = tuple(inline_policy(policy, source) for policy in items_at(members, "RolePolicyList"))
    attached = attached_policies(members, "AttachedManagedPolicies")
    return replace(role_without_policies(node, source), policies=inline + attached, policies_known=True)


def _managed(node: Node, source: Source) -> RolePolicy | None:
    """A managed policy with its default version's document."""
    members = members_of(node, "a policy")
    arn = needed(members, "Arn", node)
    for version in items_at(members, "PolicyVersionList"):
        parts = members_of(version, "a policy version")
        document = parts.get("Document")
        if flag_at(parts, "IsDefaultVersion") and document is not None:
            attachment = Attachment.AWS_MANAGED if is_aws_managed(arn) else Attachment.MANAGED
            policy = read_policy(document, PolicyKind.IDENTITY, source)
            return RolePolicy(text(policy_name(arn)), attachment, policy, text(arn), origin=node.origin)
    return None
