"""Why a finding does not count, in words."""

from __future__ import annotations

from auditor.triage.suppression import Suppression


def tell_suppression(suppressed: Suppression) -> str:
    """Who suppresses a finding, why and until when, without a full stop."""
    until = f", until {suppressed.expires}" if suppressed.expires else ""
    return f"suppressed by {suppressed.by}: {suppressed.reason}{until}"
