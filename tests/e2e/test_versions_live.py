"""A version that a bot's alias calls runs with the role that it was published with."""

from __future__ import annotations

from typing import Any

from .conftest import ACCOUNT, REGION, Account, Run

GROUP = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/lambda/pizza:*"


def statement(action: Any, resource: str) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": resource}]}


def publish_then_move_on(account: Account) -> None:
    """Version 1 has a role that may do everything; the function itself has got a narrow one since."""
    account.client("logs").create_log_group(logGroupName="/aws/lambda/pizza")
    function = account.function("pizza", account.role("wide", statement("*", "*")))
    lambda_ = account.client("lambda")
    version = lambda_.publish_version(FunctionName="pizza")["Version"]
    lambda_.create_alias(FunctionName="pizza", Name="live", FunctionVersion=version)
    narrow = account.role("narrow", statement(["logs:CreateLogStream", "logs:PutLogEvents"], GROUP))
    lambda_.update_function_configuration(FunctionName="pizza", Role=narrow)
    alias = account.bot(f"{function}:live")
    lambda_.add_permission(
        FunctionName="pizza",
        Qualifier="live",
        StatementId="lex",
        Action="lambda:InvokeFunction",
        Principal="lexv2.amazonaws.com",
        SourceArn=alias,
        SourceAccount=ACCOUNT,
    )


def test_the_role_behind_an_alias_is_audited_live_and_in_a_snapshot(account: Account, auditor: Run) -> None:
    publish_then_move_on(account)
    live = auditor("check", "--aws", "--format", "json")
    assert [(f["rule"], f["function"]) for f in live.report["findings"]] == [("role-admin", "pizza:1")]
    assert live.report["summary"]["functions"] == 1
    assert auditor("collect", "--aws", "-o", "snapshot").status == 0
    written = auditor("check", "snapshot", "--format", "json")
    assert written.report["findings"][0]["fingerprint"] == live.report["findings"][0]["fingerprint"]
    assert len(written.report["findings"]) == 1


def test_the_printed_script_mends_the_role_of_a_version(account: Account, auditor: Run, sh: Run) -> None:
    publish_then_move_on(account)
    printed = auditor("fix", "--aws", "--unsafe")
    assert "put-role-policy --role-name wide" in printed.out, printed.err
    done = sh(printed.out)
    assert done.status == 0, done.err
    after = auditor("check", "--aws", "--format", "json")
    assert (after.status, after.rules) == (0, [])
