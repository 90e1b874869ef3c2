"""Sets of characters, checked against Python's sets over a small alphabet."""

from __future__ import annotations

import itertools

import pytest

from auditor.iam.match.charset import ANY, CharSet, besides, only

ALPHABET = "abAB:"
SETS = [
    CharSet(frozenset(chars), negated)
    for size in range(4)
    for chars in itertools.combinations(ALPHABET, size)
    for negated in (False, True)
]


def test_overlap_is_a_common_character():
    """A co-finite set also holds characters outside the small alphabet: `~` stands for those."""
    for one, other in itertools.product(SETS, repeat=2):
        assert one.overlaps(other) == any(c in one and c in other for c in ALPHABET + "~")


@pytest.mark.parametrize(
    ("chars", "char", "held"),
    [(only("ab"), "a", True), (only("ab"), "c", False), (besides(":"), ":", False), (besides(":"), "é", True)],
)
def test_membership(chars, char, held):
    assert (char in chars) is held


def test_any_holds_everything():
    assert all(chr(code) in ANY for code in (0, 65, 0x1F600))
