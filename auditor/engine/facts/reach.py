"""How far one statement reaches beyond what is needed, asked rung by rung."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from msgspec import field
from msgspec.structs import replace

from auditor.engine.fact import Reach
from auditor.engine.facts.any_value import escapes_for_all
from auditor.engine.facts.concrete import concrete, named_values
from auditor.engine.facts.worlds import World
from auditor.iam.access import Escape, Outcome, Question, escape
from auditor.iam.access.glimpse import glimpse
from auditor.iam.access.parties import is_anyone
from auditor.iam.access.question import fill_question
from auditor.iam.access.search import NOTHING, is_plainly_nothing
from auditor.iam.arn import account_of, arn
from auditor.iam.decide import Policies, decide
from auditor.iam.filling import fill_policies, policies_texts
from auditor.iam.frozen import Frozen
from auditor.iam.keys import PRINCIPAL_ARN, REQUESTED_REGION, SOURCE_ACCOUNT, SOURCE_ARN, condition_keys
from auditor.iam.request import Principal, PrincipalKind, Request
from auditor.iam.text import Hole, HoleType, Text, text

ORDER = list(Reach)
_REGION = re.compile(r"[a-z]{2}(-[a-z]{3,})+-\d", re.ASCII)
"""How AWS writes its regions."""


class Judged(Frozen):
    """The widest rung that a statement reaches, with the request that shows it. Where a rung
    could not be told and none below it holds, `undetermined` says why."""

    reach: Reach = Reach.NONE
    witness: Request | None = None
    policies: Policies | None = None
    values: Mapping[Hole, str] = field(default_factory=lambda: MappingProxyType({}))
    key_absent: bool = False
    undetermined: str = ""


class Rung(Frozen):
    """One question of a ladder: who falls into `question` and not into `old` is on `reach`.

    `names` are holes that stand in names of the estate (a function's, a log group's), so that
    they hold no wildcard.
    """

    reach: Reach
    question: Question
    old: Policies
    names: frozenset[Hole] = frozenset()


def climb(new: Policies, rungs: Iterable[Rung]) -> Judged:
    """The first rung, from the widest, that the statement surely reaches."""
    reason = ""
    for rung in rungs:
        answer = _ask(new, rung)
        if answer.outcome is Outcome.FOUND and answer.request is not None:
            witness = _completed(_placed(answer.request, new, rung), new, rung)
            return Judged(rung.reach, witness, new, key_absent=_lacks_a_key(witness, new, rung.question))
        if answer.outcome is Outcome.UNDETERMINED:
            reason = reason or answer.reason
    return Judged(undetermined=reason)


def _ask(new: Policies, rung: Rung) -> Escape:
    """Whatever a name is on one side it is on the other too: with a value in its place nothing may
    be left. Else the question is asked with holes as they are, and only what holds for all their
    values is told."""
    if is_plainly_nothing(new, rung.old, rung.question):
        return NOTHING
    seen = glimpse(new, rung.old, rung.question)
    if seen is not None:
        return Escape(Outcome.FOUND, *seen)
    holes = {hole for text in policies_texts(rung.old) for hole in text.holes if not hole.each}
    shared = frozenset(hole for hole in holes if hole in rung.names or hole.type is not HoleType.ANYTHING)
    if shared:
        value_of = named_values(shared).get
        named = escape(
            fill_policies(new, value_of), fill_policies(rung.old, value_of), fill_question(rung.question, value_of)
        )
        if named.outcome is Outcome.NONE:
            return named
        whatever = escapes_for_all(new, rung.old, rung.question, shared)
        if whatever is not None:
            return whatever
    return escape(new, rung.old, rung.question)


def _lacks_a_key(witness: Request, new: Policies, question: Question) -> bool:
    """Whether a witness lacks a key that is tested and that its sender is known to send."""
    tested = condition_keys(new)
    sent = [key for key in (SOURCE_ARN, SOURCE_ACCOUNT) if key in question.domains and question.domain(key).present]
    return any(key in tested and key not in witness.context for key in sent)


def _sends(question: Question) -> bool:
    """Whether the callers in question are known to send a source ARN."""
    return SOURCE_ARN in question.domains and question.domain(SOURCE_ARN).present


def _placed(request: Request, new: Policies, rung: Rung) -> Request:
    """The request from a region that there is, where any region will do, and by the very caller
    that its context names."""
    named = request.context.get(PRINCIPAL_ARN)
    if named and is_anyone(request.principal):
        request = replace(request, principal=Principal(PrincipalKind.AWS, named[0]))
    question = rung.question
    known = (arn(value) for value in (*question.domain(SOURCE_ARN).likely, *question.resources.likely))
    regions = (*(parsed.region for parsed in known if parsed is not None and parsed.region), *map(text, _REGIONS))
    for region in dict.fromkeys(regions):
        moved = _moved(request, region)
        if moved == request:
            return request
        held = (
            question.resources.admits(moved.resource),
            *(question.domain(SOURCE_ARN).admits(source) for source in moved.context.get(SOURCE_ARN, ())),
        )
        if all(held) and decide(moved, new).allowed and decide(moved, rung.old).denied:
            return moved
    return request


_REGIONS = ("us-east-1", "eu-west-1", "us-west-2", "ap-southeast-2", "eu-central-1", "us-east-2", "ap-northeast-1")


def _moved(request: Request, region: Text) -> Request:
    """The request with a region in the place of each that is none in its ARNs."""
    sources = request.context.get(SOURCE_ARN)
    context = dict(request.context)
    if sources:
        context[SOURCE_ARN] = tuple(_in_region(source, region) for source in sources)
    resource = _in_region(request.resource, region)
    if resource != request.resource and REQUESTED_REGION in context:
        context[REQUESTED_REGION] = (region,)
    return replace(request, resource=resource, context=MappingProxyType(context))


def _in_region(written: Text, region: Text) -> Text:
    parsed = arn(written)
    literal = parsed.region.literal if parsed is not None else None
    if parsed is None or not literal or _REGION.fullmatch(literal):
        return written
    return replace(parsed, region=region).text


def _completed(request: Request, new: Policies, rung: Rung) -> Request:
    """The request with the keys that its sender would send too, where that changes nothing."""
    context = dict(request.context)
    shown = rung.question.domain(SOURCE_ARN).likely[:1]
    if SOURCE_ARN not in context and _sends(rung.question) and shown:
        context[SOURCE_ARN] = shown
    sends_account = rung.question.domain(SOURCE_ACCOUNT).present
    if SOURCE_ACCOUNT not in context and sends_account and context.get(SOURCE_ARN):
        account = account_of(context[SOURCE_ARN][0]) or next(iter(rung.question.domain(SOURCE_ACCOUNT).likely), None)
        if account is not None:
            context[SOURCE_ACCOUNT] = (account,)
    fuller = replace(request, context=MappingProxyType(dict(sorted(context.items()))))
    return fuller if decide(fuller, new).allowed and decide(fuller, rung.old).denied else request


def mildest(judged: Iterable[tuple[World, Judged]]) -> Judged:
    """What holds in every world: the narrowest reach. Where the worlds disagree on whether there
    is any excess at all, the question is open."""
    answers = [replace(answer, values=MappingProxyType(world.values)) for world, answer in judged]
    least = max(answers, key=lambda answer: ORDER.index(answer.reach))
    if least.reach is Reach.NONE and not least.undetermined and any(a.reach is not Reach.NONE for a in answers):
        return Judged(undetermined="it depends on which account and region are the audited ones")
    return made_concrete(least)


def made_concrete(judged: Judged) -> Judged:
    """The same with values in the holes that are left. A witness that they spoil proves nothing."""
    if judged.witness is None or judged.policies is None:
        return judged
    made = concrete(judged.witness, judged.policies, judged.values)
    if not decide(made.request, made.policies).allowed:
        return Judged(undetermined="no values of its unknown parts were found that show it")
    return replace(judged, witness=made.request, policies=made.policies, values=made.values)
