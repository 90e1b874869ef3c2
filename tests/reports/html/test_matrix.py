"""The matrix: found, clean, undetermined and not looked at are four things."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from msgspec.structs import replace

import auditor
from auditor.engine.levels import Severity
from auditor.reports.html.matrix import CLEAN, NONE, OPEN, UNSEEN, Cell, lay_out
from auditor.reports.html.subject import Subjects
from auditor.reports.html.topic import Topic
from auditor.reports.report import Report

from .conftest import audit, bundle

TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}


def cells(report: Report, row: int = 0) -> dict[Topic, Cell]:
    subjects = Subjects(report)
    numbers = {id(entry.finding): number for number, entry in enumerate(report.shown, 1)}
    return {cell.topic: cell for cell in lay_out(report, subjects, numbers)[row].cells}


def audit_one(folder: Path, document: dict[str, Any], **terms: Any) -> Report:
    (folder / "one.yaml").write_text(yaml.safe_dump(document))
    return auditor.audit(auditor.read(folder), **terms)


def test_what_was_found_stands_under_its_topic(flowers: Report) -> None:
    found = cells(flowers)
    invocation = found[Topic.INVOCATION]
    assert (invocation.severity, invocation.count, invocation.lower, invocation.first) == (Severity.HIGH, 2, 1, 1)
    assert invocation.word == "missing and defect"
    assert (found[Topic.LOGS].severity, found[Topic.LOGS].first) == (Severity.MEDIUM, 4)
    assert (found[Topic.TRUST].severity, found[Topic.TRUST].first) == (Severity.HIGH, 2)
    assert found[Topic.DOCUMENTS].word == CLEAN


def test_a_topic_that_no_rule_asked_about_is_not_clean() -> None:
    found = cells(audit("samples/classifieds-bot/before", select=["role-admin"]))
    assert found[Topic.ROLE].word == CLEAN
    assert found[Topic.INVOCATION].word == found[Topic.LOGS].word == UNSEEN


@pytest.mark.parametrize(
    ("without", "unseen"),
    [
        ("resource_policy", {Topic.INVOCATION}),
        ("hooks", {Topic.INVOCATION}),
        ("role", {Topic.LOGS, Topic.ROLE, Topic.TRUST}),
    ],
)
def test_what_the_input_does_not_tell_is_not_clean(tmp_path: Path, without: str, unseen: set[Topic]) -> None:
    document = bundle("f")
    role = document["role"]["policies"][0]["document"]["Statement"]
    role[0]["Resource"] = "arn:aws:logs:*:*:log-group:/aws/lambda/f:*"
    document["resource_policy"]["Statement"] = []
    document["hooks"] = []
    del document[without]
    if without == "resource_policy":
        del document["hooks"]
    found = cells(audit_one(tmp_path, document))
    assert {topic for topic, cell in found.items() if cell.word == UNSEEN} >= unseen
    assert not [topic for topic in unseen if found[topic].word == CLEAN]
    assert all(found[topic].why for topic in unseen if found[topic].word == UNSEEN)


def test_a_policy_that_is_not_known_leaves_logs_and_role_open(tmp_path: Path) -> None:
    document = bundle("f")
    document["role"]["policies"] = [{"arn": "arn:aws:iam::111122223333:policy/other"}]
    found = cells(audit_one(tmp_path, document))
    assert found[Topic.ROLE].word in (UNSEEN, OPEN)
    assert found[Topic.LOGS].word in (UNSEEN, OPEN)
    assert found[Topic.TRUST].word == CLEAN


def test_what_is_open_about_a_shared_role_is_open_for_all_who_have_it(tmp_path: Path) -> None:
    shared = bundle("f")
    logs = {"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "arn:aws:logs:*:*:log-group:/aws/lambda/f:*"}
    unknown = {"name": "unknown", "arn": "arn:aws:iam::111122223333:policy/other"}
    shared["role"]["policies"] = [{"name": "p", "document": {"Version": "2012-10-17", "Statement": [logs]}}, unknown]
    other = {**bundle("g"), "role": shared["role"]}
    (tmp_path / "two.yaml").write_text(yaml.safe_dump([shared, other]))
    report = auditor.audit(auditor.read(tmp_path), select=["role-admin"])
    for row in range(2):
        found = cells(report, row)
        assert found[Topic.ROLE].word in (UNSEEN, OPEN)


def test_a_role_without_a_function_has_no_invocation(tmp_path: Path) -> None:
    role = {
        "RoleName": "r",
        "Arn": "arn:aws:iam::111122223333:role/r",
        "AssumeRolePolicyDocument": {"Statement": [TRUST]},
    }
    (tmp_path / "role.json").write_text(json.dumps({"Role": role}))
    report = auditor.audit(auditor.read(tmp_path))
    found = cells(report)
    assert found[Topic.INVOCATION].word == NONE
    assert found[Topic.TRUST].word == CLEAN


def test_a_role_of_another_service_is_no_row_for_it_was_not_audited() -> None:
    titles = [subject.title for subject in Subjects(audit("samples/v2-pizza-bot/before")).all]
    assert titles == ["pizza-order"] * 3


def test_findings_below_what_is_listed_still_count(classifieds: Report) -> None:
    found = cells(replace(classifieds, shown_from=Severity.CRITICAL))
    assert (found[Topic.LOGS].count, found[Topic.LOGS].first) == (1, 0)
    assert found[Topic.LOGS].word != CLEAN
