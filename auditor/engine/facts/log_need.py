"""Facts about a function's need to write its own log group."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.engine.fact import Answer, LogNeed
from auditor.engine.facts.answers import answer_of
from auditor.engine.facts.concrete import concrete
from auditor.estate.estate import Estate
from auditor.estate.function import Function
from auditor.estate.role import Role
from auditor.iam.decide import Decision, Policies, decide
from auditor.iam.document import Effect
from auditor.iam.origin import Origin
from auditor.iam.request import Request
from auditor.needs import Need, NeedKind, decide_need, derive, granting
from auditor.needs.logs import STREAM_ACTIONS, group_arn


def log_needs(function: Function, estate: Estate) -> Iterator[LogNeed]:
    """One fact for all LOGS needs of a function: denied where one of them is."""
    needs = [need for need in derive(function, estate) if need.kind is NeedKind.LOGS]
    role = estate.role(function.role)
    if not needs or role is None or function.log_group is None:
        return
    policies = granting(needs[0], estate)
    decided = [(need, decide_need(need, policies)) for need in needs]
    yield _fact(function, role, estate, policies, decided)


def _fact(
    function: Function,
    role: Role,
    estate: Estate,
    policies: Policies,
    decided: Sequence[tuple[Need, Decision]],
) -> LogNeed:
    denied = [need for need, decision in decided if decision.denied]
    open_ones = [decision for _, decision in decided if not decision.denied and not decision.allowed]
    first = denied[0] if denied else decided[0][0]
    made = concrete(first.request, policies)
    answer = Answer.DENIED if denied else answer_of(open_ones[0]) if open_ones else Answer.ALLOWED
    assert function.log_group is not None, "log needs come from a log group"
    group = group_arn(function, function.log_group, estate)
    meant = _meant_for(policies, Request(first.request.principal, STREAM_ACTIONS[0], group))
    return LogNeed(
        estate=estate,
        origin=function.origin,
        related=tuple(dict.fromkeys((role.origin, *(meant[:1] if denied else ())))),
        witness=made.request,
        witness_in=made.policies,
        values=made.values,
        function=function,
        role=role,
        undetermined=open_ones[0].reason if open_ones and not denied else "",
        decision=answer,
        actions=tuple(need.request.action for need in denied),
        group=str(function.log_group.name),
        suffix_missing=bool(denied and meant),
    )


def _meant_for(policies: Policies, on_group: Request) -> list[Origin]:
    """Where statements allow the stream actions on the group's bare ARN: a forgotten `:*`."""
    decision = decide(on_group, policies)
    return [d.statement.origin for d in decision.statements if d.statement.effect is Effect.ALLOW]
