"""From a finding to fixes: the best first, each proved or said to be advice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from auditor.engine.fact import (
    DocumentFact,
    InvokeGrant,
    InvokeNeed,
    LogGrant,
    LogNeed,
    RoleGrant,
    TrustGrant,
    TrustNeed,
)
from auditor.engine.finding import Finding
from auditor.fixes.candidate import Candidate
from auditor.fixes.fix import Fix, Safety
from auditor.fixes.plan_invoke_grant import plan_invoke_grant
from auditor.fixes.plan_invoke_need import plan_invoke_need
from auditor.fixes.plan_role import plan_log_grant, plan_log_need, plan_role_grant
from auditor.fixes.plan_trust import plan_trust_grant, plan_trust_need
from auditor.fixes.prove import Refuted, prove

_RANK = {Safety.SAFE: 0, Safety.UNSAFE: 1, Safety.ADVICE: 2}


def plan(finding: Finding) -> tuple[Fix, ...]:
    """All fixes of a finding that can be proved; advice only where none can."""
    fixes = list(_settle(finding, _candidates(finding)))
    proved = [fix for fix in fixes if fix.safety is not Safety.ADVICE]
    return tuple(sorted(proved or fixes[:1], key=lambda fix: _RANK[fix.safety]))


def _candidates(finding: Finding) -> Iterable[Candidate]:
    match finding.fact:
        case InvokeNeed() as fact:
            return plan_invoke_need(fact)
        case InvokeGrant() as fact:
            return plan_invoke_grant(fact, finding.rule)
        case LogNeed() as fact:
            return plan_log_need(fact)
        case LogGrant() as fact:
            return plan_log_grant(fact, finding.rule)
        case RoleGrant() as fact:
            return plan_role_grant(fact)
        case TrustNeed() as fact:
            return plan_trust_need(fact)
        case TrustGrant() as fact:
            return plan_trust_grant(fact)
        case DocumentFact() as fact:
            return (Candidate("Correct the document", advice=fact.defect.help or "write it as AWS expects it"),)
        case _:
            return ()


def _settle(finding: Finding, candidates: Iterable[Candidate]) -> Iterator[Fix]:
    for candidate in candidates:
        if not candidate.operations:
            yield Fix(candidate.title, Safety.ADVICE, advice=candidate.advice)
            continue
        outcome = prove(finding, candidate.operations, candidate.assumptions, candidate.gap)
        if isinstance(outcome, Refuted):
            advice = f"{candidate.advice or candidate.title}. Not proved: {outcome.why}"
            yield Fix(candidate.title, Safety.ADVICE, advice=advice)
            continue
        safety = Safety.UNSAFE if candidate.assumptions else Safety.SAFE
        yield Fix(candidate.title, safety, candidate.operations, outcome)
