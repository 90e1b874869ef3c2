"""Facts about who must be able to invoke a function."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from auditor.engine.fact import Answer, Generation, InvokeGrant, InvokeNeed, Obstacle
from auditor.engine.facts.answers import answer_of
from auditor.engine.facts.concrete import concrete
from auditor.estate.estate import Estate
from auditor.estate.function import Function, Hook, LexGeneration
from auditor.iam.arn import account_of
from auditor.iam.decide import Decision, Policies, Verdict, decide
from auditor.iam.document import Pattern, Policy, Statement
from auditor.iam.request import service
from auditor.iam.text import text
from auditor.needs import Need, NeedKind, decide_need, derive, granting
from auditor.needs.services import LEX_V1, LEX_V2

_GENERATIONS = {LexGeneration.V1: Generation.V1, LexGeneration.V2: Generation.V2}


def invoke_needs(function: Function, estate: Estate, grants: Sequence[InvokeGrant]) -> Iterator[InvokeNeed]:
    """One fact for each INVOKE need, with what stands in its way."""
    for need in derive(function, estate):
        if need.kind is NeedKind.INVOKE:
            yield _need(need, estate, grants)


def _need(need: Need, estate: Estate, grants: Sequence[InvokeGrant]) -> InvokeNeed:
    policies = granting(need, estate)
    decision = decide_need(need, policies)
    obstacle, other = Obstacle.NONE, None
    if decision.denied:
        obstacle, other = _obstacle(need, policies, decision, grants)
    answer = answer_of(decision)
    reason = decision.reason
    if obstacle is Obstacle.CROSSED_GENERATION:
        answer, reason = Answer.UNDETERMINED, "the permission names Lex's other generation"
    made = concrete(need.request, policies)
    hook = need.caller if isinstance(need.caller, Hook) else None
    return InvokeNeed(
        estate=estate,
        origin=need.evidence[0],
        related=(other.origin,) if other is not None else (),
        witness=made.request,
        witness_in=made.policies,
        values=made.values,
        function=need.function,
        undetermined=reason if answer is Answer.UNDETERMINED else "",
        need=need,
        service=str(need.request.principal.value),
        lex=hook is not None,
        generation=_GENERATIONS[hook.generation] if hook is not None else Generation.NONE,
        decision=answer,
        obstacle=obstacle,
        other_statement=other,
    )


def _obstacle(
    need: Need, policies: Policies, decision: Decision, grants: Sequence[InvokeGrant]
) -> tuple[Obstacle, Statement | None]:
    if decision.statements:
        return Obstacle.DENIED, decision.statements[0].statement
    policy = policies.resource
    if policy is None:
        return Obstacle.NO_GRANT, None
    for statement in policy.statements:
        if _allows(_anywhere(policy, statement), need):
            return Obstacle.QUALIFIER, statement
    name = str(need.request.principal.value)
    crossed = {LEX_V1: LEX_V2, LEX_V2: LEX_V1}.get(name)
    if crossed is not None:
        asked = replace(need, request=replace(need.request, principal=service(crossed)))
        for statement in policy.statements:
            if _allows(policy.with_statements((statement,)), asked):
                return Obstacle.CROSSED_GENERATION, statement
    for grant in grants:
        if grant.never_matches and grant.service == name and _meant(grant, need):
            return Obstacle.DEAD_GRANT, grant.statement
    return Obstacle.NO_GRANT, None


def _allows(policy: Policy, need: Need) -> bool:
    return decide(need.request, Policies(replace(policy, unknown=()))).verdict is Verdict.ALLOW


def _anywhere(policy: Policy, statement: Statement) -> Policy:
    """The policy with one statement, as if it stood on every qualifier of the function."""
    return policy.with_statements((replace(statement, resources=(Pattern(text("*")),), not_resource=False),))


def _meant(grant: InvokeGrant, need: Need) -> bool:
    """A dead grant on the function may be meant for any need of its principal, unless it names
    another account."""
    accounts = {account_of(value.text) for c in grant.statement.conditions for value in c.values}
    sent = need.request.value("aws:SourceAccount")
    named = {account for account in accounts if account is not None and account.literal is not None}
    return not named or not sent or sent[0].literal is None or sent[0] in named
