"""How far one statement reaches beyond what is needed, asked rung by rung."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from auditor.engine.fact import Reach
from auditor.engine.facts.concrete import concrete, named_values
from auditor.engine.facts.source_domains import SOURCE_ACCOUNT, SOURCE_ARN
from auditor.engine.facts.worlds import World
from auditor.iam.access import Escape, Outcome, Question, escape
from auditor.iam.access.question import fill_question
from auditor.iam.arn import account_of
from auditor.iam.decide import Policies, decide
from auditor.iam.filling import fill_policies, policies_texts
from auditor.iam.request import Request
from auditor.iam.text import Hole, HoleType

ORDER = list(Reach)


@dataclass(frozen=True, slots=True)
class Judged:
    """The widest rung that a statement reaches, with the request that shows it. Where a rung
    could not be told and none below it holds, `undetermined` says why."""

    reach: Reach = Reach.NONE
    witness: Request | None = None
    policies: Policies | None = None
    values: Mapping[Hole, str] = field(default_factory=lambda: MappingProxyType({}))
    key_absent: bool = False
    undetermined: str = ""


@dataclass(frozen=True, slots=True)
class Rung:
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
            witness = _completed(answer.request, new, rung)
            absent = SOURCE_ARN not in witness.context and _sends(rung.question)
            return Judged(rung.reach, witness, new, key_absent=absent)
        if answer.outcome is Outcome.UNDETERMINED:
            reason = reason or answer.reason
    return Judged(undetermined=reason)


def _ask(new: Policies, rung: Rung) -> Escape:
    """Whatever a name is on one side it is on the other too: with a value in its place nothing may
    be left. Else the question is asked with holes as they are, and only what holds for all their
    values is told."""
    holes = {hole for text in policies_texts(rung.old) for hole in text.holes if not hole.each}
    shared = frozenset(hole for hole in holes if hole in rung.names or hole.type is not HoleType.ANYTHING)
    if shared:
        value_of = named_values(shared).get
        named = escape(
            fill_policies(new, value_of), fill_policies(rung.old, value_of), fill_question(rung.question, value_of)
        )
        if named.outcome is Outcome.NONE:
            return named
    return escape(new, rung.old, rung.question)


def _sends(question: Question) -> bool:
    """Whether the callers in question are known to send a source ARN."""
    return SOURCE_ARN in question.domains and question.domain(SOURCE_ARN).present


def _completed(request: Request, new: Policies, rung: Rung) -> Request:
    """The request with the keys that its sender would send too, where that changes nothing."""
    context = dict(request.context)
    if SOURCE_ARN not in context and _sends(rung.question):
        context[SOURCE_ARN] = rung.question.domain(SOURCE_ARN).likely[:1]
    if SOURCE_ACCOUNT not in context and context.get(SOURCE_ARN):
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
