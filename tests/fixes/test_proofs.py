"""Every fix of every finding in the rules' bad examples, carried out and looked at from outside.

The proof is made by the program; here the mended estate is audited afresh, as if it had been
read, so that a proof that proves nothing is found out.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from auditor.engine.examples import examine
from auditor.engine.facts import collect
from auditor.engine.finding import Finding
from auditor.engine.levels import Kind, Severity
from auditor.engine.loading import load_rules
from auditor.engine.matching import judge
from auditor.engine.rule import Rule, Verdict
from auditor.fixes.apply import apply
from auditor.fixes.fix import Fix, Safety
from auditor.fixes.operation import AddInlinePolicy, AddPermission, DetachPolicy, RemovePermission
from auditor.fixes.plan import plan
from auditor.needs import decide_need, derive, granting

RULES = load_rules()
NOT_YET_EXACT = {"lex-invoke-too-broad", "invoke-too-broad", "function-url-public"}


def _mended(rule: Rule) -> Iterator[tuple[Finding, Fix]]:
    for example in rule.examples:
        if example.verdict is Verdict.BAD:
            for finding in judge(RULES, examine(example)[1]):
                for fix in plan(finding):
                    yield finding, fix


def _subject(finding: Finding) -> tuple[object, ...]:
    """What a finding is about, by names that survive a change of policies."""
    function, role = finding.fact.function, finding.fact.role
    witness = finding.witness.request if finding.witness is not None else None
    return finding.rule, function.key if function else None, role.key if role else None, str(witness)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_proved_fix_makes_its_finding_go_away_and_brings_none(rule: Rule) -> None:
    for finding, fix in _mended(rule):
        if fix.safety is Safety.ADVICE:
            continue
        before = finding.fact.estate
        after = apply(before, fix.operations)
        left = judge(RULES, collect(after))
        assert _subject(finding) not in {_subject(f) for f in left}, fix.title
        known = {(f.rule, f.fact.function and f.fact.function.key) for f in judge(RULES, collect(before))}
        new = [f for f in left if (f.rule, f.fact.function and f.fact.function.key) not in known]
        worse = [f.rule for f in new if f.severity.at_least(Severity.MEDIUM)]
        # Binding a permission to the account is better than leaving it open, and not yet exact; and a URL
        # that is open to all is that only where it works.
        assert worse == [] or (fix.safety is Safety.UNSAFE and set(worse) <= NOT_YET_EXACT), fix.title


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_proved_fix_keeps_every_need_that_worked(rule: Rule) -> None:
    for finding, fix in _mended(rule):
        if fix.safety is Safety.ADVICE:
            continue
        assert fix.proof is not None
        assert fix.proof.new_access is False
        before = finding.fact.estate
        after = apply(before, fix.operations)
        for function in before.functions:
            mended = next(f for f in after.functions if f.key == function.key)
            for old, new in zip(derive(function, before), derive(mended, after), strict=True):
                if decide_need(old, granting(old, before)).allowed:
                    assert decide_need(new, granting(new, after)).allowed, fix.title


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_fix_adds_before_it_removes_and_names_what_it_assumes(rule: Rule) -> None:
    for _, fix in _mended(rule):
        kinds = [isinstance(operation, (RemovePermission, DetachPolicy)) for operation in fix.operations]
        assert kinds == sorted(kinds), fix.title
        assert (fix.proof is None) == (fix.safety is Safety.ADVICE)
        assert bool(fix.operations) == (fix.safety is not Safety.ADVICE)
        if fix.proof is not None:
            assert bool(fix.proof.assumptions) == (fix.safety is Safety.UNSAFE), fix.title
        else:
            assert fix.advice


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_statement_id_is_free_and_one_that_lambda_takes(rule: Rule) -> None:
    """AddPermission: `[a-zA-Z0-9-_]{1,100}`, and a used id is refused."""
    for finding, fix in _mended(rule):
        added = [operation for operation in fix.operations if isinstance(operation, AddPermission)]
        ids = [operation.statement_id for operation in added]
        assert len(set(ids)) == len(ids)
        for operation in added:
            policy = operation.function.resource_policy
            assert operation.statement_id not in {str(s.sid) for s in policy or ()}, finding.message
            assert 1 <= len(operation.statement_id) <= 100
            assert operation.statement_id.replace("-", "").replace("_", "").isalnum()
            assert operation.statement_id.isascii()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_finding_of_a_bad_example_has_a_fix_or_advice(rule: Rule) -> None:
    for example in rule.examples:
        if example.verdict is Verdict.BAD:
            for finding in judge(RULES, examine(example)[1]):
                assert plan(finding), f"{finding.rule}: {example.title}"


def test_a_new_policy_of_a_role_has_a_free_name() -> None:
    for rule in RULES:
        for finding, fix in _mended(rule):
            for operation in fix.operations:
                if isinstance(operation, AddInlinePolicy):
                    assert operation.name not in {str(policy.name) for policy in operation.role.policies}
                    assert finding.kind is not Kind.DEFECT


def test_a_function_that_cannot_write_its_logs_is_mended_with_a_proof() -> None:
    rule = next(rule for rule in RULES if rule.id == "logs-missing")
    fixes = [fix for finding, fix in _mended(rule) if finding.rule == "logs-missing"]
    assert Safety.SAFE in {fix.safety for fix in fixes}
