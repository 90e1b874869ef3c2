"""A user's rules are tried on their own examples, with the real readers and facts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from auditor.engine import examples
from auditor.engine.errors import RuleError

Write = Callable[..., Path]

PUBLIC = """\
function: {name: f, arn: "arn:aws:lambda:us-east-1:111122223333:function:f"}
resource_policy:
  Version: "2012-10-17"
  Statement:
    - Effect: Allow
      Principal: "*"
      Action: lambda:InvokeFunction
      Resource: arn:aws:lambda:us-east-1:111122223333:function:f
"""
NOBODY = """\
function: {name: f, arn: "arn:aws:lambda:us-east-1:111122223333:function:f"}
resource_policy: {Version: "2012-10-17", Statement: []}
"""
UNKNOWN = """\
function: {name: f}
"""
OPEN = """\
function: {name: f}
resource_policy:
  Version: "2012-10-17"
  Statement:
    - Effect: Allow
      Principal: {AWS: "arn:aws:iam::444455556666:root"}
      Action: lambda:InvokeFunction
      Resource: "*"
"""
BROKEN = """\
function: {nmae: f}
"""


def _examples(bad: str = PUBLIC, good: str = NOBODY, unresolved: str = UNKNOWN) -> str:
    written = ["examples:"]
    for name, bundle in (("bad", bad), ("good", good), ("unresolved", unresolved)):
        text = "".join(f"        {line}\n" for line in bundle.splitlines())
        written.append(f"  {name}:\n    - title: A {name} one\n      bundle: |\n{text}")
    return "\n".join(written)


@pytest.fixture
def try_rule(write_rule: Write) -> Callable[..., list[tuple[str, str]]]:
    """Tries a rule against public functions, with other examples; gives each verdict and failure."""

    def run(**texts: str) -> list[tuple[str, str]]:
        folder = write_rule(("  lex: true", "  reach: anyone"))
        file = folder / "my-rule.yaml"
        head = file.read_text().split("examples:")[0]
        file.write_text(head + _examples(**texts))
        outcome = examples.test_rules(folder)
        assert outcome.passed is not any(trial.failure for trial in outcome.trials)
        return [(trial.example.verdict.value, trial.failure) for trial in outcome.trials]

    return run


def test_examples_that_show_what_they_claim_pass(try_rule: Callable[..., list[tuple[str, str]]]) -> None:
    assert try_rule() == [("bad", ""), ("good", ""), ("unresolved", "")]


@pytest.mark.parametrize(
    ("texts", "verdict", "failure"),
    [
        ({"bad": NOBODY}, "bad", "the rule does not fire"),
        ({"good": PUBLIC}, "good", "the rule fires"),
        ({"unresolved": PUBLIC}, "unresolved", "the rule fires"),
    ],
)
def test_an_example_that_does_not_is_told(
    try_rule: Callable[..., list[tuple[str, str]]], texts: dict[str, str], verdict: str, failure: str
) -> None:
    tried = dict(try_rule(**texts))
    assert tried.pop(verdict) == failure
    assert set(tried.values()) == {""}


def test_a_good_example_may_leave_no_question_open(try_rule: Callable[..., list[tuple[str, str]]]) -> None:
    """Silence because the input cannot tell is what `unresolved` is for."""
    assert dict(try_rule(good=OPEN))["good"].startswith("a question was left open: ")


def test_an_example_that_cannot_be_read_is_told(try_rule: Callable[..., list[tuple[str, str]]]) -> None:
    failure = dict(try_rule(bad=BROKEN))["bad"]
    assert failure.startswith("the example could not be read: ")
    assert "`nmae`" in failure


def test_an_example_without_a_function_is_told(write_rule: Write) -> None:
    bucket = '{title: Open, terraform: \'resource "aws_s3_bucket" "b" {}\'}'
    folder = write_rule(('{title: Open, bundle: "function: {name: f}"}', bucket))
    assert examples.test_rules(folder).trials[0].failure == "the example holds nothing to audit"


def test_only_the_users_rules_are_tried(write_rule: Write) -> None:
    outcome = examples.test_rules(write_rule())
    assert {trial.rule.id for trial in outcome.trials} == {"my-rule"}


def test_a_broken_rule_file_raises(write_rule: Write) -> None:
    with pytest.raises(RuleError):
        examples.test_rules(write_rule(("severity: high", "severity: hihg")))


def test_a_bad_example_may_expect_another_severity(write_rule: Write) -> None:
    """`severity` in a bad example tells what its finding must have; without it, the rule's own."""
    folder = write_rule(
        ("  lex: true", "  reach: anyone"),
        ("fix: Close it.", "fix: Close it.\ncases: [{when: {caller: anyone}, severity: low}]"),
    )
    file = folder / "my-rule.yaml"
    head = file.read_text().split("examples:")[0]
    told = []
    for severity in ("", "      severity: low\n", "      severity: info\n"):
        title = "    - title: A bad one\n"
        file.write_text(head + _examples().replace(title, title + severity))
        told.append(examples.test_rules(folder).trials[0].failure)
    assert told == [
        "the finding is of severity `low`, not `high`",
        "",
        "the finding is of severity `low`, not `info`",
    ]
