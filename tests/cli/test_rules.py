"""`auditor rules`: the list, one rule, and a user's own rules on trial."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
ROOT = Path(__file__).parent.parent.parent
IDS = sorted(path.stem for path in (ROOT / "rules").rglob("*.yaml"))


def test_every_rule_is_listed(run: Run) -> None:
    ran = run("rules")
    assert ran.status == 0
    assert [line.split()[0] for line in ran.out.splitlines()[: len(IDS)]] == IDS


@pytest.mark.parametrize("name", IDS)
def test_every_rule_is_explained(run: Run, name: str) -> None:
    ran = run("rules", name)
    assert ran.status == 0
    assert ran.out.startswith(name + "\n")
    assert "WHY IT MATTERS" in ran.out


def test_json_lists_them_by_id(run: Run) -> None:
    made = json.loads(run("rules", "--format", "json").out)
    assert made["schema"] == "auditor-rules/1"
    assert [rule["id"] for rule in made["rules"]] == IDS


def test_json_of_one_rule_has_the_same_shape(run: Run) -> None:
    made = json.loads(run("rules", "role-admin", "--format", "json").out)
    assert [rule["id"] for rule in made["rules"]] == ["role-admin"]


OWN = """\
id: my-public
title: Anyone can invoke it, in my words
kind: excess
severity: high
tags: [mine]
topic: mine
fact: invoke-grant
when: {reach: anyone}
message: "anyone can invoke `{function}`"
rationale: It is open.
fix: Close it.
examples:
  bad:
    - title: A permission for everyone
      bundle: |-
        function: {name: f, arn: "arn:aws:lambda:eu-west-1:123456789012:function:f"}
        resource_policy:
          Version: "2012-10-17"
          Statement: {Effect: Allow, Principal: "PRINCIPAL", Action: lambda:InvokeFunction, Resource: "*"}
  good:
    - title: No permission
      bundle: |-
        function: {name: f}
        hooks: []
  unresolved:
    - title: The principal is not known here
      terraform: |-
        resource "aws_lambda_function" "f" {
          function_name = "f"
          role          = var.role
        }
        resource "aws_lambda_permission" "p" {
          function_name = aws_lambda_function.f.function_name
          action        = "lambda:InvokeFunction"
          principal     = var.principal
        }
"""


def test_a_users_rules_are_tried(run: Run, tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "my-public.yaml").write_text(OWN.replace("PRINCIPAL", "*"))
    ran = run("rules", "test", "own")
    assert (ran.status, ran.out) == (0, "1 rule, 3 examples: 0 not as claimed\n")


def test_an_example_that_claims_wrongly_fails(run: Run, tmp_path: Path) -> None:
    """Its bad example names nobody but one account's root."""
    (tmp_path / "own").mkdir()
    wrong = OWN.replace('"PRINCIPAL"', "{AWS: 'arn:aws:iam::123456789012:root'}")
    (tmp_path / "own" / "my-public.yaml").write_text(wrong)
    ran = run("rules", "test", "own")
    assert ran.status == 1
    assert "my-public, bad `A permission for everyone`: the rule does not fire" in ran.out


def test_a_broken_rule_file_is_wrong_usage(run: Run, tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "my-public.yaml").write_text(OWN.replace("reach: anyone", "raech: anyone"))
    ran = run("rules", "test", "own")
    assert ran.status == 2
    assert "own/my-public.yaml:8:" in ran.err
    assert "`raech`" in ran.err
    assert "did you mean `reach`?" in ran.err
