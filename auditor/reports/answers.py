"""What the facts answer: the needs that are decided, and the questions left open."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import overload

from auditor.engine.fact import Answer, Fact, InvokeNeed, LogNeed, RoleNeed, TrustNeed, UrlNeed
from auditor.estate.estate import Estate
from auditor.estate.function import Function
from auditor.needs import derive
from auditor.needs.need import Need, NeedKind
from auditor.reports.report import AuditedFunction, DecidedNeed, Undetermined

_Decisions = tuple[tuple[str, str], ...]
"""How each need of a function is decided, and why it could not be."""
_WORDS = {Answer.ALLOWED: "allow", Answer.DENIED: "deny", Answer.UNDETERMINED: "undetermined"}


def decide_needs(estate: Estate, facts: Sequence[Fact]) -> Iterator[AuditedFunction]:
    """Every function of an estate with its needs, in order, as the estate's facts decide them."""
    about: dict[str, list[Fact]] = {}
    for fact in facts:
        if fact.function is not None:
            about.setdefault(fact.function.key, []).append(fact)
    known: dict[_Decisions, _Decisions] = {}
    for function in estate.functions:
        said = about.get(function.key, [])
        decided = tuple(_decide(need, said) for need in derive(function, estate))
        decisions = tuple((each.decision, each.reason) for each in decided)
        yield AuditedFunction(function, DerivedNeeds(function, estate, known.setdefault(decisions, decisions)))


@dataclass(frozen=True, slots=True)
class DerivedNeeds(Sequence[DecidedNeed]):
    """The needs of a function as they were decided. What is needed is derived anew where it is asked for:
    most functions need the like, and the needs of all of them take more memory than their policies."""

    function: Function
    estate: Estate = field(repr=False, compare=False)
    decisions: _Decisions

    def __len__(self) -> int:
        return len(self.decisions)

    @overload
    def __getitem__(self, place: int) -> DecidedNeed: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[DecidedNeed, ...]: ...
    def __getitem__(self, place: int | slice) -> DecidedNeed | tuple[DecidedNeed, ...]:
        return tuple(self)[place]

    def __iter__(self) -> Iterator[DecidedNeed]:
        for need, decision in zip(derive(self.function, self.estate), self.decisions, strict=True):
            yield DecidedNeed(need, *decision)


def _decide(need: Need, facts: Sequence[Fact]) -> DecidedNeed:
    """What the facts about its function say of a need; where none is, it could not be looked at."""
    for fact in facts:
        match fact:
            case InvokeNeed(need=about) if about == need:
                return DecidedNeed(need, _WORDS[fact.decision], fact.undetermined)
            case UrlNeed(need=about) if about == need:
                return DecidedNeed(need, _WORDS[fact.decision], fact.undetermined)
            case LogNeed() if need.kind is NeedKind.LOGS:
                denied = fact.decision is Answer.DENIED and need.request.action in fact.actions
                answer = Answer.ALLOWED if fact.decision is Answer.DENIED and not denied else fact.decision
                return DecidedNeed(need, _WORDS[answer], fact.undetermined)
            case RoleNeed(needs=needs) if need in needs:
                denied = fact.decision is Answer.DENIED and need.request.action in fact.actions
                answer = Answer.ALLOWED if fact.decision is Answer.DENIED and not denied else fact.decision
                return DecidedNeed(need, _WORDS[answer], fact.undetermined)
            case TrustNeed() if need.kind is NeedKind.ASSUME:
                return DecidedNeed(need, _WORDS[fact.decision], fact.undetermined)
            case _:
                continue
    return DecidedNeed(need, _WORDS[Answer.UNDETERMINED], "the policies that decide it are not known")


def open_questions(facts: Iterable[Fact]) -> tuple[Undetermined, ...]:
    """What could not be answered, each question once though several facts may hang on it."""
    questions: dict[Hashable, Undetermined] = {}
    for fact in facts:
        asked = fact.need.request if isinstance(fact, InvokeNeed) else fact.witness
        request = (asked.principal, asked.action, asked.resource, *sorted(asked.context)) if asked else None
        key = (fact.origin, fact.function and fact.function.key, fact.undetermined, request)
        questions.setdefault(key, Undetermined(fact.origin, asked, fact.undetermined, fact.function))
    return tuple(questions.values())
