"""Days, as waivers name them."""

from __future__ import annotations

import re
from datetime import date

HELP = "write it as in `2027-01-31`"


def parse_day(written: str) -> date | None:
    """The day that `YYYY-MM-DD` names; None for any other text. Later versions of Python would read
    more forms by themselves."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", written):
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None
