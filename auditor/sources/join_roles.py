"""Joining what files tell about roles and the policies on them."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from auditor.estate.estate import Document, Skipped
from auditor.estate.role import Attachment, Role, RolePolicy
from auditor.iam.document import Policy, UnknownStatement
from auditor.iam.managed import managed_policy
from auditor.iam.origin import Origin
from auditor.iam.request import PrincipalKind
from auditor.iam.text import text
from auditor.sources.arns import role_arn
from auditor.sources.found import Found
from auditor.sources.identity import role_arns, role_key
from auditor.sources.merge import merge_roles

Joined = tuple[tuple[Role, ...], dict[str, str], tuple[Document, ...], tuple[Skipped, ...]]


def join_roles(found: Sequence[Found], named: Mapping[str, Origin]) -> Joined:
    """The roles with their policies; the key of the joined role for every key or ARN in `named`,
    by which functions call their roles, and where they do; documents whose policy is not known;
    and what could not be placed."""
    given = [role for part in found for role in part.roles]
    bystanders = [role for part in found for role in part.bystanders]
    given += [role for role in bystanders if role.key in named or _lambda_may_assume(role)]
    given += [role for arn, origin in named.items() if (role := _role_by_arn(arn, origin)) is not None]
    roles, keys = _by_identity(given)
    skipped = _place_attached(found, roles)
    documents = {str(policy.arn): policy.policy for part in found for policy in part.managed}
    versions = [document for part in found for document in part.versions]
    wanted = {str(p.arn) for r in roles.values() for p in r.policies if p.policy is None and p.arn is not None}
    wanted = {arn for arn in wanted - documents.keys() if managed_policy(arn) is None}
    if len(versions) == 1 and len(wanted) == 1:
        documents[wanted.pop()] = versions.pop().policy
    shared = _shared(roles.values())
    complete = tuple(_with_documents(role, documents, shared) for role in roles.values())
    return complete, keys, tuple(versions), tuple(skipped)


def _role_by_arn(arn: str, origin: Origin) -> Role | None:
    """The role of which a function tells the ARN alone."""
    parsed = role_arn(arn)
    if parsed is None:
        return None
    return Role(arn, text(parsed.name), text(arn), text(parsed.path), policies_known=False, origin=origin)


def _by_identity(given: Iterable[Role]) -> tuple[dict[str, Role], dict[str, str]]:
    """Roles by the key of their first description, and that key for every other key of theirs."""
    listed = list(given)
    arns = role_arns(listed)
    roles: dict[str, Role] = {}
    keys: dict[str, str] = {}
    for role in listed:
        key = role_key(role, arns)
        keys[role.key] = key
        if key not in roles:
            roles[key] = replace(role, key=key)
        elif roles[key].arn.literal is None:
            roles[key] = replace(merge_roles(role, roles[key]), key=key, origin=roles[key].origin)
        else:
            roles[key] = merge_roles(roles[key], role)
    return roles, keys


def _lambda_may_assume(role: Role) -> bool:
    """Whether a statement of the trust policy names Lambda, or may name it."""
    if role.trust is None or role.trust.unknown:
        return True
    named = [principal for statement in role.trust for principal in statement.principals or ()]
    return any(p.kind is PrincipalKind.ANYONE or p.text.literal in ("lambda.amazonaws.com", None) for p in named)


def _place_attached(found: Iterable[Found], roles: dict[str, Role]) -> list[Skipped]:
    """Give the policies of an output that names no role to the only role of its folder, else to
    the only role there is."""
    skipped: list[Skipped] = []
    for part in found:
        if not part.attached:
            continue
        origin = part.attached[0].origin
        folder = posixpath.dirname(origin.file or "")
        beside = [key for key, role in roles.items() if posixpath.dirname(role.origin.file or "") == folder]
        choices = beside if len(beside) == 1 else list(roles)
        if len(choices) == 1:
            role = roles[choices[0]]
            roles[choices[0]] = merge_roles(role, replace(role, policies=part.attached))
        else:
            reason = "it is not said which role these policies are attached to"
            help = "put the outputs about one role into a folder of their own, or write a bundle"
            skipped.append(Skipped(Origin(origin.file, origin.line, origin.column), reason, help))
    return skipped


def _shared(roles: Iterable[Role]) -> set[str]:
    holders = Counter(arn for role in roles for arn in {str(p.arn) for p in role.policies if p.arn is not None})
    return {arn for arn, count in holders.items() if count > 1}


def _with_documents(role: Role, documents: dict[str, Policy | None], shared: set[str]) -> Role:
    policies = tuple(_with_document(policy, documents, str(policy.arn) in shared) for policy in role.policies)
    return replace(role, policies=policies, boundary=_boundary(role.boundary, documents))


def _with_document(policy: RolePolicy, documents: dict[str, Policy | None], shared: bool) -> RolePolicy:
    if policy.policy is None and policy.arn is not None:
        arn = str(policy.arn)
        known = documents.get(arn)
        if known is None and policy.attachment is Attachment.AWS_MANAGED:
            known = managed_policy(arn)
        return replace(policy, policy=known, shared=shared)
    return replace(policy, shared=shared)


def _boundary(boundary: Policy | None, documents: dict[str, Policy | None]) -> Policy | None:
    """The document of a boundary that is known by its ARN alone."""
    if boundary is None or boundary.statements or len(boundary.unknown) != 1:
        return boundary
    part: UnknownStatement = boundary.unknown[0]
    hole = part.text.hole
    if hole is None:
        return boundary
    return documents.get(hole.name) or managed_policy(hole.name) or boundary
