"""GitLab's Code Quality report, as its documentation lists the fields."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import replace

from auditor.engine.levels import Severity
from auditor.estate.estate import Reading, Skipped
from auditor.iam.origin import Origin
from auditor.reports.gitlab import render
from auditor.reports.look import BARE, Frame
from auditor.reports.report import Entry, Report


def issues(report: Report, frame: Frame = BARE) -> list[dict[str, Any]]:
    made = json.loads(render(report, frame))
    assert isinstance(made, list)
    return made


def test_an_issue_has_the_required_fields(report: Report) -> None:
    assert issues(report)[0] == {
        "description": "any AWS account's Lex bot can invoke `classifieds_lambda` through lex.amazonaws.com",
        "check_name": "lex-invoke-unscoped",
        "fingerprint": "1f6c0a",
        "severity": "critical",
        "location": {"path": "main.tf", "lines": {"begin": 1}},
    }


@pytest.mark.parametrize(
    ("severity", "theirs"),
    [("critical", "blocker"), ("high", "critical"), ("medium", "major"), ("low", "minor"), ("info", "info")],
)
def test_severities_are_gitlabs(report: Report, severity: str, theirs: str) -> None:
    finding = replace(report.entries[0].finding, severity=Severity(severity))
    assert issues(replace(report, entries=(Entry(finding),)))[0]["severity"] == theirs


def test_a_skipped_input_is_an_entry(report: Report) -> None:
    entry = issues(report)[-1]
    assert entry["check_name"] == "auditor-skipped"
    assert entry["location"] == {"path": "broken.tf", "lines": {"begin": 3}}


def test_fingerprints_differ_since_gitlab_drops_equal_ones(report: Report) -> None:
    twice = replace(report, skipped=(Skipped(Origin("a.tf", 1), "x"), Skipped(Origin("a.tf", 2), "x")))
    marks = [issue["fingerprint"] for issue in issues(twice)]
    assert len(set(marks)) == len(marks) == 4


def test_paths_are_seen_from_the_repository_without_a_dot(report: Report) -> None:
    made = issues(report, Frame(place=lambda file: f"./infra/{file}"))
    assert made[0]["location"]["path"] == "infra/main.tf"


def test_nothing_to_audit_is_an_entry_too() -> None:
    (entry,) = issues(Report(Reading()))
    assert (entry["check_name"], entry["description"]) == ("auditor-skipped", "nothing was found to audit")
