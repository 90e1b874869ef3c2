"""Globs against texts with holes: surely, possibly, surely not."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.iam.match.glob import Variable, Wild, fold, glob, matches, resolve, split
from auditor.iam.text import ACCOUNT, REGION, Hole, HoleType, Text, text
from auditor.iam.truth import Value

YES, NO, MAYBE = Value.YES, Value.NO, Value.MAYBE
ENV, OTHER = Hole("var.env"), Hole("var.other")
NAME = Hole("name", HoleType.NAME)
ANY_NAME = Hole("n", HoleType.NAME, each=True)
ALPHABET = "ab:\n.*"


def reference(pattern: str, value: str) -> bool:
    """Python's regular expressions as a second opinion on `*` and `?`."""
    expression = "".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in pattern)
    return re.fullmatch(expression, value, re.DOTALL) is not None


@given(st.text("ab:*?.", max_size=8), st.text(ALPHABET, max_size=8))
def test_literals_match_as_regular_expressions_do(pattern, value):
    assert matches(glob(text(pattern)), text(value)).yes is reference(pattern, value)


@given(st.text("ab*?", max_size=6), st.lists(st.sampled_from(["a", "b", ENV, NAME]), max_size=4))
def test_a_certain_answer_holds_for_every_value_of_the_holes(pattern, parts):
    value: Text = text(*parts)
    answer = matches(glob(text(pattern)), value)
    for env, name in itertools.product(("", "a", "b", "ab", "a:b", "*"), ("a", "b", "ba", "z")):
        filled = value.fill({ENV: env, NAME: name}.get).literal
        if not answer.maybe:
            assert answer.yes is reference(pattern, filled)


@given(
    st.lists(st.sampled_from(["a", "b", "*", "?", ENV, NAME]), max_size=4),
    st.lists(st.sampled_from(["a", "b", ENV, NAME]), max_size=4),
)
def test_a_hole_that_stands_on_both_sides_has_one_value(pattern, value):
    answer = matches(glob(text(*pattern)), text(*value))
    for env, name in itertools.product(("", "a", "b", "ab"), ("a", "b", "ba", "z")):
        values = {ENV: env, NAME: name}
        wanted, given_text = (text(*side).fill(values.get).literal for side in (pattern, value))
        if not answer.maybe:
            assert answer.yes is reference(wanted, given_text)


@pytest.mark.parametrize(
    ("pattern", "value", "expected"),
    [
        (text("*"), text(ENV), YES),
        (text("a*"), text("a", ENV), YES),
        (text("a*"), text(ENV), MAYBE),
        (text("a"), text(ENV), MAYBE),
        (text("?"), text(ENV), MAYBE),
        (text("?"), text(NAME), MAYBE),
        (text("?*"), text(NAME), MAYBE),
        (text("a-", ENV), text("a-", ENV), YES),
        (text("a-", ENV), text("a-", OTHER), MAYBE),
        (text("a-", ENV), text("b-", ENV), NO),
        (text("a-", ENV, "-x"), text("a-", ENV, "-y"), NO),
        (text(ENV, "-x"), text(ENV, "-y-x"), NO),
        (text(ENV), text("literal"), MAYBE),
        (text(ACCOUNT), text("111122223333"), MAYBE),
        (text(ACCOUNT), text("11112222333"), NO),
        (text(ACCOUNT), text(REGION), NO),
        (text("a:b"), text(NAME), NO),
        (text("*:live"), text("f:", NAME), MAYBE),
        (text("f:*"), text("f", ENV), MAYBE),
        (text("f-*"), text("f-", NAME, ":", ENV), YES),
    ],
)
def test_holes_against_patterns(pattern, value, expected):
    assert matches(glob(pattern), value).value is expected


@pytest.mark.parametrize(
    ("pattern", "value", "expected"),
    [
        (text("intent:", ANY_NAME), text("intent:", ANY_NAME), YES),
        (text("intent:", ANY_NAME), text("intent:A"), YES),
        (text("intent:", ANY_NAME), text("intent:A:1"), NO),
        (text("intent:", ANY_NAME), text("intent:", NAME), YES),
        (text("intent:", NAME), text("intent:", ANY_NAME), MAYBE),
        (text("intent:A*"), text("intent:", ANY_NAME), MAYBE),
        (text("*"), text(ANY_NAME), YES),
        (text("*:*"), text(ANY_NAME), NO),
        (text(ANY_NAME, "ab"), text(ANY_NAME, "b"), MAYBE),
    ],
)
def test_holes_for_all_values(pattern, value, expected):
    """YES for every value, NO for none, and MAYBE where some match: two holes for all values have
    no value in common."""
    assert matches(glob(pattern), value).value is expected


def test_the_reason_names_the_hole():
    assert "${var.env}" in matches(glob(text("a")), text(ENV)).reason


def test_without_case_types_of_capitals_take_small_letters():
    alias = Hole("alias", HoleType.LEX_ID)
    pattern = fold(glob(text("TSTALIASID"), wildcards=False))
    assert matches(pattern, text(alias), folded=True).value is MAYBE
    assert matches(fold(glob(text("TOO-SHORT"), wildcards=False)), text(alias), folded=True).value is NO


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("a*b?", ("a", Wild.STAR, "b", Wild.ONE)),
        ("a**b", ("a", Wild.STAR, "b")),
        ("${aws:UserName}", (Variable("aws:username"),)),
        ("a/${ aws:x , 'd,e' }/*", ("a/", Variable("aws:x", "d,e"), "/", Wild.STAR)),
        ("${*}${?}${$}", ("*?$",)),
        ("${unclosed", ("${unclosed",)),
        ("${}", (Variable(""),)),
    ],
)
def test_a_pattern_is_taken_apart(written, expected):
    assert glob(text(written), variables=True) == expected


def test_without_variables_dollar_signs_are_plain():
    assert glob(text("${a}*")) == ("${a}", Wild.STAR)


def test_a_value_is_put_in_as_plain_text():
    resolved = resolve(glob(text("home/${u}/*"), variables=True), {"u": text("*")}.get)
    assert [matches(resolved, text(v)).yes for v in ("home/*/x", "home/bob/x")] == [True, False]


def test_a_variable_without_a_value_resolves_to_nothing():
    pattern = glob(text("${a}"), variables=True)
    assert resolve(pattern, lambda _: None) is None
    assert resolve(glob(text("${a, 'd'}"), variables=True), lambda _: None) == ("d",)


@given(st.text("a:*?", max_size=10))
def test_a_split_pattern_joins_to_itself(written):
    pattern = glob(text(written))
    pieces = split(pattern, ":", 5)
    assert len(pieces) == min(written.count(":"), 5) + 1
    shown = ["".join(t.value if isinstance(t, Wild) else t for t in piece) for piece in pieces]
    assert ":".join(shown) == re.sub(r"\*+", "*", written)
