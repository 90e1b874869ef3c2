"""Every example of every built-in rule, read and judged by the real engine."""

from __future__ import annotations

import pytest

from auditor.engine.examples import try_example
from auditor.engine.loading import load_rules
from auditor.engine.rule import Example, Rule

RULES = load_rules()


@pytest.mark.parametrize(
    ("rule", "example"),
    [
        pytest.param(rule, example, id=f"{rule.id}-{example.verdict.value}-{example.form.value}-{number}")
        for rule in RULES
        for number, example in enumerate(rule.examples)
    ],
)
def test_an_example_shows_what_it_claims(rule: Rule, example: Example) -> None:
    assert try_example(rule, example, RULES) == ""
