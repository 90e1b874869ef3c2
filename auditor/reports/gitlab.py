"""GitLab's Code Quality report: a list that merge requests compare by fingerprint."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from auditor.engine.levels import Severity
from auditor.iam.origin import Origin
from auditor.reports.failures import list_failures
from auditor.reports.look import Frame, Place
from auditor.reports.report import Entry, Report
from auditor.reports.request import Json
from auditor.reports.suppressed import tell_suppression

SKIPPED = "auditor-skipped"


def render(report: Report, frame: Frame) -> str:
    """The report for `artifacts:reports:codequality`."""
    issues = [*(_issue(entry, frame.place) for entry in report.shown), *_skipped(report, frame.place)]
    return json.dumps(issues, indent=2, ensure_ascii=False) + "\n"


def _issue(entry: Entry, place: Place) -> Json:
    finding = entry.finding
    by = f" ({tell_suppression(entry.suppressed)})" if entry.suppressed else ""
    severity = "info" if entry.suppressed else _severity(finding.severity)
    return _write(finding.rule, finding.message + by, finding.fingerprint, severity, _location(finding.origin, place))


def _skipped(report: Report, place: Place) -> Iterator[Json]:
    """GitLab drops an entry whose fingerprint is there already, so equal ones are numbered."""
    seen: dict[str, int] = {}
    for failure in list_failures(report):
        named = json.dumps([failure.origin.file, failure.origin.arn, failure.message])
        count = seen[named] = seen.get(named, 0) + 1
        fingerprint = hashlib.sha256(f"{SKIPPED} {named} {count}".encode()).hexdigest()[:16]
        yield _write(SKIPPED, failure.message, fingerprint, "critical", _location(failure.origin, place))


def _write(name: str, description: str, fingerprint: str, severity: str, location: Json) -> Json:
    return {
        "description": description,
        "check_name": name,
        "fingerprint": fingerprint,
        "severity": severity,
        "location": location,
    }


def _location(origin: Origin, place: Place) -> Json:
    """A path without `./`; what has no file goes by its name."""
    path = place(origin.file) if origin.file else origin.arn or origin.address or "unknown"
    return {"path": path.removeprefix("./"), "lines": {"begin": origin.line or 1}}


def _severity(severity: Severity) -> str:
    match severity:
        case Severity.CRITICAL:
            return "blocker"
        case Severity.HIGH:
            return "critical"
        case Severity.MEDIUM:
            return "major"
        case Severity.LOW:
            return "minor"
        case Severity.INFO:
            return "info"
