"""Who may assume a role."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.engine.fact import TrustGrant, TrustNeed
from auditor.fixes.candidate import Candidate, TakeOut
from auditor.fixes.operation import ReplaceTrust
from auditor.iam.request import service
from auditor.iam.statements import allow
from auditor.needs.assume import ASSUME_ROLE, LAMBDA


def plan_trust_need(fact: TrustNeed) -> Iterator[Candidate]:
    """Lambda among whom the role trusts; a service-linked role cannot be edited."""
    if fact.role is None:
        return
    if fact.service_linked:
        yield Candidate(
            "Give the function an execution role of its own",
            advice=f"`{fact.role.title}` is a service-linked role: nobody can edit it, and only its own service can "
            "assume it. Make a role that trusts lambda.amazonaws.com, and set it as the function's role",
        )
        return
    trusted = allow((ASSUME_ROLE,), None, (service(LAMBDA),))
    yield Candidate("Let Lambda assume the role", (ReplaceTrust(fact.role, None, (trusted,)),))


def plan_trust_grant(fact: TrustGrant) -> Iterator[Candidate]:
    """The statement without this principal."""
    if fact.role is None:
        yield Candidate(
            "Trust nobody but who has to assume the role",
            advice=f"take `{fact.principal}` out of the statement, if nobody relies on it",
        )
        return
    if fact.statement.not_principal:
        yield Candidate("Name whom the role trusts", advice="write Principal instead of NotPrincipal")
        return
    yield Candidate(
        "Take {} out of the trust policy",
        (TakeOut(fact.role, fact.statement, frozenset((fact.principal,))),),
        (f"nobody relies on `{fact.principal}` being able to assume the role",),
        names=(f"`{fact.principal}`",),
    )
