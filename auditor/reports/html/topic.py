"""The topics by which the report lays out what it found."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from auditor.engine.fact import FACTS, Fact, FactKind
from auditor.engine.rule import Rule


class Topic(Enum):
    INVOCATION = "invocation"
    LOGS = "logs"
    ROLE = "role"
    TRUST = "trust"
    DOCUMENTS = "documents"


_TOPICS = {
    FactKind.INVOKE_NEED: Topic.INVOCATION,
    FactKind.INVOKE_GRANT: Topic.INVOCATION,
    FactKind.LOG_NEED: Topic.LOGS,
    FactKind.LOG_GRANT: Topic.LOGS,
    FactKind.TRUST_NEED: Topic.TRUST,
    FactKind.TRUST_GRANT: Topic.TRUST,
    FactKind.DOCUMENT: Topic.DOCUMENTS,
}
"""What every other kind of fact is about is the role."""
_OF_TYPE = {of_kind: _TOPICS.get(kind, Topic.ROLE) for kind, of_kind in FACTS.items()}


def topic_of(fact: Fact) -> Topic:
    """What a fact is about."""
    return _OF_TYPE.get(type(fact), Topic.ROLE)


def topic_of_action(action: str) -> Topic:
    """What a request for this action is about."""
    service, _, verb = action.lower().partition(":")
    if service == "lambda" and verb.startswith("invoke"):
        return Topic.INVOCATION
    if service == "sts":
        return Topic.TRUST
    return Topic.LOGS if service == "logs" else Topic.ROLE


def topics_asked(rules: Iterable[Rule]) -> frozenset[Topic]:
    """The topics that the rules ask about."""
    return frozenset(_TOPICS.get(rule.fact, Topic.ROLE) for rule in rules)
