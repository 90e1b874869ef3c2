"""From findings to fixes: the best first, each proved or said to be advice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from auditor.engine.fact import (
    DocumentFact,
    Fact,
    InvokeGrant,
    InvokeNeed,
    LogGrant,
    LogNeed,
    RoleGrant,
    RoleNeed,
    RolePath,
    RoleUse,
    TrustGrant,
    TrustNeed,
    UrlNeed,
)
from auditor.engine.finding import Finding
from auditor.fixes.candidate import Candidate
from auditor.fixes.combining import combine
from auditor.fixes.fix import Fix
from auditor.fixes.grouping import Case, grouped
from auditor.fixes.plan_document import plan_document
from auditor.fixes.plan_gone_role import plan_gone_role
from auditor.fixes.plan_invoke_grant import plan_invoke_grant
from auditor.fixes.plan_invoke_need import plan_invoke_need, plan_url_need
from auditor.fixes.plan_role import plan_log_grant, plan_log_need, plan_log_statement
from auditor.fixes.plan_role_grant import plan_role_grant, plan_role_path, plan_role_use
from auditor.fixes.plan_role_need import plan_role_need
from auditor.fixes.plan_trust import plan_trust_grant, plan_trust_need
from auditor.fixes.prove import Prover
from auditor.fixes.proved import Proved
from auditor.fixes.settling import settle
from auditor.fixes.touching import Parts


def plan(finding: Finding) -> tuple[Fix, ...]:
    """All fixes of a finding that can be proved by themselves; advice only where none can."""
    return plan_all((finding,))[0]


def plan_all(findings: Sequence[Finding]) -> tuple[tuple[Fix, ...], ...]:
    """The fixes of each finding, in the order of the findings.

    Findings that one edit mends, or that are open through one another, have one fix together: each
    of them lists it first. So the first fixes of all findings can be applied one after another;
    equal ones are one fix, to be applied once.
    """
    fixes: list[tuple[Fix, ...]] = [()] * len(findings)
    parts: dict[int, tuple[Parts, Proved]] = {}
    for group in grouped(findings):
        estate = group[0][1].fact.estate
        if id(estate) not in parts:
            parts[id(estate)] = Parts(estate), Proved(estate)
        cases = [_case(place, finding, [other for _, other in group]) for place, finding in group]
        for case, settled in zip(cases, settle(cases, Prover(*parts[id(estate)])), strict=True):
            fixes[case.place] = settled
    return tuple(fixes)


def _case(place: int, finding: Finding, beside: Sequence[Finding]) -> Case:
    """A finding with what might mend it. Where it has several facts, one candidate mends all."""
    role = finding.fact.role
    if role is not None and not role.exists:
        return Case(place, finding, tuple(plan_gone_role(finding.fact, role)))
    listed = [[*_candidates(fact, rule, beside)] for rule, fact in _facts(finding)]
    first, *others = listed
    if not others:
        return Case(place, finding, tuple(first))
    changing = [[candidate for candidate in candidates if candidate.changes] for candidates in listed]
    if not all(changing):
        return Case(place, finding, tuple(candidate for candidate in first if not candidate.changes) or tuple(first))
    return Case(place, finding, (combine([candidates[0] for candidates in changing]), *changing[0][1:]))


def _facts(finding: Finding) -> Iterator[tuple[str, Fact]]:
    yield finding.rule, finding.fact
    for part in finding.also:
        yield part.rule, part.fact


def _candidates(fact: Fact, rule: str, beside: Sequence[Finding]) -> Iterable[Candidate]:
    match fact:
        case InvokeNeed():
            return plan_invoke_need(fact)
        case UrlNeed():
            return plan_url_need(fact)
        case InvokeGrant():
            return plan_invoke_grant(fact, rule)
        case LogNeed():
            return plan_log_need(fact)
        case LogGrant():
            return _with_its_statement(fact, rule, beside)
        case RoleGrant() | RoleNeed() | RolePath() | RoleUse():
            return _for_role(fact)
        case TrustNeed():
            return plan_trust_need(fact)
        case TrustGrant():
            return plan_trust_grant(fact)
        case DocumentFact():
            return plan_document(fact)
        case _:
            return ()


def _for_role(fact: RoleGrant | RoleNeed | RolePath | RoleUse) -> Iterable[Candidate]:
    match fact:
        case RoleGrant():
            return plan_role_grant(fact)
        case RoleNeed():
            return plan_role_need(fact)
        case RolePath():
            return plan_role_path(fact)
        case RoleUse():
            return plan_role_use(fact)


def _with_its_statement(fact: LogGrant, rule: str, beside: Sequence[Finding]) -> Iterator[Candidate]:
    """What mends the finding, and what mends all that was found in its statement."""
    yield from plan_log_grant(fact, rule)
    there = {
        other_rule: other
        for finding in beside
        for other_rule, other in _facts(finding)
        if isinstance(other, LogGrant) and (other.role, other.policy, other.statement) == _place(fact)
    }
    whole = plan_log_statement(there)
    if whole is not None:
        yield whole


def _place(fact: LogGrant) -> tuple[object, ...]:
    return fact.role, fact.policy, fact.statement
