"""Facts about Lambda's need to assume a function's role."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.engine.fact import Answer, TrustNeed
from auditor.engine.facts.answers import answer_of
from auditor.engine.facts.concrete import concrete
from auditor.estate.estate import Estate
from auditor.estate.function import Function
from auditor.estate.role import Role
from auditor.iam.origin import Origin
from auditor.needs import NeedKind, decide_need, derive, granting

_SERVICE_LINKED = "/aws-service-role/"


def trust_needs(function: Function, estate: Estate) -> Iterator[TrustNeed]:
    """One fact for each function whose role is known."""
    role = estate.role(function.role)
    for need in derive(function, estate):
        if need.kind is not NeedKind.ASSUME or role is None:
            continue
        policies = granting(need, estate)
        decision = decide_need(need, policies)
        made = concrete(need.request, policies)
        yield TrustNeed(
            estate=estate,
            origin=_place(role),
            related=(function.origin,),
            witness=made.request,
            witness_in=made.policies,
            values=made.values,
            function=function,
            role=role,
            undetermined=decision.reason if answer_of(decision) is Answer.UNDETERMINED else "",
            decision=answer_of(decision),
            service_linked=is_service_linked(role),
            gone=not role.exists,
        )


def _place(role: Role) -> Origin:
    """The trust policy, or where that is not known or written nowhere the role."""
    written = role.trust is not None and (role.trust.origin.line or role.trust.origin.file)
    return role.trust.origin if role.trust is not None and written else role.origin


def is_service_linked(role: Role) -> bool:
    """A service-linked role: only its service can assume it, and nobody can edit it."""
    return role.path.startswith(_SERVICE_LINKED) or ":role" + _SERVICE_LINKED in str(role.arn)
