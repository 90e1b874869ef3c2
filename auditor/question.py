"""One question to the policies, from plain JSON values: the library form of `iam.decide`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from auditor.iam.decide import Decision, Policies
from auditor.iam.decide import decide as decide_request
from auditor.iam.document import Policy, PolicyKind
from auditor.iam.node import node
from auditor.iam.parse import parse_policy
from auditor.iam.request import ANONYMOUS, Principal, PrincipalKind, Request, context
from auditor.iam.text import text
from auditor.sources.errors import UsageError

Document: TypeAlias = "Policy | Mapping[str, Any]"


def decide(
    request: Request | Mapping[str, Any],
    *,
    resource_policy: Document | None = None,
    identity_policies: Sequence[Document] = (),
) -> Decision:
    """Decide one request, as AWS would with these policies and no others.

    A request is `{"principal": {"Service": "lexv2.amazonaws.com"}, "action": ...,
    "resource": ..., "context": {"aws:SourceArn": ...}}`; `"*"` as principal is an anonymous
    caller, a context value is a string or a list of strings, and nothing is added to the
    context. Policies are documents as `json.loads` gives them. For `sts:AssumeRole` the
    resource policy is a role's trust policy. The decision's verdict is ALLOW, DENY or
    UNDETERMINED with a reason. Raises `UsageError` for a request of another shape; a malformed
    part of a policy makes the verdict UNDETERMINED where it matters.
    """
    asked = request if isinstance(request, Request) else _parse_request(request)
    kind = PolicyKind.TRUST if asked.action.lower().startswith("sts:assumerole") else PolicyKind.RESOURCE
    return decide_request(
        asked,
        Policies(
            resource=None if resource_policy is None else _parse_document(resource_policy, kind),
            identity=tuple(_parse_document(policy, PolicyKind.IDENTITY) for policy in identity_policies),
        ),
    )


def _parse_document(document: Document, kind: PolicyKind) -> Policy:
    return document if isinstance(document, Policy) else parse_policy(node(dict(document)), kind)


def _parse_request(request: Mapping[str, Any]) -> Request:
    unknown = set(request) - {"principal", "action", "resource", "context"}
    if unknown:
        raise UsageError(
            f"`{min(unknown)}` is no part of a request", "its parts are principal, action, resource, context"
        )
    action, resource = request.get("action"), request.get("resource")
    for name, value in (("action", action), ("resource", resource)):
        if not isinstance(value, str):
            raise UsageError(f"the request's {name} is not a string", f'write `"{name}": "..."`')
    return Request(
        principal=_parse_principal(request.get("principal")),
        action=str(action),
        resource=text(str(resource)),
        context=_parse_context(request.get("context", {})),
    )


def _parse_principal(value: object) -> Principal:
    if value == "*":
        return ANONYMOUS
    if isinstance(value, Mapping) and len(value) == 1:
        ((kind, name),) = value.items()
        if kind in {"AWS", "Service", "Federated", "CanonicalUser"} and isinstance(name, str):
            return Principal(PrincipalKind(kind), text(name))
    raise UsageError("the request's principal is neither `*` nor one key with one name", _PRINCIPAL_HELP)


_PRINCIPAL_HELP = 'write `{"Service": "lex.amazonaws.com"}` or `{"AWS": "arn:aws:iam::111122223333:role/r"}`'


def _parse_context(values: object) -> Mapping[str, tuple[Any, ...]]:
    if not isinstance(values, Mapping):
        raise UsageError("the request's context is not an object", 'write `"context": {"aws:SourceArn": "..."}`')
    for key, value in values.items():
        held = value if isinstance(value, list) else [value]
        if not isinstance(key, str) or not all(isinstance(item, str) for item in held):
            raise UsageError(f"the context's `{key}` is not a string or a list of strings", "put numbers in quotes")
    return context(values)
