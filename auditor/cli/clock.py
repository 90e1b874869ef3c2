"""The day on which a run takes place: the only place that reads the clock for it."""

from __future__ import annotations

import os
from datetime import date, datetime, timezone

from auditor.sources.errors import UsageError

_EPOCH = "SOURCE_DATE_EPOCH"


def today(option: str | None) -> date:
    """The day that the option or SOURCE_DATE_EPOCH gives, else that of the clock, in UTC."""
    return given_day(option) or datetime.now(timezone.utc).date()


def given_day(option: str | None) -> date | None:
    """The day that somebody gave; None where only the clock knows. Raises UsageError.

    See https://reproducible-builds.org/specs/source-date-epoch/ for the variable.
    """
    from auditor.triage.day import HELP, parse_day  # noqa: PLC0415 - commands without a gate need none

    if option is not None:
        day = parse_day(option)
        if day is None:
            raise UsageError(f"`--today {option}` is no date", HELP)
        return day
    epoch = os.environ.get(_EPOCH)
    if not epoch:
        return None
    try:
        return datetime.fromtimestamp(int(epoch), timezone.utc).date()
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(
            f"{_EPOCH} is `{epoch}`, which is no time", "give it seconds since 1970, or unset it"
        ) from error
