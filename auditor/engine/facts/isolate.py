"""One statement by itself, under what denies beside it."""

from __future__ import annotations

from msgspec.structs import replace

from auditor.estate.role import Role, RolePolicy
from auditor.iam.decide import Policies
from auditor.iam.document import Effect, Policy, PrincipalPattern, Statement
from auditor.iam.request import PrincipalKind
from auditor.iam.text import text


def isolate(policy: Policy, statement: Statement, principal: PrincipalPattern | None = None) -> Policy:
    """The policy with this Allow statement only, for one of its principals where one is given,
    and all Deny statements. What other statements allow plays no part, nor whether this one is
    there: where it is, it allows what it says."""
    # Most statements stand alone as they are, and each is kept with its finding.
    alone = replace(statement, uncertain="") if statement.uncertain else statement
    if principal is not None and not statement.not_principal and statement.principals != (principal,):
        alone = replace(alone, principals=(principal,))
    denials = tuple(s for s in policy.statements if s.effect is Effect.DENY)
    return replace(policy, unknown=(), defects=()).with_statements((alone, *denials))


def isolated(role: Role, held: RolePolicy, document: Policy, statement: Statement) -> Policies:
    """One Allow statement of a role by itself, under the denials of all its policies, and its boundary
    where that is known."""
    others = [policy.deciding for policy in role.policies if policy is not held]
    denials = (s for other in others if other is not None for s in other.statements if s.effect is Effect.DENY)
    alone = isolate(document, statement)
    alone = alone.with_statements((*alone.statements, *denials))
    limits = role.boundary is not None and not role.boundary.unread
    return Policies(identity=(alone,), boundaries=(role.boundary,) if limits and role.boundary is not None else ())


def named_by(statement: Statement) -> tuple[PrincipalPattern, ...]:
    """Whom an Allow statement lets in: those it names, and with NotPrincipal everyone else."""
    if statement.not_principal:
        return (PrincipalPattern(PrincipalKind.ANYONE, text("*"), statement.origin),)
    return statement.principals or ()
