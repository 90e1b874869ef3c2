"""Every example of every built-in rule, read and judged by the real engine."""

from __future__ import annotations

import pytest

from auditor.engine.examples import examine, try_example
from auditor.engine.levels import Kind, Severity
from auditor.engine.loading import load_rules
from auditor.engine.matching import judge
from auditor.engine.rule import Example, Rule, Verdict

RULES = load_rules()

EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.id}-{example.verdict.value}-{example.form.value}-{number}")
    for rule in RULES
    for number, example in enumerate(rule.examples)
]


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_an_example_shows_what_it_claims(rule: Rule, example: Example) -> None:
    assert try_example(rule, example, RULES) == ""


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_what_a_good_example_shows_is_fit_to_be_copied(rule: Rule) -> None:
    """No other rule finds anything worth a gate in it either."""
    for example in rule.examples:
        if example.verdict is Verdict.GOOD:
            findings = judge(RULES, examine(example)[1])
            assert [f.rule for f in findings if f.severity.at_least(Severity.MEDIUM)] == [], example.title


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_what_is_missing_or_too_much_is_proved_by_a_witness(rule: Rule) -> None:
    for example in rule.examples:
        if example.verdict is Verdict.BAD:
            findings = judge(RULES, examine(example)[1])
            unproved = [f.rule for f in findings if f.kind is not Kind.DEFECT and f.witness is None]
            assert unproved == [], example.title
