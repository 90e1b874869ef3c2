"""Letting a role do what its function is configured with."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.engine.fact import RoleNeed
from auditor.engine.facts.trust_need import is_service_linked
from auditor.fixes.candidate import Candidate
from auditor.fixes.narrow import as_pattern
from auditor.fixes.operation import AddInlinePolicy
from auditor.fixes.plan_role import free_name
from auditor.iam.document import Statement
from auditor.iam.statements import allow
from auditor.iam.text import Text
from auditor.needs.need import Feature


def plan_role_need(fact: RoleNeed) -> Iterator[Candidate]:
    """A policy of the role for exactly the denied actions. A resource that is not known by name
    cannot be written."""
    if fact.role is None or fact.function is None:
        return
    if is_service_linked(fact.role):
        yield Candidate(
            "Give the function a role of its own",
            advice="a service-linked role cannot be edited: make a role that trusts lambda.amazonaws.com, and allow "
            f"it {', '.join(fact.actions)} for {fact.target}",
        )
        return
    if fact.feature is Feature.FILE_SYSTEM:
        yield Candidate(
            "Let the role mount the file system",
            advice="allow elasticfilesystem:ClientMount, and ClientWrite where the function writes, on the ARN of the "
            "file system, with the access point as elasticfilesystem:AccessPointArn",
        )
        return
    name = free_name(fact.role, f"use-{fact.feature.value}")
    yield Candidate(f"Let the role use {_thing(fact.feature)}", (AddInlinePolicy(fact.role, name, _statements(fact)),))


def _statements(fact: RoleNeed) -> tuple[Statement, ...]:
    """One statement for each resource."""
    by_resource: dict[Text, list[str]] = {}
    for need in fact.needs:
        if need.request.action in fact.actions:
            by_resource.setdefault(as_pattern(need.request.resource), []).append(need.request.action)
    return tuple(allow(actions, (resource,)) for resource, actions in by_resource.items())


def _thing(feature: Feature) -> str:
    match feature:
        case Feature.EVENT_SOURCE:
            return "the event source"
        case Feature.DESTINATION:
            return "the destination"
        case Feature.DEAD_LETTER:
            return "the dead-letter queue"
        case Feature.NETWORK:
            return "network interfaces"
        case Feature.TRACING:
            return "X-Ray"
        case Feature.FILE_SYSTEM:
            return "the file system"
        case Feature.KEY:
            return "the key"
        case Feature.INSIGHTS:
            return "Lambda Insights"
