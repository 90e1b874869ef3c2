"""What every machine format says of a finding first, under the same names and in the same order."""

from __future__ import annotations

from auditor.engine.finding import Finding


def columns_of(finding: Finding) -> dict[str, str | None]:
    """The rule, how bad and how sure it is, the function if it is about one, and the message."""
    return {
        "rule": finding.rule,
        "kind": finding.kind.value,
        "severity": finding.severity.value,
        "confidence": finding.confidence.value,
        "function": finding.function.title if finding.function else None,
        "message": finding.message,
    }
