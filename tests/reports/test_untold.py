"""What an input leaves out is said, one short line a function: it was not looked at."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import auditor

FUNCTION = {"name": "f", "arn": "arn:aws:lambda:us-east-1:111122223333:function:f"}
DOCUMENT: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/*"}],
}
TRUST: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
ROLE = {"name": "r", "trust_policy": TRUST, "policies": []}
HOOKS: list[Any] = [{"lex": "v2", "bot": "ABCDEFGHIJ", "alias": "TSTALIASID"}]


def _audit(folder: Path, value: object, **terms: Any) -> auditor.Report:
    file = folder / "input.json"
    file.write_text(json.dumps(value))
    return auditor.audit(auditor.read(file), **terms)


def _untold(folder: Path, value: object) -> list[str]:
    return [entry.reason for entry in _audit(folder, value).untold]


@pytest.mark.parametrize(
    ("bundle", "reasons"),
    [
        pytest.param({"role": ROLE, "hooks": HOOKS}, [], id="whole"),
        pytest.param({"role": ROLE, "hooks": [], "invokers": []}, [], id="known to be none"),
        pytest.param({"hooks": HOOKS}, ["of `f`: its role"], id="no role"),
        pytest.param({"role": ROLE}, ["of `f`: who calls it (`hooks`, `invokers`)"], id="no hooks"),
        pytest.param({"role": ROLE, "invokers": []}, ["of `f`: which Lex bots call it (`hooks`)"], id="invokers alone"),
        pytest.param(
            {"role": {"name": "r"}, "hooks": HOOKS},
            ["of `f`: its role's trust policy, its role's policies"],
            id="a role by name",
        ),
        pytest.param({}, ["of `f`: its role, who calls it (`hooks`, `invokers`)"], id="a function by name"),
    ],
)
def test_a_bundle_that_leaves_out_a_part(tmp_path: Path, bundle: dict[str, Any], reasons: list[str]) -> None:
    assert _untold(tmp_path, {"function": FUNCTION, "resource_policy": None, **bundle}) == reasons


def test_a_role_without_a_function(tmp_path: Path) -> None:
    role = {"RoleName": "r", "Arn": "arn:aws:iam::111122223333:role/r", "AssumeRolePolicyDocument": TRUST}
    assert _untold(tmp_path, {"Role": role}) == ["of role `r`: its policies, which functions have it"]


def test_the_configuration_alone_does_not_tell_the_policy(tmp_path: Path) -> None:
    output = {"FunctionName": "f", "FunctionArn": FUNCTION["arn"], "Runtime": "python3.13"}
    assert _untold(tmp_path, output) == [
        "of `f`: its resource policy, its role, who calls it (`hooks`, `invokers`)",
    ]


NOWHERE_NAMED = {**TRUST["Statement"][0], "Action": "lambda:InvokeFunction", "Resource": "*"}


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (DOCUMENT, "who has this policy, and which functions"),
        (TRUST, "which role has this trust policy, and which functions"),
        ({"Version": "2012-10-17", "Statement": [NOWHERE_NAMED]}, "which function has this policy"),
    ],
)
def test_a_document_alone(tmp_path: Path, document: dict[str, Any], reason: str) -> None:
    assert _untold(tmp_path, document) == [f"{reason}: it stands alone"]


def test_everything_on_everything_is_told_of_a_document_alone(tmp_path: Path) -> None:
    """Whoever has it: the rule needs no function, and names no role."""
    everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    report = _audit(tmp_path, everything)
    (finding,) = report.findings
    assert (finding.rule, finding.severity.value, finding.confidence.value) == ("role-admin", "critical", "medium")
    assert report.failed("medium")


def test_it_counts_as_undetermined_and_fails_only_a_strict_gate(tmp_path: Path) -> None:
    report = _audit(tmp_path, DOCUMENT)
    written = json.loads(report.to_json())
    assert (written["summary"]["gate"], written["summary"]["undetermined"]) == ("passed", 1)
    assert written["undetermined"][0]["question"] is None
    assert report.untold
    assert _audit(tmp_path, DOCUMENT, strict=True).incomplete


def test_a_function_that_source_names_and_does_not_have(tmp_path: Path) -> None:
    """Terraform tells of this function its permission alone."""
    (tmp_path / "main.tf").write_text(
        'resource "aws_lambda_permission" "p" {\n  action = "lambda:InvokeFunction"\n  function_name = "elsewhere"\n'
        '  principal = "events.amazonaws.com"\n}\n'
    )
    report = auditor.audit(auditor.read(tmp_path))
    assert [entry.reason for entry in report.untold] == ["of `elsewhere`: its role, who calls it"]
