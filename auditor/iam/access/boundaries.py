"""Values of the types that are read before they are compared: at, around and between the values
that conditions name, so that one stands for every way in which the conditions tell them apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from decimal import Decimal, localcontext
from ipaddress import IPv4Address, IPv6Address
from itertools import pairwise

from auditor.iam.match.typed import boolean, compare, moment, network, number
from auditor.iam.operators import Comparison, Family

TYPED = (Family.NUMERIC, Family.DATE, Family.BOOL, Family.IP)
_DIGITS = 200
_FIRST = datetime(1, 1, 1, tzinfo=timezone.utc)
_LAST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone.utc)
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_OUTSIDE = ("203.0.113.7", "2001:db8::7")


def boundary_values(named: Mapping[Family, Sequence[str]], public: bool = False) -> list[str]:
    """Values that tell the conditions apart, where `named` are the values they name by family:
    first those themselves. A family whose values are all unknown still gives an example. With
    `public`, addresses are such as requests come from over the internet."""
    values: dict[str, None] = {}
    for family, written in named.items():
        told = _public(written) if public and family is Family.IP else _values(family, written)
        values.update(dict.fromkeys(told))
    return list(values)


def readable(family: Family, value: str) -> bool:
    """Whether the operators of a family can read a value."""
    if family is Family.NUMERIC:
        return number(value) is not None
    if family is Family.DATE:
        return moment(value) is not None
    return (network(value) if family is Family.IP else boolean(value)) is not None


def _values(family: Family, written: Sequence[str]) -> Iterator[str]:
    if family is Family.BOOL:
        yield from ("true", "false")
        return
    named = [value for value in written if readable(family, value)]
    if family is Family.IP:
        # A block that a condition names is no value: a request comes from one address.
        yield from _addresses(named)
        return
    yield from named
    if family is Family.NUMERIC:
        yield from _between(named or ["0"], number, str, whole=False)
    else:
        yield from _between(named or ["2026-01-01"], moment, _date, whole=True)


def _between(
    named: Iterable[str], read: Callable[[str], Decimal | None], write: Callable[[Decimal], str | None], whole: bool
) -> Iterator[str]:
    """One value below all, one in each gap and one above all; in a gap a `whole` one if it can be."""
    points = sorted({point for value in named if (point := read(value)) is not None})
    with localcontext() as decimals:
        decimals.prec = _DIGITS
        found = [points[0], points[0] - 1, points[-1] + 1]
        for low, high in pairwise(points):
            middle = (low + high) / 2
            floor = Decimal(int(middle))
            found.append(floor if whole and low < floor < high else middle)
    yield from (shown for point in found if (shown := write(point)) is not None)


def _date(seconds: Decimal) -> str | None:
    """Seconds since 1970 as an ISO date; None before the year 1 and after 9999."""
    if not Decimal((_FIRST - _EPOCH).total_seconds()) <= seconds <= Decimal((_LAST - _EPOCH).total_seconds()):
        return None
    stamp = _EPOCH + timedelta(microseconds=int(seconds * 1_000_000))
    return stamp.replace(tzinfo=None).isoformat() + "Z"


_PRIVATE = (
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "224.0.0.0/3",
    "::/3",
    "4000::/2",
    "8000::/1",
)
"""Blocks that no request over the internet comes from (IANA, special-purpose and IPv6 address space)."""


def _public(named: Sequence[str]) -> Iterator[str]:
    """One address in each part of the internet that the named blocks tell apart: where a block, or
    what is not public, begins and where it has ended."""
    for address in _addresses([*named, *_PRIVATE]):
        if not any(compare(Family.IP, Comparison.EQUAL, block, address) for block in _PRIVATE):
            yield address


def _addresses(named: Iterable[str]) -> Iterator[str]:
    for value in named:
        block = network(value)
        if block is None:
            continue
        yield str(block.network_address)
        kind = IPv4Address if block.version == 4 else IPv6Address
        for edge in (int(block.network_address) - 1, int(block.broadcast_address) + 1):
            if 0 <= edge < 2**block.max_prefixlen:
                yield str(kind(edge))
    yield from _OUTSIDE
