"""Ctrl-C while `--apply` works: what is half done is taken back or finished, and all of it is told."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from typing import Any

import click
import pytest

from ...sources.aws.fake import Answer, Aws, Request, query_xml
from .conftest import Policy, inline, wide

NARROW = "LexV2-BOT0000001-TSTALIASID"
ADDITION = r"POST /2015-03-31/functions/hook/policy"
REMOVAL = "DELETE .*/policy/wide"
EVERY_GROUP = {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*"}


def sids(policy: Policy) -> list[str]:
    return [statement["Sid"] for statement in policy.statements]


def while_interrupting(answer: Callable[[Request], Answer], *signals: signal.Signals) -> Callable[[Request], Answer]:
    """Answers as told, after the signals were sent to the program that asks."""

    def reply(request: Request) -> Answer:
        for sent in signals:
            os.kill(os.getpid(), sent)
            time.sleep(0.3)
        return answer(request)

    return reply


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_what_was_added_is_taken_back_where_nothing_was_removed(
    aws: Aws, policy: Policy, fix: Any, sent: signal.Signals
) -> None:
    aws.on("lambda", ADDITION, while_interrupting(policy.add, sent))
    done = fix("--apply", "--yes")
    assert (done.status, policy.statements, policy.calls) == (130, [wide()], ["add", f"remove {NARROW}"]), done.err
    assert "stopping: " in done.err
    assert "taken back: " in done.err
    assert "it was interrupted" in done.err


def test_a_repair_that_has_removed_something_is_finished(aws: Aws, policy: Policy, fix: Any) -> None:
    aws.on("lambda", REMOVAL, while_interrupting(policy.remove, signal.SIGINT))
    done = fix("--apply", "--yes")
    assert (done.status, sids(policy)) == (130, [NARROW]), done.err
    assert "done: " in done.err


def test_what_was_not_begun_is_told_and_what_was_done_before_stays(aws: Aws, policy: Policy, fix: Any) -> None:
    inline(aws, {"Version": "2012-10-17", "Statement": [EVERY_GROUP]})
    aws.on("iam", "Action=PutRolePolicy", query_xml("PutRolePolicy", ""))
    aws.on("lambda", REMOVAL, while_interrupting(policy.remove, signal.SIGINT))
    done = fix("--apply", "--yes")
    assert (done.status, sids(policy), aws.asked("iam", "Action=PutRolePolicy")) == (130, [NARROW], 0), done.err
    told = [line.partition(": ")[0] for line in done.err.splitlines() if line.startswith(("done", "not begun"))]
    assert told == ["done", "not begun"]
    assert "left: logs-wildcard" in done.err


def test_a_document_that_was_written_and_seen_is_done(aws: Aws, policy: Policy, fix: Any) -> None:
    policy.statements = []
    before = {"Version": "2012-10-17", "Statement": [EVERY_GROUP]}
    group = "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/hook:*"
    after = {"Version": "2012-10-17", "Statement": [{**EVERY_GROUP, "Resource": group}]}
    inline(aws, before)

    def put(_request: Request) -> Answer:
        inline(aws, after)
        return query_xml("PutRolePolicy", "")

    aws.on("iam", "Action=PutRolePolicy", while_interrupting(put, signal.SIGINT))
    done = fix("--apply", "--yes", "--select", "logs-wildcard")
    assert (done.status, aws.asked("iam", "Action=PutRolePolicy")) == (130, 1), done.err
    assert "done: " in done.err


def test_a_second_break_leaves_at_once_and_tells_what_is_open(aws: Aws, policy: Policy, fix: Any) -> None:
    aws.on("lambda", ADDITION, while_interrupting(policy.add, signal.SIGINT, signal.SIGINT))
    done = fix("--apply", "--yes")
    assert (done.status, policy.calls[1:]) == (130, []), done.err
    assert "begun, and not finished: " in done.err
    assert "may have been carried out; nothing was taken back" in done.err


def test_a_break_at_the_question_changes_nothing(policy: Policy, fix: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def abort(*_: object, **__: object) -> bool:
        raise click.Abort

    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("click.confirm", abort)
    done = fix("--apply")
    assert (done.status, policy.calls) == (130, [])
    assert "nothing was changed" in done.err


def test_ctrl_c_is_what_it_was_once_all_is_done(policy: Policy, fix: Any) -> None:
    before = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)]
    fix("--apply", "--yes")
    assert [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)] == before
