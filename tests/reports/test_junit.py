"""JUnit's XML as build servers read it."""

from __future__ import annotations

from xml.etree import ElementTree as Xml

from msgspec.structs import replace

from auditor.engine.levels import Severity
from auditor.estate.estate import Reading
from auditor.reports.junit import render
from auditor.reports.look import BARE
from auditor.reports.report import Entry, Report
from auditor.triage.gate import Terms
from auditor.triage.suppression import Suppression


def parse(report: Report) -> Xml.Element:
    return Xml.fromstring(render(report, BARE))


def cases(top: Xml.Element, suite: str) -> list[tuple[str, list[str]]]:
    return [
        (case.get("name", ""), [part.tag for part in case])
        for case in top.findall(f"testsuite[@name='{suite}']/testcase")
    ]


def test_what_gates_is_a_failure_and_a_skipped_input_an_error(report: Report) -> None:
    top = parse(report)
    assert cases(top, "classifieds_lambda") == [
        ("lex-invoke-unscoped at main.tf:1", ["failure"]),
        ("logs-wildcard at main.tf:8", ["failure"]),
    ]
    assert cases(top, "skipped inputs") == [("broken.tf", ["error"])]
    assert [top.get(name) for name in ("tests", "failures", "errors", "skipped")] == ["3", "2", "1", "0"]


def test_what_is_below_the_gate_passes_with_its_text(report: Report) -> None:
    lenient = replace(report, terms=Terms(fail_on=Severity.HIGH))
    top = parse(lenient)
    assert cases(top, "classifieds_lambda")[1] == ("logs-wildcard at main.tf:8", ["system-out"])
    (told,) = top.findall(".//system-out")
    assert "the role of `classifieds_lambda` may write every log group" in (told.text or "")


def test_a_failure_tells_the_witness_and_the_fix(report: Report) -> None:
    failure = parse(report).findall(".//failure")[0]
    assert failure.get("type") == "high"
    assert "witness: a Lex bot in account 444455556666 can invoke this function" in (failure.text or "")
    assert "aws:SourceAccount = 444455556666" in (failure.text or "")
    assert "fix: allow only the intent CreatePost" in (failure.text or "")


def test_what_is_suppressed_is_skipped_where_it_is_listed(report: Report) -> None:
    entry = Entry(report.entries[0].finding, suppressed=Suppression("waiver", "known", "2027-01-31"))
    hidden = replace(report, entries=(entry,))
    assert parse(hidden).findall(".//skipped") == []
    assert [p.get("value") for p in parse(hidden).iter("property") if p.get("name") == "suppressed"] == ["1"]
    (skipped,) = parse(replace(hidden, show_suppressed=True)).findall(".//skipped")
    assert skipped.get("message") == "suppressed by waiver: known, until 2027-01-31"


def test_a_function_without_findings_is_seen(report: Report) -> None:
    assert cases(parse(replace(report, entries=())), "classifieds_lambda") == [("no findings", [])]


def test_nothing_to_audit_is_an_error() -> None:
    (error,) = parse(Report(Reading())).findall(".//error")
    assert error.get("message") == "nothing was found to audit"


def test_whatever_a_name_holds_it_is_xml(nasty: Report) -> None:
    """XML 1.0 forbids most control characters, escaped ones too."""
    top = parse(nasty)
    assert "\\x1b[31m\\x00" in (top.findall(".//failure")[0].get("message") or "")
    assert {element.tag for element in top.iter()} <= {
        "testsuites", "testsuite", "testcase", "failure", "error", "skipped", "system-out", "properties", "property",
    }  # fmt: skip


def test_a_suite_begins_with_its_properties(report: Report) -> None:
    """The schema that Jenkins uses wants them there."""
    assert parse(report)[0][0].tag == "properties"
