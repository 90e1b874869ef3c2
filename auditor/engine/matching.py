"""Rules and facts in, findings out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from auditor.engine.condition import asked, holds, words
from auditor.engine.fact import FACTS, Fact, InvokeGrant, RolePath, TrustGrant
from auditor.engine.finding import Finding, Part, Witness
from auditor.engine.fingerprint import stamp
from auditor.engine.levels import Confidence, Kind
from auditor.engine.message import list_names
from auditor.engine.rule import Rule
from auditor.engine.schema import placeholders
from auditor.engine.subject import Match, settle

_KEY_ABSENT = ", if the request lacks a key that the condition tests"
_GUARD = "optional_guard"
"""The value of a fact that names the keys whose absence lets a request pass."""


def judge(rules: Sequence[Rule], facts: Iterable[Fact]) -> tuple[Finding, ...]:
    """The findings that `rules` make of `facts`: the worst first, then by place.

    Give it the facts of all estates at once: only then are equal fingerprints told apart.
    """
    by_fact: dict[type[Fact], list[Rule]] = {}
    for rule in rules:
        by_fact.setdefault(FACTS[rule.fact], []).append(rule)
    holding = {kind: _Holding(of_kind) for kind, of_kind in by_fact.items()}
    matches = [_match(rule, fact) for fact in facts if type(fact) in holding for rule in holding[type(fact)].of(fact)]
    findings = [_finding(parts) for parts in settle(matches)]
    findings.sort(key=order)
    return stamp(findings)


class _Holding:
    """Which of the rules of one kind of fact hold of a fact: decided once for facts that answer alike
    all that these rules ask."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._words = tuple(dict.fromkeys(word for rule in rules for word in words(rule.when)))
        self._known: dict[tuple[object, ...], tuple[Rule, ...]] = {}

    def of(self, fact: Fact) -> tuple[Rule, ...]:
        answers = tuple(asked(word, fact) for word in self._words)
        known = self._known.get(answers)
        if known is None:
            known = self._known[answers] = tuple(rule for rule in self._rules if holds(rule.when, fact))
        return known


def _match(rule: Rule, fact: Fact) -> Match:
    cases = [case for case in rule.cases if holds(case.when, fact)]
    confidence = next((case.confidence for case in cases if case.confidence), rule.confidence)
    if fact.key_absent and confidence is Confidence.HIGH:
        confidence = Confidence.MEDIUM
    return Match(
        rule,
        fact,
        severity=next((case.severity for case in cases if case.severity), rule.severity),
        confidence=confidence,
        message=next((case.message for case in cases if case.message), rule.message),
    )


def _finding(parts: Sequence[Match]) -> Finding:
    match, others = parts[0], parts[1:]
    rule, fact = match.rule, match.fact
    shown = placeholders(rule.fact)
    message = match.message.fill(lambda name: shown[name](fact))
    witness = None
    if fact.witness is not None and rule.kind is not Kind.DEFECT:
        witness = Witness(fact.witness, allowed=rule.kind is Kind.EXCESS)
    places = [place for part in parts for place in (part.fact.origin, *part.fact.related) if place != fact.origin]
    return Finding(
        rule=rule.id,
        kind=rule.kind,
        severity=match.severity,
        confidence=match.confidence,
        message=message + _tell_absent(match) + _tell_others(rule, others),
        origin=fact.origin,
        fact=fact,
        related=tuple(dict.fromkeys(places)),
        witness=witness,
        also=tuple(Part(other.rule.id, other.fact) for other in others),
    )


def _tell_absent(match: Match) -> str:
    """That the witness lacks a key, where the message does not tell already which."""
    return _KEY_ABSENT if match.fact.key_absent and _GUARD not in match.message.placeholders else ""


def _tell_others(rule: Rule, others: Sequence[Match]) -> str:
    """The other parts of a finding, as the end of its message."""
    if not others:
        return ""
    paths = [match.fact.path for match in others if isinstance(match.fact, RolePath)]
    if paths:
        return "; and by " + ", ".join(f"`{path}`" for path in paths)
    principals = [f.principal for f in (match.fact for match in others) if isinstance(f, (InvokeGrant, TrustGrant))]
    if not principals:
        return f"; and {len(others)} more mistake{'s' if len(others) > 1 else ''} in the same statement"
    named = list_names(tuple(dict.fromkeys(principals)))
    return f"; the same statement also lets in {named}" if rule.kind is Kind.EXCESS else f"; the same goes for {named}"


def order(finding: Finding) -> tuple[int, tuple[str, int, int, str, str], str, str]:
    """The worst first, then by place."""
    return (finding.severity.rank, finding.origin.sort_key(), finding.rule, finding.message)
