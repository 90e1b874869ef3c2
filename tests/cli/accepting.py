"""Waivers as a configuration writes them, and the day on which the tests take place."""

from __future__ import annotations

import json
from typing import Any

TODAY = ("--today", "2026-11-22")


def waiver(**changes: str) -> str:
    said = {"rule": "lex-invoke-unscoped", "function": "f", "reason": "known", "expires": "2027-01-31", **changes}
    return json.dumps({key: value for key, value in said.items() if value})


def summary(ran: Any) -> dict[str, Any]:
    told = json.loads(ran.out)["summary"]
    assert isinstance(told, dict)
    return told
