"""GitHub's workflow commands, which become annotations beside the lines of a change.

See "Workflow commands for GitHub Actions" for the escapes. GitHub shows ten annotations of a level, so
what could not be looked at comes before the findings, the worst of which come first.
"""

from __future__ import annotations

from collections.abc import Mapping

from auditor.engine.levels import Severity
from auditor.iam.origin import Origin
from auditor.reports.failures import list_failures
from auditor.reports.look import Frame, Place
from auditor.reports.report import Entry, Report
from auditor.reports.sarif.rule import level_of
from auditor.reports.screen import harmless
from auditor.reports.suppressed import tell_suppression
from auditor.reports.verdict import tell_gate, tell_inputs
from auditor.reports.witness import tell_witness

_DATA = str.maketrans({"%": "%25"})
_PROPERTY = str.maketrans({"%": "%25", ":": "%3A", ",": "%2C"})


def render(report: Report, frame: Frame) -> str:
    """The report as workflow commands, a line each; the last one tells the outcome."""
    commands = [
        *(
            _command("error", {"title": "auditor: skipped", **_place(failure.origin, frame.place)}, failure.message)
            for failure in list_failures(report)
        ),
        *(_annotate(entry, frame.place) for entry in report.shown),
        *(
            _command("notice", {"title": "auditor: waivers", **_place(notice.origin, frame.place)}, notice.message)
            for notice in report.notices
        ),
        _command("notice", {"title": "auditor"}, f"{tell_gate(report)}; {tell_inputs(report)}"),
    ]
    return "".join(command + "\n" for command in commands)


def _annotate(entry: Entry, place: Place) -> str:
    finding = entry.finding
    told = [finding.message, *([f"witness: {sentence}"] if (sentence := tell_witness(finding)) else [])]
    told += [f"fix: {rendered.fix.title}" for rendered in entry.fixes[:1]]
    if entry.suppressed is not None:
        told.append(tell_suppression(entry.suppressed))
    level = "notice" if entry.suppressed else _level(finding.severity)
    title = f"{finding.severity.value}: {finding.rule}"
    return _command(level, {"title": title, **_place(finding.origin, place)}, "\n".join(told))


def _level(severity: Severity) -> str:
    level = level_of(severity)
    return "notice" if level == "note" else level


def _place(origin: Origin, place: Place) -> dict[str, str]:
    """The parts of a place; columns count only within one line."""
    if origin.file is None:
        return {}
    written = {"file": place(origin.file)}
    if origin.line is not None:
        written["line"] = str(origin.line)
        written["endLine"] = str(max(origin.end_line or origin.line, origin.line))
        if written["line"] == written["endLine"] and origin.column and origin.end_column:
            written |= {"col": str(origin.column), "endColumn": str(origin.end_column)}
    return written


def _command(level: str, properties: Mapping[str, str], message: str) -> str:
    told = ",".join(f"{name}={harmless(value).translate(_PROPERTY)}" for name, value in properties.items())
    said = "%0A".join(harmless(line).translate(_DATA) for line in message.split("\n"))
    return f"::{level} {told}::{said}"
