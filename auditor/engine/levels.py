"""Kind, severity and confidence of a finding."""

from __future__ import annotations

from enum import Enum


class Kind(Enum):
    """What a finding says of the access that is needed and the access that is granted."""

    MISSING = "missing"
    """Needed and not granted: something will break."""
    EXCESS = "excess"
    """Granted and not needed: something is open."""
    DEFECT = "defect"
    """The document itself is wrong."""


class Severity(Enum):
    """How bad it is, the worst first; compare with `rank` (0 is the worst)."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    @property
    def rank(self) -> int:
        return _RANKS[self]

    def at_least(self, other: Severity) -> bool:
        return self.rank <= other.rank


class Confidence(Enum):
    """How sure a finding is, the surest first; compare with `rank` (0 is the surest)."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        return _RANKS[self]


_RANKS: dict[Severity | Confidence, int] = {
    **{severity: rank for rank, severity in enumerate(Severity)},
    **{confidence: rank for rank, confidence in enumerate(Confidence)},
}
