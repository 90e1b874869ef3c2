"""Facts about who must be able to invoke a function."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from auditor.engine.fact import Answer, Generation, InvokeGrant, InvokeNeed, Obstacle
from auditor.engine.facts.answers import answer_of
from auditor.engine.facts.concrete import concrete
from auditor.engine.facts.exact_sources import sources
from auditor.estate.estate import Estate
from auditor.estate.function import Function, Hook, Invoker, LexGeneration
from auditor.estate.services import LEX_V1, LEX_V2, general_name, service_row
from auditor.iam.arn import account_of, arn
from auditor.iam.decide import Decision, Policies, Verdict, decide
from auditor.iam.document import Effect, Pattern, Policy, Statement
from auditor.iam.keys import SOURCE_ACCOUNT
from auditor.iam.match.statement import match_resources
from auditor.iam.request import service
from auditor.iam.text import Hole, HoleType, text
from auditor.needs import Need, NeedKind, decide_need, derive, granting

_GENERATIONS = {LexGeneration.V1: Generation.V1, LexGeneration.V2: Generation.V2}

_CROSSED = {LEX_V1: LEX_V2, LEX_V2: LEX_V1}
"""The principal of Lex's other generation."""


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
        reason = f"`{_CROSSED[str(need.request.principal.value)]}` may call for this bot too, and only that is allowed"
        answer = Answer.UNDETERMINED
    row = service_row(str(need.request.principal.value))
    if answer is Answer.DENIED and not row.verified and _by_its_source(need, policies):
        reason, answer = f"what `{row.principal}` sends could not be checked against a document", Answer.UNDETERMINED
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
        verified=row.verified,
        other_statement=other,
    )


def _by_its_source(need: Need, policies: Policies) -> bool:
    """Whether some statement would allow a need if the service sent something else."""
    policy = policies.resource
    if policy is None:
        return False
    unscoped = (replace(s, conditions=()) for s in policy.statements if s.effect is Effect.ALLOW)
    return any(_allows(policy.with_statements((statement,)), need) for statement in unscoped)


def _obstacle(
    need: Need, policies: Policies, decision: Decision, grants: Sequence[InvokeGrant]
) -> tuple[Obstacle, Statement | None]:
    if decision.statements:
        return Obstacle.DENIED, decision.statements[0].statement
    policy = policies.resource
    if policy is None:
        return Obstacle.NO_GRANT, None
    elsewhere = [s for s in policy.statements if _allows(_anywhere(policy, s), need)]
    beside = next((s for s in elsewhere if _is_about(s, need.function, policy.variables)), None)
    if beside is not None:
        return Obstacle.QUALIFIER, beside
    name = str(need.request.principal.value)
    refusing = next(
        (s for s in policy.statements if SOURCE_ACCOUNT in need.unsent and _but_for_account(policy, s, need)), None
    )
    if refusing is not None:
        return Obstacle.SOURCE_ACCOUNT, refusing
    crossed = _CROSSED.get(name)
    if crossed is not None:
        asked = replace(need, request=replace(need.request, principal=service(crossed)))
        for statement in policy.statements:
            if _allows(policy.with_statements((statement,)), asked):
                return Obstacle.CROSSED_GENERATION, statement
    for grant in grants:
        if grant.never_matches and general_name(grant.service) == name and _meant(grant, need):
            return Obstacle.DEAD_GRANT, grant.statement
    if elsewhere:
        return Obstacle.OTHER_FUNCTION, elsewhere[0]
    return Obstacle.NO_GRANT, None


def _allows(policy: Policy, need: Need) -> bool:
    return decide(need.request, Policies(replace(policy, unknown=()))).verdict is Verdict.ALLOW


def _but_for_account(policy: Policy, statement: Statement, need: Need) -> bool:
    """Whether a statement would allow a need but for its conditions on a source account."""
    others = tuple(c for c in statement.conditions if c.key.map(str.lower).literal != SOURCE_ACCOUNT)
    if len(others) == len(statement.conditions) or statement.effect is Effect.DENY:
        return False
    return _allows(policy.with_statements((replace(statement, conditions=others),)), need)


def _anywhere(policy: Policy, statement: Statement) -> Policy:
    """The policy with one statement, as if it stood on every qualifier of the function."""
    return policy.with_statements((replace(statement, resources=(Pattern(text("*")),), not_resource=False),))


def _is_about(statement: Statement, function: Function, variables: bool) -> bool:
    """Whether a statement names the function or one of its versions and aliases, as far as is known."""
    any_version = text(function.arn, ":", Hole("any version or alias", HoleType.NAME, each=True))
    return any(not match_resources(statement, own, {}, variables).no for own in (function.arn, any_version))


def _meant(grant: InvokeGrant, need: Need) -> bool:
    """Whether a dead grant on the function is meant for a need of its principal: not where it names
    another account, nor where it names other callers of the function, or an intent that is none."""
    accounts = {account_of(value.text) for c in grant.statement.conditions for value in c.values}
    sent = need.request.value("aws:SourceAccount")
    named = {account for account in accounts if account is not None and account.literal is not None}
    if named and sent and sent[0].literal is not None and sent[0] not in named:
        return False
    words = {word.lower() for source in sources(grant.statement) for word in _WORDS.findall(str(source))}
    callers = [need.caller, *(grant.function.hooks if grant.function is not None else ())]
    if any(words & _names(caller) for caller in callers):
        return bool(words & _names(need.caller))
    parsed = (arn(source) for source in sources(grant.statement))
    intents = [p.resource.split(":")[1] for p in parsed if p is not None and p.resource.startswith("intent:")]
    bots = {bot.name for bot in grant.estate.bots}
    return not intents or any(name in bots or name.holes or "*" in str(name) for name in intents)


_WORDS = re.compile(r"[^:/]+")


def _names(caller: Hook | Invoker | None) -> set[str]:
    """The names by which a source ARN may mean a hook, in lower case."""
    if not isinstance(caller, Hook):
        return set()
    return {str(name).lower() for name in (caller.intent, caller.bot) if name is not None}
