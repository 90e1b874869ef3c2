"""Keys of instances are written as Terraform writes them into an address.

Expectations: what `terraform show -json` of a plan has for such keys.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.sources.instance_key import read_key, write_key

KEYS = {
    'b"c': r'"b\"c"',
    "b\\c": r'"b\\c"',
    "d${x}": '"d$${x}"',
    "e%{f": '"e%%{f"',
    "$${y}": '"$$${y}"',
    "n\nl": r'"n\nl"',
    "t\tb": r'"t\tb"',
    "u\x01x": r'"u\u0001x"',
    "no\u00a0break": r'"no\u00a0break"',
    "tag\U000e0041": r'"tag\U000e0041"',
    "é": '"é"',
    "100%": '"100%"',
    "$": '"$"',
    "a.b[c]": '"a.b[c]"',
}


@pytest.mark.parametrize("key", KEYS)
def test_a_key_is_escaped_as_terraform_does(key: str) -> None:
    assert write_key(key) == KEYS[key]
    assert read_key(KEYS[key]) == key


@given(st.text())
def test_a_key_that_was_written_is_read_back(key: str) -> None:
    assert read_key(write_key(key)) == key


@pytest.mark.parametrize("written", [r'"\q"', r'"\UFFFFFFFF"'])
def test_what_is_no_escape_of_terraforms_is_no_key(written: str) -> None:
    assert read_key(written) is None
