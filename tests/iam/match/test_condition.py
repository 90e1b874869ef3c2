"""Conditions where something is not known; what is known stands in `tests/cases`."""

from __future__ import annotations

import pytest

from auditor.iam.document import Condition, Operator, Pattern
from auditor.iam.match.condition import match_condition
from auditor.iam.operators import OPERATORS, meaning, operator
from auditor.iam.request import context
from auditor.iam.text import Hole, HoleType, Text, text
from auditor.iam.truth import Value

YES, NO, MAYBE = Value.YES, Value.NO, Value.MAYBE
HOLE, OTHER = text(Hole("var.x")), text(Hole("var.y"))


def holds(name: str, written: object, given: object, key: Text | str = "k", **more: object) -> Value:
    values = written if isinstance(written, list) else [written]
    condition = Condition(operator(name), text(key), tuple(Pattern(text(value)) for value in values))
    known = {**({} if given is None else {"k": given}), **more}
    return match_condition(condition, context(known), variables=True).value


@pytest.mark.parametrize(
    ("name", "written", "given", "expected"),
    [
        ("StringEquals", HOLE, "a", MAYBE),
        ("StringEquals", HOLE, HOLE, YES),
        ("StringEquals", HOLE, OTHER, MAYBE),
        ("StringNotEquals", HOLE, HOLE, NO),
        ("StringNotEquals", HOLE, "a", MAYBE),
        ("StringEquals", ["a", HOLE], "a", YES),
        ("StringEquals", ["b", HOLE], "a", MAYBE),
        ("StringNotEquals", ["a", HOLE], "a", NO),
        ("StringLike", "*", HOLE, YES),
        ("StringEqualsIgnoreCase", text("A-", Hole("x")), text("a-", Hole("x")), YES),
        ("NumericEquals", HOLE, HOLE, YES),
        ("NumericLessThanEquals", HOLE, HOLE, YES),
        ("NumericLessThan", HOLE, HOLE, NO),
        ("DateGreaterThan", HOLE, HOLE, NO),
        ("NumericLessThan", HOLE, "5", MAYBE),
        ("IpAddress", HOLE, "10.0.0.1", MAYBE),
        ("StringEquals", HOLE, None, NO),
        ("StringNotEquals", HOLE, None, YES),
        ("StringEqualsIfExists", HOLE, None, YES),
        ("Null", HOLE, "a", MAYBE),
        ("Null", "true", HOLE, NO),
        ("StringEquals", text("a-", Hole("n", HoleType.NAME)), "a-b:c", NO),
    ],
)
def test_holes_in_conditions(name, written, given, expected):
    assert holds(name, written, given) is expected


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("ForAllValues:StringEquals", ("a", HOLE), MAYBE),
        ("ForAllValues:StringEquals", ("b", HOLE), NO),
        ("ForAnyValue:StringEquals", ("a", HOLE), YES),
        ("ForAnyValue:StringEquals", ("b", HOLE), MAYBE),
    ],
)
def test_holes_among_several_values(name, given, expected):
    assert holds(name, "a", tuple(text(value) for value in given)) is expected


def test_a_key_that_is_a_hole_is_not_known():
    assert holds("StringEquals", "a", "a", key=HOLE) is MAYBE


def test_an_operator_that_is_not_known_decides_nothing():
    condition = Condition(Operator(""), text("k"), (Pattern(text("a")),))
    assert match_condition(condition, context({"k": "a"}), variables=True).maybe


def test_a_hole_as_the_value_of_a_variable():
    assert holds("StringEquals", "${v}", "a", v=HOLE) is MAYBE
    assert holds("StringEquals", "${v}", HOLE, v=HOLE) is YES


def test_without_variables_a_dollar_sign_is_plain():
    condition = Condition(operator("StringEquals"), text("k"), (Pattern(text("${v}")),))
    known = context({"k": "a", "v": "a"})
    assert match_condition(condition, known, variables=True).yes
    assert match_condition(condition, known, variables=False).no


@pytest.mark.parametrize("name", [name for name in OPERATORS if name != "Null"])
def test_every_operator_answers_to_a_missing_key(name):
    """Positive: false; negated: true; IfExists: true; ForAllValues: true; ForAnyValue: false, also
    with IfExists."""
    negated = meaning(operator(name)).negated
    set_forms = (f"ForAllValues:{name}", f"ForAnyValue:{name}", f"ForAnyValue:{name}IfExists")
    answers = [holds(form, "1", None) for form in (name, f"{name}IfExists", *set_forms)]
    assert answers == [YES if negated else NO, YES, YES, NO, NO]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("StringEquals", "StringEquals"),
        ("forallvalues:stringlikeifexists", "ForAllValues:StringLikeIfExists"),
        ("ForAnyValue:ArnNotEquals", "ForAnyValue:ArnNotEquals"),
        ("BOOLIFEXISTS", "BoolIfExists"),
    ],
)
def test_operators_are_taken_apart_without_case(written, expected):
    assert str(operator(written)) == expected


@pytest.mark.parametrize(
    "written", ["", "StringEqual", "IfExists", "NullIfExists", "ForSomeValues:StringEquals", "ForAllValues:"]
)
def test_operators_that_iam_does_not_know(written):
    assert (meaning(operator(written)), operator(written).name) == (None, written)
