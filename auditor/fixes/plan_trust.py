"""Who may assume a role."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from auditor.engine.fact import TrustGrant, TrustNeed
from auditor.fixes.candidate import Candidate
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
            advice=f"`{fact.role.name}` is a service-linked role: nobody can edit it, and only its own service can "
            "assume it. Make a role that trusts lambda.amazonaws.com, and set it as the function's role",
        )
        return
    trusted = allow((ASSUME_ROLE,), None, (service(LAMBDA),))
    yield Candidate("Let Lambda assume the role", (ReplaceTrust(fact.role, None, (trusted,)),))


def plan_trust_grant(fact: TrustGrant) -> Iterator[Candidate]:
    """The statement without this principal."""
    if fact.role is None:
        return
    kept = tuple(p for p in fact.statement.principals or () if str(p.text) != fact.principal)
    if fact.statement.not_principal:
        yield Candidate("Name whom the role trusts", advice="write Principal instead of NotPrincipal")
        return
    by = (replace(fact.statement, principals=kept),) if kept else ()
    remaining = [s for s in fact.role.trust.statements if s != fact.statement] if fact.role.trust is not None else []
    if not by and not remaining:
        by = (allow((ASSUME_ROLE,), None, (service(LAMBDA),)),)
    assumption = f"nobody relies on `{fact.principal}` being able to assume the role"
    yield Candidate(
        f"Take `{fact.principal}` out of the trust policy",
        (ReplaceTrust(fact.role, fact.statement, by),),
        (assumption,),
    )
