"""All facts of an estate, in the order of its functions and roles."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from auditor.engine.fact import Fact, InvokeGrant, InvokeNeed, Obstacle, RoleGrant
from auditor.engine.facts.alike import Alike
from auditor.engine.facts.alone import facts_alone
from auditor.engine.facts.documents import document_facts
from auditor.engine.facts.invoke_grant import invoke_grants
from auditor.engine.facts.invoke_need import invoke_needs
from auditor.engine.facts.log_grant import log_grants
from auditor.engine.facts.log_need import log_needs
from auditor.engine.facts.role_grant import is_administrator, role_grants, role_widths
from auditor.engine.facts.role_need import role_needs
from auditor.engine.facts.role_path import role_paths
from auditor.engine.facts.role_use import role_uses
from auditor.engine.facts.shared import shared
from auditor.engine.facts.strength import Strength
from auditor.engine.facts.trust_grant import trust_grants
from auditor.engine.facts.trust_need import trust_needs
from auditor.engine.facts.unread_effect import unread_effects
from auditor.engine.facts.unread_policies import unread_policies
from auditor.engine.facts.url import url_facts, url_grant
from auditor.estate.estate import Estate
from auditor.estate.function import Function
from auditor.estate.role import Role


def collect(estate: Estate) -> tuple[Fact, ...]:
    """Every fact of an estate. Pure: the same estate gives the same facts in the same order."""
    return tuple(shared(_collect(estate)))


def _collect(estate: Estate) -> Iterator[Fact]:
    alike = Alike(estate)
    strength = Strength(estate, lambda role: is_administrator(role, estate))
    for function in estate.functions:
        yield from alike.of_function(function, _of_function)
    for role in estate.roles:
        known = tuple(alike.of_role(role, _of_role))
        yield from known
        # What a path leads to is told by the whole estate: that two roles are of one shape does not
        # make it the same.
        admin = [fact.statement for fact in known if isinstance(fact, RoleGrant) and fact.admin]
        yield from role_paths(role, estate, admin, strength)
    yield from document_facts(estate)
    yield from facts_alone(estate)
    yield from unread_effects(estate)
    yield from unread_policies(estate)


def _of_function(function: Function, estate: Estate) -> Iterator[Fact]:
    """What hangs on the function, its role, and the bots and intents of the estate alone."""
    grants = tuple(invoke_grants(function, estate))
    needs = tuple(invoke_needs(function, estate, grants))
    yield from needs
    for grant in grants:
        yield replace(_beside_its_needs(grant, needs), url=url_grant(grant))
    yield from url_facts(function, estate)
    yield from log_needs(function, estate)
    yield from role_needs(function, estate)
    yield from trust_needs(function, estate)


def _of_role(role: Role, estate: Estate) -> Iterator[Fact]:
    """What hangs on the role and the functions that run with it alone."""
    yield from log_grants(role, estate)
    yield from role_grants(role, estate)
    yield from role_uses(role, estate)
    yield from trust_grants(role, estate)
    yield from role_widths(role, estate)


def _beside_its_needs(grant: InvokeGrant, needs: tuple[InvokeNeed, ...]) -> InvokeGrant:
    """A dead grant with the places of the needs that it fails to serve, for one fix mends both; and
    one that would serve the bot of Lex's other generation is crossed, however wide it is."""
    behind = [n for n in needs if n.other_statement == grant.statement]
    failed = [n for n in behind if n.obstacle in (Obstacle.DEAD_GRANT, Obstacle.SOURCE_ACCOUNT)]
    if failed:
        return replace(grant, related=tuple(dict.fromkeys(need.origin for need in failed)))
    crossed = [n for n in behind if n.obstacle is Obstacle.CROSSED_GENERATION and n.service != grant.service]
    if crossed and grant.lex and not grant.crossed:
        why = f"`{grant.service}` is what the other generation of Lex calls as, and its bot calls this function"
        return replace(grant, crossed=True, why_never=why)
    return grant
