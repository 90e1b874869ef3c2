"""Fixes that meet: in one document, in one policy, of one role that several functions run with (which no
fix can part)."""

from __future__ import annotations

import json

from .conftest import ACCOUNT, REGION, Account, Run


def wide(action: str) -> dict[str, object]:
    return {"Effect": "Allow", "Action": action, "Resource": "*"}


def build(account: Account) -> None:
    """Two functions with one role, whose two policies are each too wide; both hooks of one bot."""
    role = account.role("shared-role", {"Version": "2012-10-17", "Statement": [wide("logs:CreateLogStream")]})
    iam, lambda_ = account.client("iam"), account.client("lambda")
    more = {"Version": "2012-10-17", "Statement": [wide("logs:PutLogEvents"), wide("logs:GetLogEvents")]}
    policy = iam.create_policy(PolicyName="more", PolicyDocument=json.dumps(more))["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="shared-role", PolicyArn=policy)
    for name in ("first", "second"):
        account.client("logs").create_log_group(logGroupName=f"/aws/lambda/{name}")
        arn = account.function(name, role)
        account.bot(arn)
        for sid in ("one", "two"):
            lambda_.add_permission(
                FunctionName=name, StatementId=sid, Action="lambda:InvokeFunction", Principal="lexv2.amazonaws.com"
            )


def writes(auditor: Run, group: str) -> int:
    stream = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{group}:log-stream:s"
    role = f"arn:aws:iam::{ACCOUNT}:role/shared-role"
    return auditor("can", role, "logs:PutLogEvents", stream, "--aws").status


def state(auditor: Run) -> tuple[list[str], int, int, int]:
    rules = auditor("check", "--aws", "--ignore", "role-shared", "--format", "json").rules
    return rules, writes(auditor, "/aws/lambda/first"), writes(auditor, "/aws/lambda/second"), writes(auditor, "/other")


def test_the_script_mends_all_at_once(account: Account, auditor: Run, sh: Run) -> None:
    build(account)
    assert state(auditor)[1:] == (0, 0, 0)
    printed = auditor("fix", "--aws", "--ignore", "role-shared", "--unsafe", "--fail-on", "info")
    done = sh(printed.out)
    assert done.status == 0, done.err
    assert state(auditor) == ([], 0, 0, 1)


def test_applying_it_comes_to_the_same(account: Account, auditor: Run) -> None:
    build(account)
    applied = auditor("fix", "--aws", "--ignore", "role-shared", "--unsafe", "--fail-on", "info", "--apply", "--yes")
    assert applied.status == 0, applied.err
    assert state(auditor) == ([], 0, 0, 1)
