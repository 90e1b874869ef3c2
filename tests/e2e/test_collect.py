"""`auditor collect`: what it writes, what it needs for it, and what a break leaves."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from ..breaks import start
from .conftest import ACCOUNT, REGION, Account, Run, environment

MANY = 100
"""Functions, of which some are still to be read when the break comes: GetPolicy takes 15 a second."""

SECRET = "hunter2-do-not-tell"


def build(account: Account) -> None:
    """A hook that anyone's bot can call, through an alias; one function in a second region; a secret."""
    function = account.logging_function("pizza", Environment={"Variables": {"PASSWORD": SECRET}})
    lambda_ = account.client("lambda")
    version = lambda_.publish_version(FunctionName="pizza")["Version"]
    lambda_.create_alias(FunctionName="pizza", Name="live", FunctionVersion=version)
    account.bot(f"{function}:live")
    lambda_.add_permission(
        FunctionName="pizza",
        Qualifier="live",
        StatementId="lex",
        Action="lambda:InvokeFunction",
        Principal="lexv2.amazonaws.com",
    )
    wide = {"Effect": "Allow", "Action": "logs:*", "Resource": "*"}
    account.function("far", account.role("far-role", {"Version": "2012-10-17", "Statement": [wide]}), "us-east-1")


def findings(report: Any) -> list[tuple[str, str, str, object]]:
    return [(f["rule"], f["message"], f["fingerprint"], f["witness"]) for f in report["findings"]]


def everything(folder: Path) -> str:
    return "\n".join(path.read_text() for path in sorted(folder.rglob("*")) if path.is_file())


def test_a_snapshot_gives_the_findings_of_the_account(account: Account, auditor: Run, tmp_path: Path) -> None:
    build(account)
    regions = ("--region", REGION, "--region", "us-east-1")
    done = auditor("collect", "--aws", *regions, "-o", "snapshot")
    assert (done.status, done.out) == (0, ""), done.err
    live = auditor("check", "--aws", *regions, "--format", "json")
    written = auditor("check", "snapshot", "--format", "json")
    assert live.status == written.status == 1
    assert findings(live.report) == findings(written.report)
    assert live.report["summary"] == written.report["summary"]
    assert "lex-invoke-unscoped" in live.rules
    assert SECRET not in everything(tmp_path / "snapshot") + live.out
    assert "secret_code" not in everything(tmp_path / "snapshot")
    assert auditor("diff", "snapshot", "--aws", *regions).status == 0


def test_a_snapshot_is_the_same_bytes_each_time(account: Account, auditor: Run, tmp_path: Path) -> None:
    build(account)
    for name in ("first", "second"):
        assert auditor("collect", "--aws", "-o", name).status == 0
    assert everything(tmp_path / "first") == everything(tmp_path / "second")
    assert sorted(p.name for p in (tmp_path / "first" / ACCOUNT / REGION).iterdir()) == ["pizza.json"]


def test_a_folder_that_holds_something_is_not_written(account: Account, auditor: Run, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    refused = auditor("collect", "--aws", "-o", "full")
    assert (refused.status, "not empty" in refused.err) == (2, True)
    assert everything(tmp_path / "full") == "mine"
    assert auditor("collect", "--aws", "--resume", "-o", "full").status == 2


def test_a_break_leaves_a_snapshot_that_says_so_and_can_be_gone_on_with(
    account: Account, auditor: Run, tmp_path: Path
) -> None:
    role = account.role("many-role")
    for number in range(MANY):
        account.function(f"many{number:03}", role)
    command = [sys.executable, "-m", "auditor", "collect", "--aws", "-o", "snapshot"]
    running = start(command, tmp_path, environment(account.endpoint, account.home))
    folder = tmp_path / "snapshot" / ACCOUNT / REGION
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and len(list(folder.glob("*.json"))) < 2:
        time.sleep(0.01)
    os.kill(running.pid, signal.SIGINT)
    assert running.wait(30) == 130
    held = {path.name: path.stat().st_mtime_ns for path in folder.glob("*.json")}
    assert 2 <= len(held) < MANY
    broken = auditor("check", "snapshot", "--format", "json", "--fail-on", "never")
    assert (broken.status, len(broken.report["functions"])) == (3, len(held))
    assert [entry["reason"] for entry in broken.report["skipped"]] == [
        "the snapshot is not complete: the rest of the account was not read"
    ]
    assert auditor("collect", "--aws", "--resume", "-o", "snapshot").status == 0
    whole = auditor("check", "snapshot", "--format", "json", "--fail-on", "never")
    assert (whole.status, len(whole.report["functions"])) == (0, MANY)
    again = {name: (folder / name).stat().st_mtime_ns for name in held}
    assert again == held, "what was read before is not read again"


def test_the_printed_policy_is_printed_without_a_call(auditor: Run, monkeypatch: Any) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    printed = auditor("collect", "--aws", "--print-policy", "--function", "pizza", "--region", REGION)
    assert (printed.status, printed.err) == (0, "")
    document = json.loads(printed.out)
    functions = [s for s in document["Statement"] if "lambda:GetPolicy" in s["Action"]]
    assert [statement["Resource"] for statement in functions] == [
        [f"arn:aws:lambda:{REGION}:*:function:pizza", f"arn:aws:lambda:{REGION}:*:function:pizza:*"]
    ]
