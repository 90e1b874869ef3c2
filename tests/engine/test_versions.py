"""Versions that callers use are judged with the role that they run with, and nothing twice.

Expectations from the Lambda developer guide, "Manage Lambda function versions": code and most settings of a
published version, its execution role among them, cannot be changed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import auditor
from auditor.iam.request import service
from auditor.question.can import can
from auditor.question.change import ChangeVerdict
from auditor.question.estates import diff_readings

PLACE = "us-east-1:111122223333"
ARN = f"arn:aws:lambda:{PLACE}:function:f"
GROUP = f"arn:aws:logs:{PLACE}:log-group:/aws/lambda/f:*"
DEAD = f"arn:aws:sqs:{PLACE}:dead"
TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
WRITING = {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": GROUP}

Judge = Callable[..., auditor.Report]


def role(name: str, *statements: dict[str, Any]) -> dict[str, Any]:
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    return {
        "arn": f"arn:aws:iam::111122223333:role/{name}",
        "trust_policy": {"Version": "2012-10-17", "Statement": [TRUST]},
        "policies": [{"name": "own", "document": document}] if statements else [],
    }


def bundle(*versions: dict[str, Any], **others: Any) -> dict[str, Any]:
    group = {"name": "/aws/lambda/f", "managed": True}
    made = {
        "function": {"name": "f", "arn": ARN, "log_group": group},
        "role": role("now", WRITING),
        "versions": [{"log_group": group, **version} for version in versions],
        "hooks": [],
        "invokers": [],
    }
    return {**made, **others}


@pytest.fixture
def reading(tmp_path: Path) -> Callable[..., auditor.Reading]:
    def read(*bundles: dict[str, Any]) -> auditor.Reading:
        file = tmp_path / "f.json"
        file.write_text(json.dumps(list(bundles)))
        return auditor.read(file)

    return read


@pytest.fixture
def judge(reading: Callable[..., auditor.Reading]) -> Judge:
    return lambda *bundles: auditor.audit(reading(*bundles))


def told(report: auditor.Report) -> list[tuple[str, str | None]]:
    return [(f.rule, f.function.title if f.function is not None else None) for f in report.findings]


def test_the_role_of_a_version_must_allow_what_the_version_needs(judge: Judge) -> None:
    report = judge(bundle({"version": "3", "role": role("then")}))
    assert told(report) == [("logs-missing", "f:3")]
    written = json.loads(report.to_json())
    assert written["findings"][0]["witness"]["principal"] == {"AWS": role("then")["arn"]}
    assert (written["summary"]["functions"], [f["name"] for f in written["functions"]]) == (1, ["f", "f:3"])


def test_the_role_of_a_version_must_not_allow_too_much(judge: Judge) -> None:
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    report = judge(bundle({"version": "3", "role": role("then", everything)}))
    assert told(report) == [("role-admin", "f:3")]


def test_nothing_is_told_twice_where_a_version_runs_with_the_same_role(judge: Judge) -> None:
    plain = bundle(role=role("now"))
    same = {"role": {"arn": role("now")["arn"]}}
    twice = bundle({"version": "3", "vpc": False, **same}, {"version": "4", **same}, role=role("now"))
    one, other = judge(plain), judge(twice)
    assert told(one) == told(other) == [("logs-missing", "f")]
    assert [f.fingerprint for f in one.findings] == [f.fingerprint for f in other.findings]


def test_findings_on_a_role_name_the_function_though_a_version_has_it_too(judge: Judge) -> None:
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    now = role("now", everything)
    version = {"version": "3", "role": {"arn": now["arn"]}, "dead_letter": DEAD}
    assert told(judge(bundle(version, role=now))) == [("role-admin", "f")]


def test_what_a_version_alone_is_configured_with_is_a_need_of_the_same_role(judge: Judge) -> None:
    version = {"version": "3", "role": {"arn": role("now")["arn"]}, "dead_letter": DEAD}
    report = judge(bundle(version))
    assert told(report) == [("role-need-missing", "f:3")]
    assert DEAD in report.findings[0].message


def test_a_role_is_not_called_shared_by_versions_of_one_function(judge: Judge) -> None:
    sending = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": DEAD}
    now = role("now", WRITING, sending)
    version = {"version": "3", "role": {"arn": now["arn"]}, "dead_letter": DEAD}
    assert told(judge(bundle(version, role=now))) == []


def test_a_finding_keeps_its_fingerprint_when_the_next_version_is_published(judge: Judge) -> None:
    prints = [judge(bundle({"version": v, "role": role("then")})).findings[0].fingerprint for v in ("3", "4")]
    assert prints[0] == prints[1]


def test_a_version_is_asked_about_by_the_policy_of_its_function(reading: Callable[..., auditor.Reading]) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": f"{ARN}:3",
    }
    made = reading(
        bundle({"version": "3", "role": role("then")}, resource_policy={"Statement": [statement]}),
    )
    for target in ("f:3", f"{ARN}:3"):
        assert can(made, service("s3.amazonaws.com"), "lambda:InvokeFunction", target, {}).decision.allowed


def test_a_new_version_with_an_old_role_grants_nothing_new(reading: Callable[..., auditor.Reading]) -> None:
    before = reading(bundle({"version": "3", "role": role("then", WRITING)}))
    after = reading(bundle({"version": "4", "role": role("then", WRITING)}))
    assert diff_readings(before, after).verdict is ChangeVerdict.NO_NEW_ACCESS


def test_a_version_that_could_not_be_read_is_told(judge: Judge) -> None:
    report = judge(bundle({"version": "3"}))
    assert [entry.reason for entry in report.untold] == ["of `f:3`: its role"]
