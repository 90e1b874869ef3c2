"""Facts about policy documents that stand alone: which role has them is not known."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from auditor.engine.fact import LogGrant, Reach, RoleGrant, RolePath, TrustGrant
from auditor.engine.facts import log_grant, role_grant, role_path, trust_grant
from auditor.engine.facts.strength import Strength
from auditor.estate.estate import Document, Estate, SourceKind
from auditor.estate.role import Attachment, Role, RolePolicy
from auditor.iam.document import Policy, PolicyKind
from auditor.iam.request import PrincipalKind
from auditor.iam.text import Hole, HoleType, text
from auditor.needs.assume import LAMBDA

_NAME = Hole("role example", HoleType.NAME)
_MANY_GROUPS = (Reach.ANY_GROUP, Reach.LAMBDA_GROUPS)
"""How wide writing logs is whoever does it. Where the one who has the document works is not known, and so not
whether a group that it names is another region's."""


def facts_alone(estate: Estate) -> Iterator[LogGrant | RoleGrant | RolePath | TrustGrant]:
    """What holds of a document whoever has it. In source that tells of attachments, a policy without
    one is attached to nothing, and allows nothing."""
    if estate.kind not in (SourceKind.BUNDLE, SourceKind.DOCUMENT, SourceKind.AWS):
        return
    for document in estate.documents:
        role = _any_role(document, estate)
        match document.policy.kind:
            case PolicyKind.IDENTITY:
                for grant in (*role_grant.grants_of(role, estate, None), *role_grant.widths_of(role, estate, None)):
                    yield replace(grant, role=None, attached=False)
                for logs in log_grant.grants_of(role, estate, ()):
                    if logs.reach in _MANY_GROUPS:
                        yield replace(logs, role=None, attached=False)
                admin = [
                    statement
                    for statement in document.policy
                    if role_grant.is_everything(role, document.policy, statement)
                ]
                for path in role_path.paths_of(role, estate, admin, Strength(estate, lambda _: False)):
                    yield replace(path, role=None, attached=False)
            case PolicyKind.TRUST:
                if _may_be_for_lambda(document.policy):
                    for trusted in trust_grant.grants_of(role, estate, None):
                        yield replace(trusted, role=None, attached=False)
            case PolicyKind.RESOURCE:
                continue


def _any_role(document: Document, estate: Estate) -> Role:
    """A role of the audited account that has this document and no other."""
    identity = document.policy.kind is PolicyKind.IDENTITY
    held = RolePolicy(text(document.name), Attachment.INLINE, document.policy, origin=document.policy.origin)
    return Role(
        key=document.name,
        name=text(_NAME),
        arn=text("arn:", estate.partition, ":iam::", estate.account, ":role/", _NAME),
        path=text("/"),
        trust=None if identity else document.policy,
        policies=(held,) if identity else (),
    )


def _may_be_for_lambda(trust: Policy) -> bool:
    named = [principal for statement in trust for principal in statement.principals or ()]
    return any(principal.kind is PrincipalKind.ANYONE or principal.text.literal == LAMBDA for principal in named)
