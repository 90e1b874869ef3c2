"""One statement by itself, under the denials of its whole document."""

from __future__ import annotations

from dataclasses import replace

from auditor.iam.document import Effect, Policy, PrincipalPattern, Statement
from auditor.iam.request import PrincipalKind
from auditor.iam.text import text


def isolate(policy: Policy, statement: Statement, principal: PrincipalPattern | None = None) -> Policy:
    """The policy with this Allow statement only, for one of its principals where one is given,
    and all Deny statements. What other statements allow plays no part, nor whether this one is
    there: where it is, it allows what it says."""
    alone = replace(statement, uncertain="")
    if principal is not None and not statement.not_principal:
        alone = replace(alone, principals=(principal,))
    denials = tuple(s for s in policy.statements if s.effect is Effect.DENY)
    return replace(policy, unknown=(), defects=()).with_statements((alone, *denials))


def named_by(statement: Statement) -> tuple[PrincipalPattern, ...]:
    """Whom an Allow statement lets in: those it names, and with NotPrincipal everyone else."""
    if statement.not_principal:
        return (PrincipalPattern(PrincipalKind.ANYONE, text("*"), statement.origin),)
    return statement.principals or ()
