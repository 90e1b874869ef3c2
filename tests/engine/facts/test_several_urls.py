"""A function and each of its aliases may have a URL (Lambda API, CreateFunctionUrlConfig, Qualifier)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import auditor

ARN = "arn:aws:lambda:eu-west-1:111122223333:function:photos"
OPEN = [
    {
        "Sid": "call",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "lambda:InvokeFunctionUrl",
        "Resource": f"{ARN}:live",
        "Condition": {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}},
    },
    {
        "Sid": "through",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "lambda:InvokeFunction",
        "Resource": f"{ARN}:live",
        "Condition": {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}},
    },
]
SIGNED, PUBLIC = {"auth": "AWS_IAM"}, {"auth": "NONE", "qualifier": "live"}
TERRAFORM = """
resource "aws_lambda_function" "f" {
  function_name = "photos"
  role          = "arn:aws:iam::111122223333:role/r"
}
resource "aws_lambda_function_url" "live" {
  function_name      = aws_lambda_function.f.function_name
  qualifier          = "live"
  authorization_type = "NONE"
}
resource "aws_lambda_function_url" "own" {
  function_name      = aws_lambda_function.f.function_name
  authorization_type = "AWS_IAM"
}
resource "aws_lambda_permission" "through" {
  function_name            = aws_lambda_function.f.function_name
  qualifier                = "live"
  action                   = "lambda:InvokeFunction"
  principal                = "*"
  invoked_via_function_url = true
}
"""


def rules(path: Path) -> set[str]:
    found = {finding.rule for finding in auditor.audit(auditor.read(path)).findings}
    return {rule for rule in found if rule.startswith("function-url")}


def written(folder: Path, function: dict[str, Any], *statements: dict[str, Any]) -> Path:
    bundle = {
        "function": {"name": "photos", "arn": ARN, **function},
        "resource_policy": {"Version": "2012-10-17", "Statement": list(statements)},
    }
    path = folder / "photos.json"
    path.write_text(json.dumps(bundle))
    return path


@pytest.mark.parametrize("urls", [[SIGNED, PUBLIC], [PUBLIC, SIGNED]])
def test_a_url_that_is_open_to_all_is_found_beside_one_that_asks_for_a_signature(
    tmp_path: Path, urls: list[dict[str, str]]
) -> None:
    assert rules(written(tmp_path, {"urls": urls}, *OPEN)) == {"function-url-public"}
    assert rules(written(tmp_path, {"urls": [SIGNED]}, *OPEN)) == set()


def test_each_url_needs_its_own_permissions(tmp_path: Path) -> None:
    assert rules(written(tmp_path, {"url": SIGNED, "urls": [PUBLIC]}, OPEN[0])) == {"function-url-incomplete"}


def test_two_urls_that_lack_a_permission_are_two_findings(tmp_path: Path) -> None:
    both = [{"auth": "NONE"}, PUBLIC]
    calls = [OPEN[0], {**OPEN[0], "Sid": "own", "Resource": ARN}]
    report = auditor.audit(auditor.read(written(tmp_path, {"urls": both}, *calls)))
    found = [finding for finding in report.findings if finding.rule == "function-url-incomplete"]
    assert len({finding.fingerprint for finding in found}) == 2


def test_terraform_may_say_the_two_in_any_order(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(TERRAFORM)
    assert rules(tmp_path) == {"function-url-public"}
