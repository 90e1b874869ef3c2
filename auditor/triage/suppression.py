"""What suppresses a finding."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Suppression:
    """Who suppresses a finding: `by` is `waiver`, `baseline` or `comment`. `expires` is an ISO date."""

    by: str
    reason: str
    expires: str | None = None
