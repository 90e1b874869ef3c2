"""Is everything allowed that must be for a Lambda function, and nothing else?

    import auditor

    report = auditor.audit(auditor.read("infra/"))
    for finding in report.findings:
        print(finding.origin, finding.message)

What stands in `__all__` is typed, documented and stable; everything else is private.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from auditor import version

if TYPE_CHECKING:
    from auditor.engine.errors import RuleError
    from auditor.engine.finding import Finding, Part, Witness
    from auditor.engine.levels import Confidence, Kind, Severity
    from auditor.estate.estate import Estate, Reading, Skipped, Unresolved
    from auditor.estate.function import Function
    from auditor.fixes.fix import Fix, Proof, RenderedFix, Safety
    from auditor.iam.decide import Decision
    from auditor.iam.origin import Origin
    from auditor.iam.request import Principal, Request
    from auditor.pipeline import audit, fix, read, with_diffs
    from auditor.question.change import Change, ChangeVerdict, ChangeWitness
    from auditor.question.decide import decide
    from auditor.question.diff import diff
    from auditor.reports.mending import Mending
    from auditor.reports.report import AuditedFunction, DecidedNeed, Entry, Report, Undetermined
    from auditor.sources.aws.selection import Selection
    from auditor.sources.errors import UsageError
    from auditor.triage.gate import Gate
    from auditor.triage.notice import Notice
    from auditor.triage.suppression import Suppression
    from auditor.triage.trust import Trust, TrustedAccount

__version__ = version.VERSION

_HOMES = {
    "AuditedFunction": "auditor.reports.report",
    "Change": "auditor.question.change",
    "ChangeVerdict": "auditor.question.change",
    "ChangeWitness": "auditor.question.change",
    "Confidence": "auditor.engine.levels",
    "DecidedNeed": "auditor.reports.report",
    "Decision": "auditor.iam.decide",
    "Entry": "auditor.reports.report",
    "Estate": "auditor.estate.estate",
    "Finding": "auditor.engine.finding",
    "Fix": "auditor.fixes.fix",
    "Function": "auditor.estate.function",
    "Gate": "auditor.triage.gate",
    "RuleError": "auditor.engine.errors",
    "Kind": "auditor.engine.levels",
    "Mending": "auditor.reports.mending",
    "Notice": "auditor.triage.notice",
    "Origin": "auditor.iam.origin",
    "Part": "auditor.engine.finding",
    "Principal": "auditor.iam.request",
    "Proof": "auditor.fixes.fix",
    "Reading": "auditor.estate.estate",
    "RenderedFix": "auditor.fixes.fix",
    "Report": "auditor.reports.report",
    "Request": "auditor.iam.request",
    "Safety": "auditor.fixes.fix",
    "Selection": "auditor.sources.aws.selection",
    "Severity": "auditor.engine.levels",
    "Skipped": "auditor.estate.estate",
    "Suppression": "auditor.triage.suppression",
    "Trust": "auditor.triage.trust",
    "TrustedAccount": "auditor.triage.trust",
    "Undetermined": "auditor.reports.report",
    "Unresolved": "auditor.estate.estate",
    "UsageError": "auditor.sources.errors",
    "Witness": "auditor.engine.finding",
    "audit": "auditor.pipeline",
    "decide": "auditor.question.decide",
    "diff": "auditor.question.diff",
    "fix": "auditor.pipeline",
    "read": "auditor.pipeline",
    "with_diffs": "auditor.pipeline",
}

__all__ = [
    "AuditedFunction",
    "Change",
    "ChangeVerdict",
    "ChangeWitness",
    "Confidence",
    "DecidedNeed",
    "Decision",
    "Entry",
    "Estate",
    "Finding",
    "Fix",
    "Function",
    "Gate",
    "Kind",
    "Mending",
    "Notice",
    "Origin",
    "Part",
    "Principal",
    "Proof",
    "Reading",
    "RenderedFix",
    "Report",
    "Request",
    "RuleError",
    "Safety",
    "Selection",
    "Severity",
    "Skipped",
    "Suppression",
    "Trust",
    "TrustedAccount",
    "Undetermined",
    "Unresolved",
    "UsageError",
    "Witness",
    "__version__",
    "audit",
    "decide",
    "diff",
    "fix",
    "read",
    "with_diffs",
]


def __getattr__(name: str) -> Any:
    """Import what is asked for, so that `import auditor` alone stays light."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
