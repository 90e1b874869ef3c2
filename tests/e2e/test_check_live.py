"""`auditor check --aws`: an account is audited as its bundles would be."""

from __future__ import annotations

from .conftest import ACCOUNT, REGION, Account, Run


def test_a_function_that_anyones_bot_can_invoke_is_found_live(account: Account, auditor: Run) -> None:
    function = account.logging_function("pizza")
    account.bot(function)
    account.client("lambda").add_permission(
        FunctionName="pizza", StatementId="lex", Action="lambda:InvokeFunction", Principal="lexv2.amazonaws.com"
    )
    ran = auditor("check", "--aws", "--format", "json")
    assert (ran.status, ran.rules) == (1, ["lex-invoke-unscoped"]), ran.err
    [finding] = ran.report["findings"]
    assert finding["origin"] == {"arn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:pizza"}
