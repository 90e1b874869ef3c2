"""The commands of a whole report, one after another, run by the real AWS CLI against moto."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest

import auditor

ACCOUNT = "123456789012"
"""The account that moto takes every caller for."""
REGION = "eu-west-1"
NAME = "whole_report"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{NAME}"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/{NAME}"
HOOKS = [{"lex": "v2", "bot": "ABCDEFGHIJ", "alias": "TSTALIASID"}, {"lex": "v1", "intent": "CreatePost"}]
WRITING = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
DOCUMENT = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": [*WRITING, "logs:DeleteLogGroup"], "Resource": "*"},
        {"Effect": "Allow", "Action": [*WRITING, "s3:GetObject"], "Resource": "*"},
    ],
}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {
                "Service": ["ec2.amazonaws.com", "lex.amazonaws.com"],
                "AWS": "arn:aws:iam::444455556666:root",
            },
            "Action": "sts:AssumeRole",
        }
    ],
}


@pytest.fixture
def live(endpoint: str) -> Any:
    """A function and its role, with everything wrong with them."""

    def client(service: str) -> Any:
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        return boto3.client(service, endpoint_url=endpoint, region_name=REGION, **keys)

    iam, functions = client("iam"), client("lambda")
    iam.create_role(RoleName=NAME, AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.put_role_policy(RoleName=NAME, PolicyName="p", PolicyDocument=json.dumps(DOCUMENT))
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("index.py", "def handler(event, context): pass")
    functions.create_function(
        FunctionName=NAME,
        Runtime="python3.12",
        Role=ROLE,
        Handler="index.handler",
        Code={"ZipFile": code.getvalue()},
    )
    wide = [("S0", "lexv2.amazonaws.com"), ("S1", "lexv2.amazonaws.com"), ("S2", "lex.amazonaws.com")]
    for sid, principal in [*wide, ("S3", "events.amazonaws.com"), ("S4", "*")]:
        functions.add_permission(
            FunctionName=NAME, StatementId=sid, Action="lambda:InvokeFunction", Principal=principal
        )
    yield iam, functions
    functions.delete_function(FunctionName=NAME)
    for name in iam.list_role_policies(RoleName=NAME)["PolicyNames"]:
        iam.delete_role_policy(RoleName=NAME, PolicyName=name)
    iam.delete_role(RoleName=NAME)


def report(live: Any, folder: Path) -> auditor.Report:
    """The audit of what is there now, as a bundle tells it."""
    iam, functions = live
    documents = {
        name: iam.get_role_policy(RoleName=NAME, PolicyName=name)["PolicyDocument"]
        for name in iam.list_role_policies(RoleName=NAME)["PolicyNames"]
    }
    bundle = {
        "function": {"name": NAME, "arn": FUNCTION},
        "resource_policy": json.loads(functions.get_policy(FunctionName=NAME)["Policy"]),
        "role": {
            "name": NAME,
            "arn": ROLE,
            "trust_policy": iam.get_role(RoleName=NAME)["Role"]["AssumeRolePolicyDocument"],
            "policies": [{"name": name, "document": document} for name, document in documents.items()],
        },
        "hooks": HOOKS,
        "invokers": [],
    }
    (folder / "bundle.json").write_text(json.dumps(bundle))
    return auditor.audit(auditor.read(folder / "bundle.json"))


def test_a_report_is_worked_off_from_top_to_bottom(
    live: Any, shell: Callable[[list[str]], str], tmp_path: Path
) -> None:
    """Each first fix once, in the order of the report: no command fails, none undoes another, and
    nothing is left but what no command can mend."""
    before = report(live, tmp_path)
    rules = {finding.rule for finding in before.findings}
    assert {"lex-invoke-unscoped", "invoke-public", "logs-wildcard", "logs-beyond-writing"} <= rules
    assert {"trust-not-lambda", "trust-cross-account"} <= rules
    done: list[tuple[str, ...]] = []
    for entry in before.entries:
        commands = entry.fixes[0].cli
        if commands and commands not in done:
            shell(list(commands))
            done.append(commands)
    assert len(done) == 3, "one fix for the function, one for the role's policy, one for its trust"
    after = report(live, tmp_path)
    assert {finding.rule for finding in after.findings} == {"lex-v1-retired", "role-resource-wildcard"}
    assert {need.decision for function in after.functions for need in function.needs} == {"allow"}
