"""From a bundle's role to the role and its policies."""

from __future__ import annotations

from auditor.estate.role import Attachment, Role, RolePolicy
from auditor.iam.document import Policy, PolicyKind
from auditor.iam.node import Members, Node
from auditor.iam.text import text
from auditor.sources.arns import is_aws_managed, policy_name, role_arn
from auditor.sources.errors import SourceError
from auditor.sources.fields import flag_at, items_at, members_of, string_at
from auditor.sources.home import Home
from auditor.sources.policy_text import read_policy
from auditor.sources.source import Source


def read_role(node: Node, source: Source, home: Home) -> Role:
    """A role that the schema allows; `home` completes a role known by name alone.

    A trust policy, a boundary or a list of policies that is absent is not known, but of a role that does not
    exist: that has none. Raises
    SourceError where the role's ARN is none, or contradicts its name or path.
    """
    members = members_of(node, "`role`")
    arn, name, path = (string_at(members, key) for key in ("arn", "name", "path"))
    if path is not None:
        path = f"/{path.strip('/')}/" if path.strip("/") else "/"
    if arn is not None:
        parsed = role_arn(arn)
        at = members.get("arn") or node
        if parsed is None:
            help = "write `arn:aws:iam::ACCOUNT:role/NAME`"
            raise SourceError(f"`{arn}` is no ARN of a role", at.origin, help)
        if name not in (None, parsed.name) or path not in (None, parsed.path):
            message = f"the ARN is that of the role `{parsed.path}{parsed.name}`, and `name` or `path` say otherwise"
            raise SourceError(message, at.origin, "make them agree, or leave `arn` out")
        name, path = parsed.name, parsed.path
    assert name is not None
    path = path or "/"
    exists = flag_at(members, "exists") is not False
    trust = _policy(members, "trust_policy", PolicyKind.TRUST, source)
    return Role(
        key=arn or name,
        name=text(name),
        arn=text(arn) if arn is not None else home.role_arn(text(path), text(name)),
        path=text(path),
        trust=trust if exists else Policy(PolicyKind.TRUST, origin=node.origin),
        policies=tuple(_role_policy(item, source) for item in items_at(members, "policies")),
        policies_known=not exists or members.get("policies") is not None,
        boundary=_policy(members, "boundary", PolicyKind.IDENTITY, source),
        origin=node.origin,
        exists=exists,
    )


def _policy(members: Members, key: str, kind: PolicyKind, source: Source) -> Policy | None:
    node = members.get(key)
    return None if node is None or node.value is None else read_policy(node, kind, source)


def _role_policy(node: Node, source: Source) -> RolePolicy:
    members = members_of(node, "a policy of the role")
    arn = string_at(members, "arn")
    policy = _policy(members, "document", PolicyKind.IDENTITY, source)
    if arn is None:
        name = string_at(members, "name") or "inline"
        return RolePolicy(text(name), Attachment.INLINE, policy, origin=node.origin)
    attachment = Attachment.AWS_MANAGED if is_aws_managed(arn) else Attachment.MANAGED
    name = string_at(members, "name") or policy_name(arn)
    return RolePolicy(text(name), attachment, policy, text(arn), origin=node.origin)
