"""One request, decided: the library form of `iam.decide`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from auditor.iam.arn import arn
from auditor.iam.decide import Decision, Policies
from auditor.iam.decide import decide as decide_request
from auditor.iam.document import Policy, PolicyKind, UnknownStatement
from auditor.iam.request import Request
from auditor.iam.text import Hole, Text, text
from auditor.question.documents import Document, parse_document
from auditor.question.request import parse_request


def decide(
    request: Request | Mapping[str, Any],
    *,
    resource_policy: Document | None = None,
    identity_policies: Sequence[Document] = (),
    permission_boundary: Document | None = None,
    session_policies: Sequence[Document] = (),
) -> Decision:
    """Decide one request, as AWS would with these policies and no others.

    A request is `{"principal": {"Service": "lexv2.amazonaws.com"}, "action": ...,
    "resource": ..., "context": {"aws:SourceArn": ...}}`; `"*"` as principal is an anonymous
    caller, a context value is a string or a list of strings, and nothing is added to the
    context. Policies are documents as `json.loads` gives them. For `sts:AssumeRole` the
    resource policy is a role's trust policy; without it, and for a KMS key without its key policy,
    what these would have to allow is undetermined. The caller's permission boundary and session
    policies must allow too, as far as AWS lets them limit a grant. The decision's verdict is
    ALLOW, DENY or UNDETERMINED with a reason. Raises `UsageError` for a request of another
    shape; a malformed part of a policy makes the verdict UNDETERMINED where it matters.
    """
    asked = request if isinstance(request, Request) else parse_request(request)
    held = None
    if resource_policy is not None:
        held = parse_document(resource_policy, resource_kind(asked.action), "resource policy")
    boundaries = () if permission_boundary is None else (permission_boundary,)
    return decide_request(
        asked,
        Policies(
            resource=held or not_given(asked.action, asked.resource),
            identity=tuple(parse_document(p, PolicyKind.IDENTITY, "identity policy") for p in identity_policies),
            boundaries=tuple(parse_document(p, PolicyKind.IDENTITY, "permission boundary") for p in boundaries),
            sessions=tuple(parse_document(p, PolicyKind.IDENTITY, "session policy") for p in session_policies),
        ),
    )


def not_given(action: str, resource: Text) -> Policy | None:
    """What stands for the policy on a resource where none is given: of a role and of a KMS key,
    which always have one that must allow, a policy that is not known."""
    named = arn(resource)
    if resource_kind(action) is PolicyKind.TRUST:
        kind, name = PolicyKind.TRUST, "the role's trust policy"
    elif action.lower().startswith("kms:") and named is not None and named.resource.startswith("key/"):
        kind, name = PolicyKind.RESOURCE, "the key's policy"
    else:
        return None
    reason = f"{name} has to allow it too, and is not given"
    return Policy(kind, unknown=(UnknownStatement(text(Hole(name)), reason=reason),))


def resource_kind(action: str) -> PolicyKind:
    """What the resource policy of an action is: of those that assume a role its trust policy."""
    asked = action.lower()
    return PolicyKind.TRUST if asked.startswith("sts:assumerole") or asked in _WITH_ASSUMING else PolicyKind.RESOURCE


_WITH_ASSUMING = ("sts:tagsession", "sts:setsourceidentity")
"""What a trust policy must allow beside (STS API reference, AssumeRole)."""
