"""Making a failing situation small enough to read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from .asking import Asked, Document, Situation

Fails = Callable[[Situation], bool]


def shrink(situation: Situation, fails: Fails) -> Situation:
    """The situation with everything removed that it can lose and still fail."""
    smaller: Situation | None = situation
    while smaller is not None:
        situation = smaller
        smaller = next((candidate for candidate in _smaller(situation) if fails(candidate)), None)
    return situation


def _smaller(situation: Situation) -> Iterator[Situation]:
    for identity in _fewer(situation.identity):
        yield replace(situation, identity=identity)
    for boundaries in _fewer(situation.boundaries):
        yield replace(situation, boundaries=boundaries)
    if situation.resource is not None:
        yield replace(situation, resource=None)
        for changed in smaller_documents(situation.resource):
            yield replace(situation, resource=changed)
    for asked in situation.requests:
        for key in asked.context:
            context = {name: value for name, value in asked.context.items() if name != key}
            yield replace(situation, requests=(Asked(asked.principal, asked.action, asked.resource, context),))


def _fewer(documents: tuple[Document, ...]) -> Iterator[tuple[Document, ...]]:
    """One document less, or one of them smaller."""
    for index, document in enumerate(documents):
        before, after = documents[:index], documents[index + 1 :]
        yield (*before, *after)
        for changed in smaller_documents(document):
            yield (*before, changed, *after)


def smaller_documents(document: Document) -> Iterator[Document]:
    """Every policy document that lacks one statement, one condition or one value of this one."""
    statements = document["Statement"] if isinstance(document["Statement"], list) else [document["Statement"]]
    for index, statement in enumerate(statements):
        if len(statements) > 1:
            yield {**document, "Statement": statements[:index] + statements[index + 1 :]}
        for changed in _statements(statement):
            yield {**document, "Statement": [*statements[:index], changed, *statements[index + 1 :]]}


def _statements(statement: Document) -> Iterator[Document]:
    for element in ("Action", "NotAction", "Resource", "NotResource"):
        for shorter in _lists(statement.get(element)):
            yield {**statement, element: shorter}
    condition = statement.get("Condition", {})
    for operator, keys in condition.items():
        rest = {name: value for name, value in condition.items() if name != operator}
        yield {**statement, "Condition": rest} if rest else {k: v for k, v in statement.items() if k != "Condition"}
        for key, values in keys.items():
            if len(keys) > 1:
                fewer = {name: value for name, value in keys.items() if name != key}
                yield {**statement, "Condition": {**condition, operator: fewer}}
            for shorter in _lists(values):
                yield {**statement, "Condition": {**condition, operator: {**keys, key: shorter}}}


def _lists(values: Any) -> Iterator[Any]:
    if isinstance(values, list) and len(values) > 1:
        for index in range(len(values)):
            yield values[:index] + values[index + 1 :]
