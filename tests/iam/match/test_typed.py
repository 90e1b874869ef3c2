"""Values that are read before they are compared."""

from __future__ import annotations

from decimal import Decimal

import pytest

from auditor.iam.match.typed import boolean, compare, moment, network, number
from auditor.iam.operators import Comparison, Family


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1970-01-02", 86400),
        ("1970-02", 31 * 86400),
        ("1971", 365 * 86400),
        ("1970-01-01T00:01Z", 60),
        ("1970-01-01T00:00:00.5Z", Decimal("0.5")),
        ("1767225600", 1767225600),
        ("12345.25", Decimal("12345.25")),
        ("1969-12-31T23:59:59Z", -1),
    ],
)
def test_dates_are_iso_or_seconds_since_1970(written, seconds):
    assert moment(written) == seconds


@pytest.mark.parametrize(
    "written", ["", "yesterday", "2026-13-01", "2026-02-30", "2026-01-01T25:00:00Z", "0000", "-5", "1700000000000"]
)
def test_what_is_no_date(written):
    assert moment(written) is None


@pytest.mark.parametrize(
    ("written", "value"), [("1", 1), ("-1.50", Decimal("-1.5")), ("+7", 7), ("9" * 64, int("9" * 64))]
)
def test_numbers(written, value):
    assert number(written) == value


@pytest.mark.parametrize(
    "written", ["", "one", "NaN", "Infinity", "1,5", "0x10", "1_0", "\u0661", " 7", "1e3", "9" * 65]
)
def test_what_is_no_number(written):
    assert number(written) is None


@pytest.mark.parametrize(
    "written",
    ["10.0.0.0/33", "10.0.*", "", "10.0.0", "2001:db8::/129", "10.0.0.0/255.0.0.0", "fe80::1%eth0", " 10.0.0.1"],
)
def test_what_is_no_address(written):
    assert network(written) is None


@pytest.mark.parametrize(("written", "value"), [("true", True), ("FALSE", False), ("yes", None), ("1", None)])
def test_booleans(written, value):
    assert boolean(written) is value


@pytest.mark.parametrize(
    ("comparison", "below", "same", "above"),
    [
        (Comparison.EQUAL, False, True, False),
        (Comparison.LESS, True, False, False),
        (Comparison.LESS_EQUAL, True, True, False),
        (Comparison.GREATER, False, False, True),
        (Comparison.GREATER_EQUAL, False, True, True),
    ],
)
def test_comparisons(comparison, below, same, above):
    answers = tuple(compare(Family.NUMERIC, comparison, "10", value) for value in ("9", "10.0", "11"))
    assert answers == (below, same, above)


def test_an_unreadable_side_is_neither_yes_nor_no():
    assert compare(Family.NUMERIC, Comparison.EQUAL, "ten", "10") is None
    assert compare(Family.IP, Comparison.EQUAL, "10.0.0.0/8", "here") is None
    assert compare(Family.BOOL, Comparison.EQUAL, "true", "yes") is None


@pytest.mark.parametrize(
    ("block", "inside", "outside"),
    [
        ("10.0.0.0/8", "10.255.255.255", "11.0.0.0"),
        ("10.0.0.5", "10.0.0.5", "10.0.0.4"),
        ("2001:db8::/32", "2001:db8:ffff::1", "2001:db9::"),
    ],
)
def test_an_address_lies_in_its_block(block, inside, outside):
    assert compare(Family.IP, Comparison.EQUAL, block, inside) is True
    assert compare(Family.IP, Comparison.EQUAL, block, outside) is False


def test_an_address_of_the_other_family_lies_outside():
    assert compare(Family.IP, Comparison.EQUAL, "0.0.0.0/0", "::1") is False
    assert compare(Family.IP, Comparison.EQUAL, "::/0", "10.0.0.1") is False
