"""Each story's report is the expected one, and holds what it promises.

`expected/findings.yaml` and `expected/policies.yaml` are written by hand from what AWS does; they
decide what is right. The golden reports beside them pin every byte of what a user sees; after an
intended change run these tests with AUDITOR_UPDATE_GOLDEN=1 and read the difference.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import auditor

from .conftest import ROOT, Input

UPDATE = os.environ.get("AUDITOR_UPDATE_GOLDEN") == "1"
GATING = {"critical", "high", "medium"}
OPPOSITE = {"allow": "deny", "deny": "allow"}


@cache
def check(path: str, form: str) -> tuple[int, str]:
    """Exit status and stdout of `auditor check PATH --format FORM`, run as a user runs it."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AUDITOR_")}
    done = subprocess.run(
        [sys.executable, "-m", "auditor", "check", path, "--format", form],
        cwd=ROOT,
        env={**environment, "COLUMNS": "100"},
        capture_output=True,
        check=False,
    )
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return done.returncode, done.stdout.decode()


def report(story_input: Input) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(check(story_input.path, "json")[1])
    return loaded


def told(story_input: Input, finding: dict[str, Any], as_expected: dict[str, Any]) -> dict[str, Any]:
    """A finding in the shape of its hand-written expectation."""
    origin = finding["origin"]
    shape = {
        "rule": finding["rule"],
        "severity": finding["severity"],
        "function": finding["function"],
        "file": str(Path(origin["file"]).relative_to(story_input.path)),
    }
    if "address" in as_expected:
        shape["address"] = origin["address"]
    if "lines" in as_expected:
        first, last = as_expected["lines"]
        shape["lines"] = [first, last] if first <= origin["line"] <= last else origin["line"]
    return shape


def order(finding: dict[str, Any]) -> tuple[str, str, str]:
    place = finding.get("address", "")
    return finding["rule"], finding["file"], str(place)


def test_findings_are_those_written_by_hand(story_input: Input) -> None:
    """No finding is missing, none is too many, and each stands where the mistake is."""
    expected = story_input.load("findings.yaml")
    by_file = {(e["rule"], e["file"]): e for e in expected["findings"]}
    found = []
    for finding in report(story_input)["findings"]:
        file = str(Path(finding["origin"]["file"]).relative_to(story_input.path))
        found.append(told(story_input, finding, by_file.get((finding["rule"], file), {"address": True})))
    assert sorted(expected["findings"], key=order) == sorted(found, key=order)


@pytest.mark.parametrize("form", ["text", "json"])
def test_exit_status_is_the_expected_one(story_input: Input, form: str) -> None:
    """The gate is the same whatever the format."""
    assert story_input.load("findings.yaml")["exit"] == check(story_input.path, form)[0]


@pytest.mark.parametrize(("form", "suffix"), [("text", "txt"), ("json", "json")])
def test_report_is_the_golden_one(story_input: Input, form: str, suffix: str) -> None:
    golden = story_input.expected / f"{story_input.name}.{suffix}"
    printed = check(story_input.path, form)[1]
    if UPDATE:
        golden.write_text(printed, "utf-8")
    assert golden.read_text("utf-8") == printed


def test_after_has_nothing_at_or_above_medium(story_input: Input) -> None:
    """What was mended is clean, and everything that is needed still works."""
    if story_input.name != "after":
        pytest.skip("an input before the fix")
    read = report(story_input)
    assert [f["rule"] for f in read["findings"] if f["severity"] in GATING] == []
    assert {need["decision"] for function in read["functions"] for need in function["needs"]} == {"allow"}


def test_nothing_was_left_out(story_input: Input) -> None:
    """Every file of a story is read: nothing is skipped, and a function is audited."""
    read = report(story_input)
    assert read["skipped"] == []
    assert read["summary"]["functions"] >= 1


def test_witnesses_are_confirmed_on_the_deployed_policies(story_input: Input) -> None:
    """`decide` gives each witness the decision that the report claims, on policies written by hand."""
    policies = story_input.load("policies.yaml")
    for finding in report(story_input)["findings"]:
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


def test_fixes_carry_their_proof(story_input: Input) -> None:
    """A fix turns its witness, keeps what is needed and opens nothing; advice claims no proof."""
    for finding in report(story_input)["findings"]:
        for fix in finding["fixes"]:
            if fix["safety"] == "advice":
                assert (fix["proof"], fix["diff"]) == (None, None)
                continue
            proof = fix["proof"]
            assert proof["new_access"] is False
            assert proof["needs_kept"] >= 0
            if finding["witness"] is not None:
                assert proof["witness"] == OPPOSITE[finding["witness"]["decision"]]


def test_every_gating_finding_has_a_fix(story_input: Input) -> None:
    for finding in report(story_input)["findings"]:
        if finding["severity"] in GATING:
            assert finding["fixes"], f"{finding['rule']} has no fix"


def test_the_library_says_the_same(story_input: Input, monkeypatch: pytest.MonkeyPatch) -> None:
    """`auditor.audit(auditor.read(path))` is the command's JSON report."""
    monkeypatch.chdir(ROOT)
    printed = check(story_input.path, "json")[1]
    assert json.loads(printed) == json.loads(auditor.audit(auditor.read(story_input.path)).to_json())
