"""Plain policies and requests: what both sides of a comparison are given."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from auditor.iam.decide import Policies
from auditor.iam.document import Policy, PolicyKind
from auditor.iam.node import node
from auditor.iam.parse import parse_policy
from auditor.iam.request import ANONYMOUS, Principal, PrincipalKind, Request, context
from auditor.iam.text import text

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as plain values: `principal` is `"*"` or one kind with one name."""

    principal: Any
    action: str
    resource: str
    context: dict[str, str | list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Situation:
    """Policies as plain JSON, and requests about them. With `trust`, the resource policy is a
    role's trust policy."""

    resource: Document | None = None
    identity: tuple[Document, ...] = ()
    boundaries: tuple[Document, ...] = ()
    requests: tuple[Asked, ...] = ()
    trust: bool = False


def policies_of(situation: Situation) -> Policies:
    """The policies as our own values. Raises AssertionError where a part could not be read."""
    kind = PolicyKind.TRUST if situation.trust else PolicyKind.RESOURCE
    return Policies(
        resource=_read(situation.resource, kind) if situation.resource is not None else None,
        identity=tuple(_read(document, PolicyKind.IDENTITY) for document in situation.identity),
        boundaries=tuple(_read(document, PolicyKind.IDENTITY) for document in situation.boundaries),
    )


def _read(document: Document, kind: PolicyKind) -> Policy:
    policy = parse_policy(node(document), kind)
    assert not policy.unknown, [defect.message for defect in policy.defects]
    return policy


def request_of(asked: Asked) -> Request:
    return Request(_principal(asked.principal), asked.action, text(asked.resource), context(dict(asked.context)))


def _principal(plain: Any) -> Principal:
    if plain == "*":
        return ANONYMOUS
    ((kind, name),) = plain.items()
    return Principal(PrincipalKind(kind), text(name))


def asked_of(request: Request) -> Asked:
    """A request without holes as plain values. A key with several values becomes a list."""
    kind = request.principal.kind
    values = {key: [_literal(value) for value in found] for key, found in request.context.items()}
    return Asked(
        "*" if kind is PrincipalKind.ANYONE else {kind.value: _literal(request.principal.value)},
        request.action,
        _literal(request.resource),
        {key: found[0] if len(found) == 1 else found for key, found in values.items()},
    )


def _literal(written: Any) -> str:
    literal = written.literal
    assert isinstance(literal, str), f"{written} has a hole"
    return literal
