"""JUnit's XML: a suite a function, a case a finding."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree as Xml

from auditor.reports.failures import Failure, list_failures
from auditor.reports.look import Frame, Place
from auditor.reports.report import Entry, Report
from auditor.reports.suppressed import tell_suppression
from auditor.reports.witness import tell_details, tell_witness

_NO_FUNCTION = "no function"
_SKIPPED = "skipped inputs"
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(report: Report, frame: Frame) -> str:
    """The report as XML: what gates fails, the rest passes with its text, and what is suppressed, where
    it is listed, is skipped. An input that could not be looked at is an error."""
    top = Xml.Element("testsuites", {"name": "auditor"})
    grouped: dict[str, list[Entry]] = {audited.function.title: [] for audited in report.functions}
    for entry in report.shown:
        name = entry.finding.function.title if entry.finding.function else _NO_FUNCTION
        grouped.setdefault(name, []).append(entry)
    for name, entries in grouped.items():
        _add_suite(top, name, entries, report, frame.place)
    failures = list_failures(report)
    if failures:
        _add_failures(top, failures, frame.place)
    _add_properties(top, report)
    for kind in ("tests", "failures", "errors", "skipped"):
        top.set(kind, str(sum(int(suite.get(kind, "0")) for suite in top.iter("testsuite"))))
    Xml.indent(top)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(top, encoding="unicode") + "\n"


def _add_properties(top: Xml.Element, report: Report) -> None:
    """The counts, in the first suite: only suites have properties."""
    for suite in top[:1]:
        properties = Xml.Element("properties")
        suite.insert(0, properties)
        for key, count in _counts(report).items():
            Xml.SubElement(properties, "property", {"name": key, "value": str(count)})


def _counts(report: Report) -> dict[str, int | str]:
    return {
        "gate": report.gate.value,
        "suppressed": len(report.suppressed),
        "undetermined": len(report.undetermined) + len(report.untold),
        "unresolved": len(report.unresolved),
    }


def _add_suite(top: Xml.Element, name: str, entries: Sequence[Entry], report: Report, place: Place) -> None:
    """A suite of one function. One without findings has a case that passes, so that it is seen."""
    suite = Xml.SubElement(top, "testsuite", {"name": _clean(name)})
    if not entries:
        Xml.SubElement(suite, "testcase", {"name": "no findings", "classname": _clean(name)})
    for entry in entries:
        _add_case(suite, name, entry, report, place)
    _count(suite)


def _add_case(suite: Xml.Element, name: str, entry: Entry, report: Report, place: Place) -> None:
    finding = entry.finding
    at = place(finding.origin.file) if finding.origin.file else str(finding.origin)
    title = f"{finding.rule} at {at}" + (f":{finding.origin.line}" if finding.origin.line else "")
    case = Xml.SubElement(suite, "testcase", {"name": _clean(title), "classname": _clean(name)})
    if finding.origin.file:
        case.set("file", _clean(at))
        case.set("line", str(finding.origin.line or 1))
    told = _clean("\n".join(_tell(entry)))
    if entry.suppressed is not None:
        Xml.SubElement(case, "skipped", {"message": _clean(tell_suppression(entry.suppressed))})
    elif report.terms.gates(finding):
        failure = {"message": _clean(finding.message), "type": finding.severity.value}
        Xml.SubElement(case, "failure", failure).text = told
        return
    Xml.SubElement(case, "system-out").text = told


def _tell(entry: Entry) -> list[str]:
    finding = entry.finding
    lines = [f"{finding.severity.value} {finding.rule}: {finding.message}", f"at {finding.origin}"]
    sentence = tell_witness(finding)
    if sentence and finding.witness is not None:
        lines.append(f"witness: {sentence}")
        lines += tell_details(finding.witness.request, "does" if finding.witness.allowed else "is refused")
    lines += [f"fix: {rendered.fix.title}" for rendered in entry.fixes]
    return [*lines, f"fingerprint: {finding.fingerprint}"]


def _add_failures(top: Xml.Element, failures: Sequence[Failure], place: Place) -> None:
    suite = Xml.SubElement(top, "testsuite", {"name": _SKIPPED})
    for failure in failures:
        at = place(failure.origin.file) if failure.origin.file else str(failure.origin)
        case = Xml.SubElement(suite, "testcase", {"name": _clean(at), "classname": _SKIPPED})
        error = {"message": _clean(failure.message), "type": "skipped"}
        Xml.SubElement(case, "error", error).text = _clean(f"{failure.origin}: {failure.message}")
    _count(suite)


def _count(suite: Xml.Element) -> None:
    for name, kind in (("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(sum(1 for _ in suite.iter(kind))))


def _clean(text: str) -> str:
    """The text with what XML may not hold, not even escaped, written as `\\x1b`."""
    return _FORBIDDEN.sub(lambda met: met[0].encode("unicode_escape").decode("ascii"), text)
