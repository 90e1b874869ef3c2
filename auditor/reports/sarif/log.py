"""The whole of a SARIF file: the tool, what it could not look at, and its results.

Limits are those of "SARIF support for code scanning" in GitHub's documentation: a file beyond one of
them is refused as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.iam.origin import NOWHERE, Origin
from auditor.reports.failures import list_failures
from auditor.reports.json_pieces import Lazy, Members, json_pieces
from auditor.reports.look import Frame, Place
from auditor.reports.packed import Packed
from auditor.reports.report import Report
from auditor.reports.request import Json
from auditor.reports.sarif.place import write_location
from auditor.reports.sarif.result import FIXES, FLOWS, write_result
from auditor.reports.sarif.rule import write_rule
from auditor.reports.screen import several
from auditor.reports.untold import NOT_LOOKED_AT
from auditor.version import VERSION

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
MOST_RESULTS = 25_000
MOST_BYTES = 10_000_000
"""Of the compressed file."""
MOST_NOTES = 1_000
"""Notifications about what is not known; nobody reads more of them."""


def render(report: Report, frame: Frame) -> str:
    """The report as SARIF: the worst findings first. Where it would be too large, details go before
    findings do, and a notification says so."""
    return "".join(pieces(report, frame))


def pieces(report: Report, frame: Frame) -> Iterator[str]:
    """The same text piece by piece. It is held compressed until it is known to be small enough."""
    for details in ((FIXES, FLOWS), (FLOWS,), ()):
        held = Packed.of(_pieces(report, frame.place, details))
        if _fits(held):
            break
    most = min(len(report.shown), MOST_RESULTS)
    while most and not _fits(held):
        most //= 2
        held = Packed.of(_pieces(report, frame.place, (), most))
    yield from held


def _fits(held: Packed) -> bool:
    return min(held.length, held.size) <= MOST_BYTES


def _pieces(report: Report, place: Place, details: tuple[str, ...], most: int = MOST_RESULTS) -> Iterator[str]:
    rules = report.rules
    numbers = {rule.id: number for number, rule in enumerate(rules)}
    shown = report.shown[: min(most, MOST_RESULTS)]
    run: dict[str, Lazy] = {
        "tool": {
            "driver": {
                "name": "auditor",
                "version": VERSION,
                "semanticVersion": VERSION,
                "rules": [write_rule(rule) for rule in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report, place, len(report.shown) - len(shown), details)],
        "results": (write_result(entry, numbers, place, details) for entry in shown),
        "properties": {
            "gate": report.gate.value,
            "suppressed": len(report.suppressed),
            "undetermined": len(report.undetermined) + len(report.untold),
            "unresolved": len(report.unresolved),
            "skipped": len(report.skipped),
        },
    }
    log: dict[str, Lazy] = {"$schema": _SCHEMA, "version": "2.1.0", "runs": iter([Members(run)])}
    yield from json_pieces(Members(log), 1)
    yield "\n"


def _invocation(report: Report, place: Place, left_out: int, details: tuple[str, ...]) -> Json:
    notes = [*_failures(report, place), *_cuts(left_out, details), *_gaps(report, place)]
    told = [
        _note("warning", notice.message + (f" ({notice.help})" if notice.help else ""), notice.origin, place)
        for notice in report.notices
    ]
    written: dict[str, Json] = {"executionSuccessful": not list_failures(report)}
    if notes:
        written["toolExecutionNotifications"] = [*notes]
    if told:
        written["toolConfigurationNotifications"] = [*told]
    return written


def _failures(report: Report, place: Place) -> Iterator[Json]:
    """What could not be looked at, though the user asked for it, up to a number."""
    failures = list_failures(report)
    if len(failures) > MOST_NOTES:
        yield _note("error", f"{len(failures) - MOST_NOTES} more that could not be looked at")
    for failure in failures[:MOST_NOTES]:
        yield _note("error", failure.message, failure.origin, place)


def _cuts(left_out: int, details: tuple[str, ...]) -> Iterator[Json]:
    if left_out:
        why = f"a file holds {MOST_RESULTS:,} results" if details else "they do not fit into a file"
        message = f"{several(left_out, 'finding')} of the least severe left out: {why}"
        yield _note("warning", message)
    lost = [detail for detail in (FIXES, FLOWS) if detail not in details]
    if lost:
        yield _note("warning", f"{' and '.join(lost)} left out: a file may have {MOST_BYTES:,} bytes when compressed")


def _gaps(report: Report, place: Place) -> Iterator[Json]:
    """What is open, up to a number: the counts are in the run's properties."""
    open_questions = [
        *((f"undetermined: {question.reason}", question.origin) for question in report.undetermined),
        *((f"unresolved: {unresolved.text}", unresolved.origin) for unresolved in report.unresolved),
        *((NOT_LOOKED_AT + part.reason, part.origin) for part in report.untold),
    ]
    for message, origin in open_questions[:MOST_NOTES]:
        yield _note("note", message, origin, place)
    left = len(open_questions) - MOST_NOTES
    if left > 0:
        yield _note("note", f"{left} more that are undetermined, unresolved or not looked at")


def _note(level: str, message: str, origin: Origin = NOWHERE, place: Place | None = None) -> Json:
    written: dict[str, Json] = {"level": level, "message": {"text": message}}
    if place is not None and origin != NOWHERE:
        written["locations"] = [write_location(origin, place)]
    return written
