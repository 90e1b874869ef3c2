"""The stack that this project began with, deployed, and audited where it runs."""

from __future__ import annotations

import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from .conftest import REGION, ROOT, Account, Run, environment

BEFORE = ROOT / "samples" / "classifieds-bot" / "before"
TOLD = {"lex-invoke-unscoped", "logs-wildcard"}
"""What the sample's own report says of Lex and of the logs, and what the account shows as well."""


def test_the_stack_as_calls_of_boto3_make_it(account: Account, auditor: Run) -> None:
    iam = account.client("iam")
    role = account.role("classifieds_lambda")
    actions = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:CreateLogGroup"]
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]}
    policy = iam.create_policy(PolicyName="classifieds_lambda_logs", PolicyDocument=json.dumps(document))
    iam.attach_role_policy(RoleName="classifieds_lambda", PolicyArn=policy["Policy"]["Arn"])
    account.function("classifieds_lambda", role)
    account.client("lambda").add_permission(
        FunctionName="classifieds_lambda",
        StatementId="AllowLex",
        Action="lambda:InvokeFunction",
        Principal="lex.amazonaws.com",
    )
    tell(auditor)


def tell(auditor: Run) -> None:
    ran = auditor("check", "--aws", "--format", "json")
    assert (ran.status, ran.report["skipped"]) == (1, []), ran.err
    assert set(ran.rules) >= TOLD
    by_rule = {finding["rule"]: finding for finding in ran.report["findings"]}
    lex, logs = by_rule["lex-invoke-unscoped"], by_rule["logs-wildcard"]
    assert lex["origin"]["arn"].endswith(":function:classifieds_lambda")
    assert logs["origin"]["arn"].endswith(":policy/classifieds_lambda_logs")
    assert lex["witness"]["principal"] == {"Service": "lex.amazonaws.com"}


def test_the_stack_as_terraform_applies_it(
    account: Account, auditor: Run, tmp_path: Path, terraform_program: str, offline_terraform_config: Path
) -> None:
    """All but the bot: moto has no Lex V1."""
    folder = tmp_path / "stack" / "before"
    shutil.copytree(BEFORE, folder)
    (folder / "main.tf").write_text((folder / "main.tf").read_text().replace("us-east-1", REGION))
    with zipfile.ZipFile(folder.parent / "classifieds_lambda.zip", "w") as code:
        code.writestr("classifieds.py", "")
    variables = {
        **environment(account.endpoint, account.home),
        "TF_CLI_CONFIG_FILE": str(offline_terraform_config),
        "TF_IN_AUTOMATION": "1",
        "CHECKPOINT_DISABLE": "1",
    }

    def terraform(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [terraform_program, *arguments]
        return subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False)

    begun = terraform("init", "-input=false", "-no-color")
    if begun.returncode:
        pytest.skip(f"terraform init: {begun.stderr[-300:]}")
    targets = ("aws_lambda_permission.allow_lex", "aws_iam_role_policy_attachment.logs")
    applied = terraform("apply", "-auto-approve", "-input=false", "-no-color", *(f"-target={t}" for t in targets))
    assert applied.returncode == 0, applied.stderr[-2000:]
    tell(auditor)
