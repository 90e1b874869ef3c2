"""The gate: on what terms an audit passes."""

from __future__ import annotations

from enum import Enum

from auditor.engine.finding import Finding
from auditor.engine.levels import Confidence, Severity
from auditor.iam.frozen import Frozen


class Gate(Enum):
    """What became of an audit. A failed one may be incomplete as well."""

    PASSED = "passed"
    FAILED = "failed"
    INCOMPLETE = "incomplete"


class Terms(Frozen):
    """On what terms an audit passes.

    A finding gates when it is at least as severe as `fail_on` (None: no finding gates) and at
    least as sure as `min_confidence`. `strict` makes what is unresolved or undetermined count
    as incomplete; `allow_empty` lets an audit pass that found nothing to look at.
    """

    fail_on: Severity | None = Severity.MEDIUM
    min_confidence: Confidence = Confidence.LOW
    strict: bool = False
    allow_empty: bool = False

    def gates(self, finding: Finding) -> bool:
        """Whether this finding, if nothing suppresses it, fails the gate."""
        if self.fail_on is None or finding.confidence.rank > self.min_confidence.rank:
            return False
        return finding.severity.at_least(self.fail_on)


DEFAULT_TERMS = Terms()
