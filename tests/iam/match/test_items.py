"""Machines: acceptance, intersection and typed holes."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.iam.match.glob import glob, items_of, units_of
from auditor.iam.match.items import either_case, intersect, machine, spelled_out, through, within
from auditor.iam.text import Hole, HoleType, text

WORDS = ["".join(t) for n in range(5) for t in itertools.product("ab", repeat=n)]
PATTERNS = st.text("ab*?", max_size=5)

EXAMPLES = {
    HoleType.ACCOUNT: (["111122223333"], ["11112222333", "1111222233334", "11112222333a", ""]),
    HoleType.REGION: (["us-east-1", "us-gov-west-1", "ap-southeast-4"], ["useast1", "US-EAST-1", "u-east-1", ""]),
    HoleType.PARTITION: (["aws", "aws-cn", "aws-us-gov", "aws-iso-b"], ["", "AWS", "amazon", "aws:cn"]),
    HoleType.NAME: (["f", "my_function-1", "a.b"], ["", "a/b", "a:b"]),
    HoleType.SEGMENT: (["f", "a/b", "*"], ["", "a:b"]),
    HoleType.LEX_ID: (["ABCDEFGHIJ", "TSTALIASID", "0123456789"], ["ABCDEFGHI", "abcdefghij", "ABCDEFGHIJK", ""]),
    HoleType.LEX_ALIAS_ID: (
        ["ABCDEFGHIJ", "0123456789", "TSTALIASIX", "XSTALIASID", "TSTAXIASID", "TTTTTTTTTT"],
        ["TSTALIASID", "TSTALIASI", "XSTALIASIDX", "tstaliasix", "ABCDEFGHI", "ABCDEFGHIJK", ""],
    ),
    HoleType.LEX_VERSION: (["$LATEST", "1", "42"], ["", "live", "1:2", "LATEST", "$LATEST1", "1$LATEST", "$5"]),
    HoleType.ORGANISATION: (["o-exampleorgid", "o-a1b2c3d4e5"], ["", "o-", "*", "o-*", "o-ABC", "r-ab12", "o-a/r-b"]),
    HoleType.LEX_NAME: (["A", "CreatePost", "Create_Post", "a_b_"], ["", "_a", "a__b", "Post2", "a-b", "a:b"]),
    HoleType.ANYTHING: (["", "a", "a:b/c*"], []),
}


def accepts(kind: HoleType, value: str) -> bool:
    return machine(items_of((Hole("h", kind, each=True),))).accepts(units_of(text(value)))


@pytest.mark.parametrize("kind", EXAMPLES, ids=lambda kind: kind.value)
def test_a_hole_for_all_values_takes_those_of_its_type(kind):
    good, bad = EXAMPLES[kind]
    assert [value for value in good if not accepts(kind, value)] == []
    assert [value for value in bad if accepts(kind, value)] == []


def test_a_narrower_type_lies_within_a_wider_one():
    for inner, outer in itertools.product(HoleType, repeat=2):
        if within(inner, outer):
            assert [value for value in EXAMPLES[inner][0] if not accepts(outer, value)] == []


def test_a_named_hole_is_taken_by_itself_alone():
    mine, other = Hole("a", HoleType.NAME), Hole("b", HoleType.NAME)
    only = machine(items_of((mine,)))
    assert [only.accepts(units) for units in ([mine], [other], ["x"], [])] == [True, False, False, False]


def test_a_star_takes_every_hole_and_a_question_mark_none():
    """A hole may stand for any number of characters, `?` for exactly one."""
    hole = Hole("h")
    assert machine(items_of(glob(text("a*")))).accepts(["a", hole])
    assert not machine(items_of(glob(text("a?")))).accepts(["a", hole])


def test_an_open_type_holds_narrower_holes_and_text_around_them():
    name = machine(items_of((Hole("any", HoleType.NAME, each=True),)))
    account, anything = Hole("account", HoleType.ACCOUNT), Hole("x")
    assert name.accepts(["a", account, "b"])
    assert not name.accepts(["a", anything])
    assert not name.accepts(["a", account, ":"])


def test_in_the_first_five_components_no_wildcard_takes_a_colon():
    segmented = machine(items_of(glob(text("a:?b*:c:d:e:?f*")), segmented=True))
    assert segmented.accepts("a:xby:c:d:e:xf")
    assert not segmented.accepts("a::b:c:d:e:xf")
    assert not segmented.accepts("a:xb:y:c:d:e:xf")
    assert segmented.accepts("a:xb:c:d:e::f:g")


@given(PATTERNS, PATTERNS)
def test_intersection_is_a_common_word(one, other):
    """Words of up to four letters that both take show an intersection; where there is said to be
    none, no word of up to seven letters is taken by both."""
    expressions = [re.compile(p.replace("*", "[ab]*").replace("?", "[ab]")) for p in (one, other)]
    short = any(all(e.fullmatch(word) for e in expressions) for word in WORDS)
    common = intersect(*(machine(items_of(glob(text(p)))) for p in (one, other)))
    if short:
        assert common
    if not common:
        assert not any(
            all(e.fullmatch(word) for e in expressions)
            for word in ("".join(t) for n in (5, 6, 7) for t in itertools.product("ab", repeat=n))
        )


@pytest.mark.parametrize(
    ("pattern", "hole", "common"),
    [
        ("a*", HoleType.ACCOUNT, False),
        ("1*", HoleType.ACCOUNT, True),
        ("????????????", HoleType.ACCOUNT, True),
        ("???????????", HoleType.ACCOUNT, False),
        ("eu-*", HoleType.REGION, True),
        ("*:*", HoleType.NAME, False),
        ("*:*", HoleType.ANYTHING, True),
        ("LATEST", HoleType.LEX_VERSION, False),
        ("$LATEST", HoleType.LEX_VERSION, True),
        ("?2", HoleType.LEX_VERSION, True),
        ("*2", HoleType.LEX_NAME, False),
        ("Create__*", HoleType.LEX_NAME, False),
        ("*_Post", HoleType.LEX_NAME, True),
        ("TSTALIASID", HoleType.LEX_ALIAS_ID, False),
        ("TSTALIAS*", HoleType.LEX_ALIAS_ID, True),
        ("?STALIASID", HoleType.LEX_ALIAS_ID, True),
    ],
)
def test_a_type_rules_out_what_none_of_its_values_can_be(pattern, hole, common):
    wanted = machine(items_of(glob(text(pattern))))
    assert intersect(wanted, spelled_out(items_of((Hole("h", hole),)))) is common


def test_the_values_of_a_hole_lead_through_a_pattern():
    """`1*a`: an account id leads past the `1`, never past the `a`."""
    walked = machine(items_of(glob(text("1*a"))))
    assert through(walked, 0, HoleType.ACCOUNT) == {1, 2}
    assert through(walked, 0, HoleType.LEX_ID) == {1, 2}
    assert through(walked, 2, HoleType.ACCOUNT) == frozenset()


def test_a_letter_in_either_case():
    spelled = machine(either_case(item) for item in items_of(glob(text("aZ1-"), wildcards=False)))
    assert [spelled.accepts(word) for word in ("aZ1-", "Az1-", "AZ1-", "bZ1-", "aZ1")] == [
        True,
        True,
        True,
        False,
        False,
    ]
