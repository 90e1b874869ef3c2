"""Whether a statement for everyone, or for a principal, lets anybody in at all."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from auditor.engine.facts.why_never import Caller, why_never
from auditor.engine.facts.worlds import World
from auditor.estate.estate import Estate
from auditor.iam.access import Domain, Outcome
from auditor.iam.access.general import new_access
from auditor.iam.access.question import each
from auditor.iam.decide import Policies
from auditor.iam.document import Effect, Pattern, Policy, PolicyKind
from auditor.iam.filling import fill_policies
from auditor.iam.statements import policy_of
from auditor.iam.text import HoleType, Text, text

_NOTHING = Policies(policy_of(PolicyKind.RESOURCE, ()))


def why_dead(alone: Policy, function: Text, estate: Estate, worlds: Sequence[World]) -> str:
    """Why no request meets the conditions of a policy's only Allow statement, as a clause; empty
    where some does, or that cannot be told."""
    (statement,) = (s for s in alone.statements if s.effect is Effect.ALLOW)
    if not statement.conditions:
        return ""
    anywhere = replace(statement, resources=(Pattern(text("*")),), not_resource=False)
    bare = alone.with_statements((anywhere,))

    def holds(asked: Policy, partition: Text = estate.partition) -> bool:  # noqa: ARG001 - the protocol's signature
        return any(_allows(asked, function, world) for world in worlds)

    return "" if holds(bare) else why_never(bare, anywhere, Caller(), estate, holds)


def _allows(policy: Policy, function: Text, world: World) -> bool:
    target = function.fill(world.fill)
    found = new_access(
        fill_policies(Policies(policy), world.fill),
        _NOTHING,
        resources=Domain((target, text(target, ":", each(HoleType.NAME))), (target,)),
        holder_account=world.account,
        foreign=world.foreign_account,
    )
    return found.answer.outcome is not Outcome.NONE
