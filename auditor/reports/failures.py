"""What could not be looked at, as every format tells it."""

from __future__ import annotations

from auditor.iam.frozen import Frozen
from auditor.iam.origin import NOWHERE, Origin
from auditor.reports.report import Report


class Failure(Frozen):
    origin: Origin
    message: str


def list_failures(report: Report) -> tuple[Failure, ...]:
    """The inputs that could not be looked at; where there was nothing to look at, that."""
    skipped = tuple(Failure(s.origin, s.reason + (f" ({s.help})" if s.help else "")) for s in report.skipped)
    if skipped or not report.reading.empty or report.terms.allow_empty:
        return skipped
    return (Failure(NOWHERE, "nothing was found to audit"),)
