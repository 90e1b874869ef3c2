"""Whether the event sources that a resource policy names still call the function.

Who is named there is looked up, not decided: what the policy allows is the engine's question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from auditor.sources.arns import function_arn
from auditor.sources.aws.caller import Answer
from auditor.sources.aws.errors import AbsentError
from auditor.sources.aws.gaps import Gaps
from auditor.sources.aws.operations import GET_NOTIFICATIONS, LIST_RULE_TARGETS, LIST_SUBSCRIPTIONS
from auditor.sources.aws.session import Place

UNKNOWN = "invokers"
_LEX = ("lex.amazonaws.com", "lexv2.amazonaws.com")
Targets = Callable[[Place, str], "Iterator[str]"]


def read_invokers(policy: Answer | None, arn: str, place: Place, gaps: Gaps) -> list[Answer]:
    """The invokers of the function `arn`, as a bundle writes them. Where a statement names one that
    cannot be looked up, `invokers` are unknown."""
    found: list[Answer] = []
    for service, source in _named(policy or {}):
        targets = _TARGETS.get(service)
        if targets is None or source is None or not _is_here(source, place):
            gaps.unknown.add(UNKNOWN)
            continue
        called = gaps.attempt(lambda: list(targets(place, source)), UNKNOWN)  # noqa: B023 - called at once
        for target in called or ():
            parsed = function_arn(target)
            if parsed is not None and parsed.unqualified == arn:
                invoker = {"service": service, "source_arn": source}
                invoker |= {"source_account": place.account} if service == "s3.amazonaws.com" else {}
                invoker |= {"qualifier": parsed.qualifier} if parsed.qualifier else {}
                if invoker not in found:
                    found.append(invoker)
    return found


def _is_here(source: str, place: Place) -> bool:
    """Whether a source is one thing of this account and region: others cannot be asked from here."""
    parts = source.split(":", 5)
    if "*" in source or "?" in source or len(parts) < 6:
        return False
    return parts[3] in ("", place.region) and parts[4] in ("", place.account)


def _named(policy: Answer) -> Iterator[tuple[str, str | None]]:
    """The services, Lex apart, that statements name, each with its source; ("", None) for anybody else."""
    statements = policy.get("Statement") or []
    for statement in statements if isinstance(statements, list) else [statements]:
        if not isinstance(statement, dict) or statement.get("Effect") == "Deny":
            continue
        principal = statement.get("Principal")
        services = _listed(principal.get("Service")) if isinstance(principal, dict) else []
        if not isinstance(principal, dict) or set(principal) != {"Service"}:
            yield "", None
        for service in services:
            if service not in _LEX:
                sources = _sources(statement.get("Condition"))
                yield from ((service, source) for source in sources or [None])


def _sources(condition: Any) -> list[Any]:
    """The values that a condition has for the source's ARN."""
    found: list[Any] = []
    for name, operator in condition.items() if isinstance(condition, dict) else ():
        if "not" in str(name).lower():
            continue  # It names who may not call.
        for key, values in operator.items() if isinstance(operator, dict) else ():
            if key.lower() == "aws:sourcearn":
                found += [value for value in _listed(values) if isinstance(value, str)]
    return found


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def _rule_targets(place: Place, source: str) -> Iterator[str]:
    path = source.partition(":rule/")[2].split("/")
    bus = {"EventBusName": path[0]} if len(path) > 1 else {}
    try:
        for target in place.caller.items(LIST_RULE_TARGETS, source, Rule=path[-1], **bus):
            yield target["Arn"]
    except AbsentError:
        return


def _notified(place: Place, source: str) -> Iterator[str]:
    bucket = source.rpartition(":")[2]
    try:
        answer = place.caller.ask(GET_NOTIFICATIONS, source, Bucket=bucket, ExpectedBucketOwner=place.account)
    except AbsentError:
        return
    for configured in answer.get("LambdaFunctionConfigurations") or ():
        yield configured["LambdaFunctionArn"]


def _subscribed(place: Place, source: str) -> Iterator[str]:
    try:
        for subscription in place.caller.items(LIST_SUBSCRIPTIONS, source, TopicArn=source):
            if subscription.get("Protocol") == "lambda":
                yield subscription["Endpoint"]
    except AbsentError:
        return


_TARGETS: dict[str, Targets] = {
    "events.amazonaws.com": _rule_targets,
    "s3.amazonaws.com": _notified,
    "sns.amazonaws.com": _subscribed,
}
