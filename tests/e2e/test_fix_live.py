"""`auditor fix --aws`: what it prints really mends, and what it carries out is what it prints."""

from __future__ import annotations

import json
from typing import Any

from .conftest import ACCOUNT, REGION, Account, Run

ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:pizza"


def unscoped(account: Account) -> str:
    """A function that anyone's Lex V2 bot can invoke, and the alias that needs it."""
    alias = account.bot(account.logging_function("pizza"))
    account.client("lambda").add_permission(
        FunctionName="pizza", StatementId="lex", Action="lambda:InvokeFunction", Principal="lexv2.amazonaws.com"
    )
    return alias


def statements(account: Account) -> list[dict[str, Any]]:
    policy = json.loads(account.client("lambda").get_policy(FunctionName="pizza")["Policy"])
    listed: list[dict[str, Any]] = policy["Statement"]
    return listed


def asks(auditor: Run, alias: str, account: str = ACCOUNT) -> int:
    given = ("--source-arn", alias, "--source-account", account)
    return auditor("can", "lexv2.amazonaws.com", "lambda:InvokeFunction", "pizza", "--aws", *given).status


def test_the_printed_script_mends_and_keeps_what_is_needed(account: Account, auditor: Run, sh: Run) -> None:
    alias = unscoped(account)
    foreign = alias.replace(ACCOUNT, "444455556666")
    assert (asks(auditor, alias), asks(auditor, foreign, "444455556666")) == (0, 0)
    printed = auditor("fix", "--aws")
    assert printed.status == 0, printed.err
    done = sh(printed.out)
    assert done.status == 0, done.err
    after = auditor("check", "--aws", "--format", "json")
    assert (after.status, after.rules) == (0, [])
    assert (asks(auditor, alias), asks(auditor, foreign, "444455556666")) == (0, 1)
    assert auditor("fix", "--aws").out == ""


def test_a_policy_that_was_changed_since_is_left_alone_by_the_script(account: Account, auditor: Run, sh: Run) -> None:
    unscoped(account)
    printed = auditor("fix", "--aws")
    account.client("lambda").add_permission(
        FunctionName="pizza", StatementId="other", Action="lambda:InvokeFunction", Principal="s3.amazonaws.com"
    )
    before = statements(account)
    done = sh(printed.out)
    assert done.status != 0
    assert "PreconditionFailedException" in done.err
    assert statements(account) == before


def test_a_script_of_another_account_changes_nothing(account: Account, auditor: Run, sh: Run) -> None:
    unscoped(account)
    before = statements(account)
    done = sh(auditor("fix", "--aws").out.replace(ACCOUNT, "111122223333"))
    assert (done.status, "nothing was changed" in done.err) == (1, True)
    assert statements(account) == before


def test_apply_does_what_the_script_does(account: Account, auditor: Run) -> None:
    alias = unscoped(account)
    refused = auditor("fix", "--aws", "--apply")
    assert (refused.status, len(statements(account))) == (2, 1)
    done = auditor("fix", "--aws", "--apply", "--yes")
    assert (done.status, done.out) == (0, ""), done.err
    [statement] = statements(account)
    assert statement["Condition"]["ArnLike"] == {"AWS:SourceArn": alias}
    assert auditor("check", "--aws").status == 0


def test_roles_are_mended_too(account: Account, auditor: Run, sh: Run) -> None:
    """A wide inline policy is narrowed, a missing one is put, in a script and by --apply alike."""
    every = {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*"}
    for name in ("one", "two"):
        role = account.role(f"{name}-role", {"Version": "2012-10-17", "Statement": [every]})
        account.client("logs").create_log_group(logGroupName=f"/aws/lambda/{name}")
        account.function(name, role)
    account.client("logs").create_log_group(logGroupName="/aws/lambda/mute")
    account.function("mute", account.role("mute-role"))
    assert auditor("check", "--aws", "--format", "json").rules == ["logs-missing", "logs-wildcard", "logs-wildcard"]
    done = sh(auditor("fix", "--aws", "--function", "one", "--fail-on", "info").out)
    assert done.status == 0, done.err
    applied = auditor("fix", "--aws", "--apply", "--yes", "--fail-on", "info")
    assert applied.status == 0, applied.err
    assert auditor("check", "--aws", "--format", "json").rules == []
    documents = [
        account.client("iam").get_role_policy(RoleName=f"{name}-role", PolicyName="own")["PolicyDocument"]
        for name in ("one", "two")
    ]
    assert json.dumps(documents[0]).replace("one", "two") == json.dumps(documents[1])


def test_wrong_usage_is_told(auditor: Run) -> None:
    for arguments, message in (
        (["fix", "--apply", "."], "`--apply` goes with `--aws`"),
        (["fix", "--aws", "--yes"], "`--yes` goes with `--apply`"),
        (["fix", "--aws", "--write"], "`--write`"),
        (["check", "--aws", "."], "no PATH"),
        (["check", "--function", "f", "."], "add --aws"),
        (["check", "--region", "eu-west-1", "--region", "us-east-1", "."], "several regions"),
        (["check", "--aws", "--function", "a b"], "`a b` is no name of a function"),
        (["check", "--aws", "--region", "europe"], "`europe` is no AWS region"),
        (["check", "--aws", "--role-arn", "admin"], "`admin` is no ARN of a role"),
        (["check", "--aws", "--external-id", "x"], "goes with a role"),
        (["check", "--aws", "--profile", "nobody"], "nobody"),
        (["diff", "--aws", "a", "b"], "name OLD alone"),
        (["collect", "--aws"], "no folder is named"),
    ):
        ran = auditor(*arguments)
        assert (ran.status, ran.out) == (2, ""), (arguments, ran)
        assert message in ran.err, (arguments, ran.err)


def test_a_role_that_was_changed_since_is_left_alone_by_the_script(account: Account, auditor: Run, sh: Run) -> None:
    """An inline and a managed document, with characters that JMESPath and the shell read; first as audited."""
    iam = account.client("iam")
    every = {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*"}
    odd = {"Sid": "Odd", "Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::b/`'\"\\$(id) é/*"}
    document = {"Version": "2012-10-17", "Statement": [every, odd]}
    account.client("logs").create_log_group(logGroupName="/aws/lambda/one")
    role = account.role("one-role", document)
    account.function("one", role)
    chosen = ("--fail-on", "info", "--select", "logs-wildcard")
    script = auditor("fix", "--aws", *chosen).out
    theirs = {**document, "Statement": [every, odd, {**odd, "Sid": "Theirs"}]}
    iam.put_role_policy(RoleName="one-role", PolicyName="own", PolicyDocument=json.dumps(theirs))
    refused = sh(script)
    assert (refused.status, "own was changed since the audit" in refused.err) == (1, True), refused.err
    kept = iam.get_role_policy(RoleName="one-role", PolicyName="own")["PolicyDocument"]
    assert kept == theirs
    iam.put_role_policy(RoleName="one-role", PolicyName="own", PolicyDocument=json.dumps(document))
    done = sh(script)
    assert done.status == 0, done.err
    assert auditor("check", "--aws", *chosen).status == 0
