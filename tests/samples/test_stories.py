"""Each story's report is the expected one, and holds what it promises.

`expected/findings.yaml` and `expected/policies.yaml` are written by hand from what AWS does; they
decide what is right. The golden reports beside them pin every byte of what a user sees; after an
intended change run these tests with AUDITOR_UPDATE_GOLDEN=1 and read the difference.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

import auditor

from .conftest import GATING, OPPOSITE, ROOT, Input

UPDATE = os.environ.get("AUDITOR_UPDATE_GOLDEN") == "1"


def file_of(story_input: Input, finding: dict[str, Any]) -> str | None:
    """The file of a finding, relative to its story's input; None where it names none."""
    file = finding["origin"].get("file")
    return file and str(Path(file).relative_to(story_input.path))


def told(story_input: Input, finding: dict[str, Any], as_expected: dict[str, Any]) -> dict[str, Any]:
    """A finding in the shape of its hand-written expectation."""
    origin = finding["origin"]
    shape = {
        "rule": finding["rule"],
        "severity": finding["severity"],
        "function": finding["function"],
        "file": file_of(story_input, finding),
    }
    if "address" in as_expected:
        shape["address"] = origin.get("address")
    if "fix" in as_expected:
        shape["fix"] = finding["fixes"][0]["safety"]
    if "lines" in as_expected:
        first, last = as_expected["lines"]
        shape["lines"] = [first, last] if first <= origin["line"] <= last else origin["line"]
    return shape


def order(finding: dict[str, Any]) -> tuple[str, str, str]:
    return finding["rule"], str(finding["file"]), str(finding.get("address"))


def test_findings_are_those_written_by_hand(story_input: Input) -> None:
    """No finding is missing, none is too many, and each stands where the mistake is."""
    expected = story_input.load("findings.yaml")
    by_file = {(e["rule"], e["file"]): e for e in expected["findings"]}
    found = []
    for finding in story_input.report()["findings"]:
        as_expected = by_file.get((finding["rule"], file_of(story_input, finding)), {"address": True})
        found.append(told(story_input, finding, as_expected))
    assert sorted(expected["findings"], key=order) == sorted(found, key=order)


@pytest.mark.parametrize("form", ["text", "json"])
def test_exit_status_is_the_expected_one(story_input: Input, form: str) -> None:
    """The gate is the same whatever the format."""
    assert story_input.load("findings.yaml")["exit"] == story_input.check(form)[0]


@pytest.mark.parametrize(("form", "suffix"), [("text", "txt"), ("json", "json")])
def test_report_is_the_golden_one(story_input: Input, form: str, suffix: str) -> None:
    golden = story_input.expected / f"{story_input.name}.{suffix}"
    printed = story_input.check(form)[1]
    if UPDATE:
        golden.write_text(printed, "utf-8")
    assert golden.read_text("utf-8") == printed


def test_after_has_nothing_at_or_above_medium(mended_input: Input) -> None:
    """What was mended is clean, everything that is needed still works, and nothing is left open."""
    read = mended_input.report()
    assert [f["rule"] for f in read["findings"] if f["severity"] in GATING] == []
    assert {need["decision"] for function in read["functions"] for need in function["needs"]} == {"allow"}
    assert read["undetermined"] == []


def test_nothing_was_left_out(story_input: Input) -> None:
    """Every file of a story is read: nothing is skipped, and a function is audited."""
    read = story_input.report()
    assert read["skipped"] == []
    assert read["summary"]["functions"] >= 1


def test_witnesses_are_confirmed_on_the_deployed_policies(story_input: Input) -> None:
    """`decide` gives each witness the decision that the report claims, on policies written by hand."""
    policies = story_input.load("policies.yaml")
    for finding in story_input.report()["findings"]:
        witness = finding["witness"]
        if witness is None:
            assert finding["kind"] == "defect"
            continue
        held = policies[finding["function"]]
        request = {key: witness[key] for key in ("principal", "action", "resource", "context")}
        if witness["action"].startswith("lambda:"):
            decision = auditor.decide(request, resource_policy=held["resource_policy"])
        elif witness["action"].startswith("sts:"):
            decision = auditor.decide(request, resource_policy=held["trust_policy"])
        else:
            decision = auditor.decide(request, identity_policies=held["identity_policies"])
        assert witness["decision"] == decision.to_dict()["decision"], finding
        assert witness["expected"] == OPPOSITE[witness["decision"]]


def test_the_library_says_the_same(story_input: Input, monkeypatch: pytest.MonkeyPatch) -> None:
    """`auditor.audit(auditor.read(path))`, with the diffs of its fixes, is the command's JSON report."""
    monkeypatch.chdir(ROOT)
    printed = story_input.check("json")[1]
    report = auditor.with_diffs(auditor.audit(auditor.read(story_input.path)), lambda: auditor.read(story_input.path))
    assert json.loads(printed) == json.loads(report.to_json())
