"""CSV, a row a finding: for spreadsheets, which must not take a cell for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from auditor.iam.origin import Origin
from auditor.reports.columns import columns_of
from auditor.reports.failures import list_failures
from auditor.reports.look import Frame
from auditor.reports.report import Entry, Report
from auditor.reports.screen import harmless
from auditor.reports.suppressed import tell_suppression

COLUMNS = (
    "rule",
    "kind",
    "severity",
    "confidence",
    "function",
    "file",
    "line",
    "column",
    "address",
    "message",
    "fingerprint",
    "suppressed",
)
SKIPPED = "skipped"
_FORMULA = ("=", "+", "-", "@")


def render(report: Report, _frame: Frame) -> str:
    """The report as CSV with a header."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in (*map(_finding, report.shown), *_skipped(report)):
        writer.writerow([_cell(row.get(column, "")) for column in COLUMNS])
    return written.getvalue()


def _finding(entry: Entry) -> dict[str, str]:
    finding = entry.finding
    return {
        **{name: value or "" for name, value in columns_of(finding).items()},
        "fingerprint": finding.fingerprint,
        "suppressed": tell_suppression(entry.suppressed) if entry.suppressed else "",
        **_place(finding.origin),
    }


def _skipped(report: Report) -> Iterator[dict[str, str]]:
    for failure in list_failures(report):
        yield {"rule": SKIPPED, "message": failure.message, **_place(failure.origin)}


def _place(origin: Origin) -> dict[str, str]:
    line, column = (str(number) if number else "" for number in (origin.line, origin.column))
    address = origin.address or origin.arn or ""
    return {"file": origin.file or "", "line": line, "column": column, "address": address}


def _cell(text: str) -> str:
    shown = harmless(text)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown
