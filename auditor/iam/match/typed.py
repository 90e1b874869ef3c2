"""Numbers, dates, booleans and addresses: values that are read before they are compared.

Source: IAM user guide, "IAM JSON policy elements: Condition operators" (numbers are integers or
decimals; dates are ISO 8601 or seconds since 1970; addresses are CIDR blocks or single addresses).
Other forms, which a library of Python's may read, are not read here.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network

from auditor.iam.operators import Comparison, Family

_DATE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:?\d\d)?)?", re.ASCII
)
_SECONDS = re.compile(r"\d+(\.\d+)?", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d{1,64}(\.\d{1,64})?", re.ASCII)
_NETWORK = re.compile(r"[0-9A-Fa-f.:]+(/\d{1,3})?", re.ASCII)
_LAST = Decimal(253402300799)
"""9999-12-31T23:59:59Z: a larger number is no second that a date can name, but milliseconds."""


@lru_cache(maxsize=4096)
def number(written: str) -> Decimal | None:
    """An integer or decimal of at most 64 digits on either side of its point, or None."""
    return Decimal(written) if _NUMBER.fullmatch(written) else None


@lru_cache(maxsize=4096)
def moment(written: str) -> Decimal | None:
    """A date as seconds since 1970, or None where it is none. A plain number of more than four
    digits is seconds since 1970; four digits are a year, as in ISO 8601."""
    if _SECONDS.fullmatch(written) and len(written) != len("2026"):
        return Decimal(written) if Decimal(written) <= _LAST else None
    found = _DATE.fullmatch(written)
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    try:
        stamp = datetime(
            int(year),
            int(month or 1),
            int(day or 1),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            0,
            _zone(zone),
        )
    except ValueError:
        return None
    since = stamp - datetime(1970, 1, 1, tzinfo=timezone.utc)
    return Decimal(since.days * 86400 + since.seconds) + Decimal(f"0.{fraction or 0}")


def _zone(written: str | None) -> timezone:
    if written is None or written == "Z":
        return timezone.utc
    sign = -1 if written[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(written[1:3]), minutes=int(written[-2:])))


@lru_cache(maxsize=4096)
def network(written: str) -> IPv4Network | IPv6Network | None:
    """An address or a CIDR block, or None: a net mask is no prefix length."""
    if not _NETWORK.fullmatch(written):
        return None
    try:
        return ip_network(written, strict=False)
    except ValueError:
        return None


def boolean(written: str) -> bool | None:
    return {"true": True, "false": False}.get(written.lower())


def compare(family: Family, comparison: Comparison, pattern: str, value: str) -> bool | None:
    """Whether `value` stands to `pattern` as asked; None where one of them cannot be read."""
    if family is Family.BOOL:
        wanted, given = boolean(pattern), boolean(value)
        return None if wanted is None or given is None else wanted is given
    if family is Family.BINARY:
        return pattern == value
    if family is Family.IP:
        return _inside(network(value), network(pattern))
    read = number if family is Family.NUMERIC else moment
    one, other = read(value), read(pattern)
    return None if one is None or other is None else _ordered(comparison, one, other)


def _inside(address: IPv4Network | IPv6Network | None, block: IPv4Network | IPv6Network | None) -> bool | None:
    if address is None or block is None:
        return None
    if isinstance(address, IPv4Network) and isinstance(block, IPv4Network):
        return address.subnet_of(block)
    if isinstance(address, IPv6Network) and isinstance(block, IPv6Network):
        return address.subnet_of(block)
    return False


def _ordered(comparison: Comparison, one: Decimal, other: Decimal) -> bool:
    match comparison:
        case Comparison.EQUAL:
            return one == other
        case Comparison.LESS:
            return one < other
        case Comparison.LESS_EQUAL:
            return one <= other
        case Comparison.GREATER:
            return one > other
        case Comparison.GREATER_EQUAL:
            return one >= other
