"""One request, decided: the library form of `iam.decide`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from auditor.iam.decide import Decision, Policies
from auditor.iam.decide import decide as decide_request
from auditor.iam.document import PolicyKind
from auditor.iam.request import Request
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
    resource policy is a role's trust policy. The caller's permission boundary and session
    policies must allow too, as far as AWS lets them limit a grant. The decision's verdict is
    ALLOW, DENY or UNDETERMINED with a reason. Raises `UsageError` for a request of another
    shape; a malformed part of a policy makes the verdict UNDETERMINED where it matters.
    """
    asked = request if isinstance(request, Request) else parse_request(request)
    boundaries = (*(() if permission_boundary is None else (permission_boundary,)), *session_policies)
    return decide_request(
        asked,
        Policies(
            resource=None
            if resource_policy is None
            else parse_document(resource_policy, resource_kind(asked.action), "resource policy"),
            identity=tuple(parse_document(p, PolicyKind.IDENTITY, "identity policy") for p in identity_policies),
            boundaries=tuple(parse_document(p, PolicyKind.IDENTITY, "boundary") for p in boundaries),
        ),
    )


def resource_kind(action: str) -> PolicyKind:
    """What the resource policy of an action is: of those that assume a role its trust policy."""
    asked = action.lower()
    return PolicyKind.TRUST if asked.startswith("sts:assumerole") or asked in _WITH_ASSUMING else PolicyKind.RESOURCE


_WITH_ASSUMING = ("sts:tagsession", "sts:setsourceidentity")
"""What a trust policy must allow beside (STS API reference, AssumeRole)."""
