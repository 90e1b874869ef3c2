"""What suppresses a finding."""

from __future__ import annotations

from auditor.iam.frozen import Frozen


class Suppression(Frozen):
    """Who suppresses a finding: `by` is `waiver`, `baseline` or `comment`. `expires` is an ISO date."""

    by: str
    reason: str
    expires: str | None = None
