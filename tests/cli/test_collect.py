"""`auditor collect`: going on with a snapshot, and breaking off."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from auditor.cli.program import run

from ..breaks import start
from ..sources.aws import conftest as reading
from ..sources.aws.fake import ACCOUNT, FUNCTION, REGION, ROLE, Answer, Aws, plain, query_xml

aws = reading.aws
"""The small AWS that reading is tested with."""


@pytest.mark.parametrize(
    "snapshot",
    [
        [],
        "auditor-snapshot/1",
        {"functions": 5},
        {"functions": [[5]]},
        {"tags": [{}]},
        {"prefix": []},
        {"accounts_role": {}},
        {"schema": "auditor-snapshot/9"},
    ],
)
def test_a_snapshot_that_is_none_is_not_gone_on_with(
    aws: Aws, tmp_path: Path, capfd: pytest.CaptureFixture[str], snapshot: Any
) -> None:
    told = {"schema": "auditor-snapshot/1", "complete": False, **snapshot} if isinstance(snapshot, dict) else snapshot
    (tmp_path / "snapshot.json").write_text(json.dumps({"snapshot": told}))
    assert run(["collect", "--aws", "--resume", "-o", str(tmp_path)]) == 2
    assert "there is no snapshot in" in capfd.readouterr().err
    assert aws.requests == []


def test_a_snapshot_of_one_account_is_not_gone_on_with_in_another(
    aws: Aws, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "snapshot"
    assert run(["collect", "--aws", "-o", str(folder)]) == 0
    assert run(["collect", "--aws", "--resume", "-o", str(folder)]) == 0
    other = "444455556666"
    identity = f"<Arn>arn:aws:iam::{other}:user/u</Arn><UserId>U</UserId><Account>{other}</Account>"
    aws.on("sts", "Action=GetCallerIdentity", query_xml("GetCallerIdentity", identity))
    arn = FUNCTION.replace(ACCOUNT, other)
    listed = [{"FunctionName": "hook", "FunctionArn": arn, "Role": ROLE}]
    aws.on("lambda", r"GET /2015-03-31/functions/?\?", plain(Functions=listed))
    assert run(["collect", "--aws", "--resume", "-o", str(folder)]) == 2
    told = f"the snapshot is of {ACCOUNT} {REGION}, and this is {other} {REGION}"
    assert told in capfd.readouterr().err
    assert [path.name for path in folder.iterdir() if path.is_dir()] == [ACCOUNT]


@pytest.mark.parametrize("command", [["check"], ["fix"], ["can", "*", "lambda:InvokeFunction", "hook"]])
def test_a_session_in_another_account_than_the_one_that_is_meant_is_refused(
    aws: Aws, command: list[str], capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUDITOR_ACCOUNT", "444455556666")
    assert run([*command, "--aws"]) == 2
    assert f"account `444455556666` is asked for, and the session is in `{ACCOUNT}`" in capfd.readouterr().err
    assert aws.asked("lambda") == 0


def test_a_snapshot_that_could_not_be_begun_does_not_stand_in_the_way(aws: Aws, tmp_path: Path) -> None:
    folder = tmp_path / "snapshot"
    assert run(["collect", "--aws", "--account", "444455556666", "-o", str(folder)]) == 2
    assert list(folder.iterdir()) == []
    assert run(["collect", "--aws", "--account", ACCOUNT, "-o", str(folder)]) == 0


def test_a_snapshot_remembers_the_account_that_was_named(
    aws: Aws, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "snapshot"
    assert run(["collect", "--aws", "--account", ACCOUNT, "-o", str(folder)]) == 0
    assert json.loads((folder / "snapshot.json").read_text())["snapshot"]["account"] == ACCOUNT
    assert run(["collect", "--aws", "--resume", "-o", str(folder)]) == 0
    assert run(["collect", "--aws", "--resume", "--account", "444455556666", "-o", str(folder)]) == 2
    assert f"the snapshot is of account `{ACCOUNT}`" in capfd.readouterr().err


def test_a_break_does_not_wait_for_a_service_that_hangs(aws: Aws, tmp_path: Path) -> None:
    asked = []

    def hang(_request: object) -> Answer:
        asked.append(time.monotonic())
        time.sleep(20)
        return Answer(503, "")

    aws.on("lambda", "/aliases", hang)
    command = [sys.executable, "-m", "auditor", "collect", "--aws", "-o", "snapshot"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    running = start(command, tmp_path, environment)
    while not asked:
        time.sleep(0.05)
    os.kill(running.pid, signal.SIGINT)
    assert running.wait(15) == 130
    assert json.loads((tmp_path / "snapshot" / "snapshot.json").read_text())["snapshot"]["complete"] is False
