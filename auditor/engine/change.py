"""Whether a change of policies lets anything new in, whatever the audited account turns out to be."""

from __future__ import annotations

from msgspec.structs import replace

from auditor.engine.facts.concrete import OWN_ACCOUNT, OWN_REGION, fillings
from auditor.engine.facts.worlds import World, worlds
from auditor.iam.access import Domain, Outcome
from auditor.iam.access.general import NewAccess, new_access
from auditor.iam.access.plausible import plausible
from auditor.iam.access.question import ANY_RESOURCE, each
from auditor.iam.decide import Decision, Policies, decide
from auditor.iam.filling import fill_policies, fill_request, policies_texts
from auditor.iam.frozen import Frozen
from auditor.iam.request import Principal, Request
from auditor.iam.text import HoleType, Text, text


class Difference(Frozen):
    """What a change lets in: with FOUND a concrete request, decided by the new policies and
    denied by the old ones; with UNDETERMINED the reason."""

    outcome: Outcome
    request: Request | None = None
    decision: Decision | None = None
    reason: str = ""


class Place(Frozen):
    """Where policies hold: the account and region as far as they are known, the forms of the
    resources in question (none: any), and who may ask (none: everyone; of identity policies whoever
    may hold them, in this account where it is known)."""

    account: Text
    region: Text
    resources: tuple[Text, ...] = ()
    callers: tuple[Principal, ...] = ()

    @property
    def texts(self) -> tuple[Text, ...]:
        return (*self.resources, *(caller.value for caller in self.callers))


def targets_of(function: Text, *versions: Policies) -> tuple[Text, ...]:
    """The forms of what a function's policy can be about: the function, its versions and aliases,
    and what the policy itself spells out, whoever's it turns out to be."""
    spelled = (
        pattern.text
        for policies in versions
        for _, statement in policies.statements()
        for pattern in statement.resources or ()
        if not {"*", "?"}.intersection(str(pattern.text))
    )
    return tuple(dict.fromkeys((function, text(function, ":", each(HoleType.NAME)), *spelled)))


_DEPENDS = "it depends on which account and region are the audited ones"


def difference(new: Policies, old: Policies, place: Place) -> Difference:
    """Look for what `new` allows and `old` does not. Only what holds in every world is told."""
    texts = (*policies_texts(new), *policies_texts(old))
    used = {hole for written in (*texts, *place.texts) for hole in written.holes}
    # Where nothing rests on the account or region, one choice is as good as all.
    account, region = (
        known if known.hole in (None, *used) else text(stand_in)
        for known, stand_in in ((place.account, OWN_ACCOUNT), (place.region, OWN_REGION))
    )
    answers = [_in_world(new, old, place, world) for world in worlds(account, region, texts)]
    outcomes = {answer.outcome for answer in answers}
    if len(outcomes) == 1:
        return answers[0]
    if Outcome.FOUND in outcomes:
        return Difference(Outcome.UNDETERMINED, reason=_DEPENDS)
    return next(answer for answer in answers if answer.outcome is Outcome.UNDETERMINED)


def _in_world(new: Policies, old: Policies, place: Place, world: World) -> Difference:
    forms = tuple(dict.fromkeys(resource.fill(world.fill) for resource in place.resources))
    likely = tuple(form for form in forms if not any(hole.each for hole in form.holes))
    found = new_access(
        fill_policies(new, world.fill),
        fill_policies(old, world.fill),
        resources=Domain(forms, likely) if forms else ANY_RESOURCE,
        callers=tuple(replace(caller, value=caller.value.fill(world.fill)) for caller in place.callers) or None,
        holder_account=place.account.literal,
        foreign=world.foreign_account,
    )
    if found.answer.outcome is not Outcome.FOUND:
        return Difference(found.answer.outcome, reason=found.answer.reason)
    return _concrete(found)


def _concrete(found: NewAccess) -> Difference:
    """The witness with values in its holes, the same ones in both versions."""
    request = plausible(found)
    values = fillings(request, found.old, fillings(request, found.new))
    if not values:
        return Difference(Outcome.FOUND, request, decide(request, found.new))
    request = fill_request(request, values.__getitem__)
    decision = decide(request, fill_policies(found.new, values.__getitem__))
    if decision.allowed and decide(request, fill_policies(found.old, values.__getitem__)).denied:
        return Difference(Outcome.FOUND, request, decision)
    return Difference(Outcome.UNDETERMINED, reason="no values of its unknown parts were found that show it")
