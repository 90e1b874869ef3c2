"""From rules and facts to findings: levels, messages, witnesses and their order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from auditor.engine.fact import Answer, Fact, Obstacle, Reach
from auditor.engine.finding import Finding
from auditor.engine.levels import Confidence, Kind, Severity
from auditor.engine.loading import load_rules
from auditor.engine.matching import judge
from auditor.engine.selection import select_rules
from auditor.estate.function import Function
from auditor.iam.origin import Origin
from auditor.iam.text import text

Make = Callable[..., Any]
Write = Callable[..., Path]


def _only(rule: str, *facts: Fact) -> tuple[Finding, ...]:
    return judge(select_rules(load_rules(), [rule]), facts)


def test_a_finding_says_what_its_rule_and_fact_say(invoke_grant: Make) -> None:
    fact = invoke_grant(related=(Origin("other.tf"),))
    (finding,) = _only("lex-invoke-unscoped", fact)
    assert (finding.kind, finding.severity, finding.confidence) == (Kind.EXCESS, Severity.HIGH, Confidence.HIGH)
    assert finding.message == "a Lex bot of any AWS account can invoke `f` through `lex.amazonaws.com`"
    assert (finding.origin, finding.related, finding.fact) == (fact.origin, fact.related, fact)


def test_the_first_case_that_holds_gives_severity_and_message(invoke_grant: Make) -> None:
    (finding,) = _only("lex-invoke-unscoped", invoke_grant(reach=Reach.OTHER_ACCOUNT))
    assert finding.severity is Severity.MEDIUM
    assert finding.message == "a Lex bot of one other AWS account can invoke `f` through `lex.amazonaws.com`"


def test_cases_give_each_level_on_their_own(write_rule: Write, invoke_grant: Make) -> None:
    """A case without a severity leaves it to the next one that holds."""
    folder = write_rule(
        (
            "fix: Close it.",
            "fix: Close it.\n"
            "cases:\n"
            "  - {when: {lex: false}, severity: critical}\n"
            "  - {when: {lex: true}, confidence: low}\n"
            "  - {when: {reach: any-account}, severity: low, confidence: medium}\n"
            "  - {when: {lex: true}, severity: info}\n",
        )
    )
    (finding,) = judge([rule for rule in load_rules([folder]) if rule.id == "my-rule"], [invoke_grant()])
    assert (finding.severity, finding.confidence) == (Severity.LOW, Confidence.LOW)


def test_excess_is_allowed_now_and_missing_is_not(invoke_grant: Make, invoke_need: Make) -> None:
    grant, need = invoke_grant(), invoke_need()
    (excess,) = _only("lex-invoke-unscoped", grant)
    (missing,) = _only("lex-invoke-missing", need)
    assert excess.witness is not None
    assert (excess.witness.request, excess.witness.allowed) == (grant.witness, True)
    assert missing.witness is not None
    assert (missing.witness.request, missing.witness.allowed) == (need.witness, False)


def test_a_defect_claims_no_access(invoke_grant: Make) -> None:
    """The witness of a grant proves its excess; a defect of the same grant is something else."""
    (finding,) = _only("lex-v1-retired", invoke_grant())
    assert finding.witness is None


def test_a_witness_that_lacks_a_key_lowers_confidence_and_is_said(invoke_grant: Make) -> None:
    (finding,) = _only("lex-invoke-unscoped", invoke_grant(key_absent=True))
    assert finding.confidence is Confidence.MEDIUM
    assert finding.message.endswith("through `lex.amazonaws.com`, if the request lacks a key that the condition tests")


@pytest.mark.parametrize("answer", [Answer.ALLOWED, Answer.UNDETERMINED])
def test_a_need_that_is_allowed_or_open_is_no_finding(invoke_need: Make, answer: Answer) -> None:
    assert judge(load_rules(), [invoke_need(decision=answer, obstacle=Obstacle.NONE)]) == ()


def test_a_grant_without_excess_is_no_finding(invoke_grant: Make) -> None:
    grant = invoke_grant(service="lexv2.amazonaws.com", reach=Reach.NONE)
    assert judge(load_rules(), [grant]) == ()


def test_the_worst_comes_first_and_then_the_place(invoke_grant: Make, role_grant: Make) -> None:
    late = Origin("main.tf", 90, 1, address="aws_lambda_permission.late")
    early = Origin("main.tf", 2, 1, address="aws_lambda_permission.early")
    far = replace(early, file="z.tf")
    facts = [
        invoke_grant(origin=late, function=Function(text("late"), text("late"))),
        invoke_grant(origin=early, reach=Reach.OTHER_ACCOUNT, function=Function(text("early"), text("early"))),
        invoke_grant(origin=far, function=Function(text("far"), text("far"))),
        role_grant(),
    ]
    rules = select_rules(load_rules(), ["lex-invoke-unscoped", "role-admin"])
    expected = [
        (Severity.CRITICAL, "main.tf", 7),
        (Severity.HIGH, "main.tf", 90),
        (Severity.HIGH, "z.tf", 2),
        (Severity.MEDIUM, "main.tf", 2),
    ]
    for order in (facts, facts[::-1]):
        assert [(f.severity, f.origin.file, f.origin.line) for f in judge(rules, order)] == expected


def test_a_name_from_the_source_stays_a_name(invoke_grant: Make) -> None:
    hostile = Function(text("f`\n{service}\x1b[2J"), text("arn"))
    (finding,) = _only("lex-invoke-unscoped", invoke_grant(function=hostile))
    assert "`f\\u0060\\u000a{service}\\u001b[2J`" in finding.message
