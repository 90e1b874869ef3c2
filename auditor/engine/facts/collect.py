"""All facts of an estate, in the order of its functions and roles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from auditor.engine.fact import Fact, InvokeGrant, InvokeNeed, Obstacle
from auditor.engine.facts.documents import document_facts
from auditor.engine.facts.invoke_grant import invoke_grants
from auditor.engine.facts.invoke_need import invoke_needs
from auditor.engine.facts.log_grant import log_grants
from auditor.engine.facts.log_need import log_needs
from auditor.engine.facts.role_grant import role_grants
from auditor.engine.facts.trust_grant import trust_grants
from auditor.engine.facts.trust_need import trust_needs
from auditor.estate.estate import Estate


def collect(estate: Estate) -> tuple[Fact, ...]:
    """Every fact of an estate. Pure: the same estate gives the same facts in the same order."""
    return tuple(_collect(estate))


def _collect(estate: Estate) -> Iterator[Fact]:
    for function in estate.functions:
        grants = tuple(invoke_grants(function, estate))
        needs = tuple(invoke_needs(function, estate, grants))
        yield from needs
        for grant in grants:
            yield _beside_its_needs(grant, needs)
        yield from log_needs(function, estate)
        yield from trust_needs(function, estate)
    for role in estate.roles:
        yield from log_grants(role, estate)
        yield from role_grants(role, estate)
        yield from trust_grants(role, estate)
    yield from document_facts(estate)


def _beside_its_needs(grant: InvokeGrant, needs: tuple[InvokeNeed, ...]) -> InvokeGrant:
    """A dead grant with the places of the needs that it fails to serve: one fix mends both."""
    failed = [n for n in needs if n.obstacle is Obstacle.DEAD_GRANT and n.other_statement == grant.statement]
    return replace(grant, related=tuple(dict.fromkeys(need.origin for need in failed))) if failed else grant
