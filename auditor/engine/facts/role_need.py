"""Facts about what a function's configuration asks of its role."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.engine.fact import Answer, RoleNeed
from auditor.engine.facts.answers import answer_of
from auditor.engine.facts.concrete import concrete
from auditor.estate.estate import Estate
from auditor.estate.function import Function
from auditor.estate.role import Role
from auditor.iam.arn import arn
from auditor.iam.decide import Decision
from auditor.iam.text import Text
from auditor.needs import Need, NeedKind, decide_need, derive, granting
from auditor.needs.need import Feature

_WITH_POLICIES = frozenset(
    (
        "dynamodb",
        "elasticfilesystem",
        "events",
        "kafka",
        "kinesis",
        "kms",
        "lambda",
        "s3",
        "secretsmanager",
        "sns",
        "sqs",
    )
)
"""Services whose resources have policies of their own, which may allow a role of the account."""


def role_needs(function: Function, estate: Estate) -> Iterator[RoleNeed]:
    """One fact for each thing that a function is configured with: denied where one action of it is."""
    role = estate.role(function.role)
    if role is None:
        return
    grouped: dict[tuple[Feature, Text | None], list[Need]] = {}
    for need in derive(function, estate):
        if need.kind is NeedKind.CONFIGURED and need.feature is not None:
            grouped.setdefault((need.feature, need.target), []).append(need)
    for (feature, target), needs in grouped.items():
        yield _fact(function, role, estate, feature, target, needs)


def _fact(
    function: Function, role: Role, estate: Estate, feature: Feature, target: Text | None, needs: Sequence[Need]
) -> RoleNeed:
    policies = granting(needs[0], estate)
    decided = [(need, decide_need(need, policies)) for need in needs]
    denied = [(need, decision) for need, decision in decided if decision.denied]
    first = denied[0][0] if denied else needs[0]
    answer, reason = _answer([decision for _, decision in decided])
    if answer is Answer.DENIED and feature is Feature.KEY:
        answer, reason = Answer.UNDETERMINED, f"the policy or a grant of key `{target}` may allow it, and is not known"
    if answer is Answer.DENIED and all(need.uncertain for need, _ in denied):
        answer, reason = Answer.UNDETERMINED, denied[0][0].uncertain
    made = concrete(first.request, policies)
    return RoleNeed(
        estate=estate,
        origin=first.evidence[0],
        related=tuple(place for place in dict.fromkeys((function.origin, role.origin)) if place != first.evidence[0]),
        witness=made.request,
        witness_in=made.policies,
        values=made.values,
        function=function,
        role=role,
        undetermined=reason,
        decision=answer,
        feature=feature,
        actions=tuple(need.request.action for need, _ in denied or decided),
        target=_told(feature, target),
        elsewhere=any(_service(need.request.resource) in _WITH_POLICIES for need, _ in denied),
        needs=tuple(needs),
    )


def _answer(decisions: Sequence[Decision]) -> tuple[Answer, str]:
    """The worst of several decisions, and why it is open where it is."""
    if any(decision.denied for decision in decisions):
        return Answer.DENIED, ""
    unclear = next((decision for decision in decisions if not decision.allowed), None)
    return (Answer.ALLOWED, "") if unclear is None else (answer_of(unclear), unclear.reason)


def _service(resource: Text) -> str | None:
    parsed = arn(resource)
    return parsed.service.literal if parsed is not None else None


def _told(feature: Feature, target: Text | None) -> str:
    match feature:
        case Feature.EVENT_SOURCE:
            return f"its event source {target}" if target is not None else "its Kafka cluster"
        case Feature.DESTINATION:
            return f"its destination {target}"
        case Feature.DEAD_LETTER:
            return f"its dead-letter queue {target}"
        case Feature.NETWORK:
            return "network interfaces in its VPC"
        case Feature.TRACING:
            return "its X-Ray traces"
        case Feature.FILE_SYSTEM:
            return f"its file system {target}"
        case Feature.KEY:
            return f"its key {target}"
        case Feature.INSIGHTS:
            return "the log group of Lambda Insights"
