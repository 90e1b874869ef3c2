"""Resources and ARNs: what decides where the readings of AWS's documents part."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.iam.match.glob import glob, matches
from auditor.iam.match.text import (
    CORNER_ARN_PATTERN,
    CORNER_ARN_VALUE,
    CORNER_SEGMENT,
    CORNER_SHORT,
    match_arn,
    match_ignoring_case,
    match_resource,
)
from auditor.iam.text import ACCOUNT, Hole, HoleType, text
from auditor.iam.truth import NO, YES, Value, maybe

FUNCTION = text("arn:aws:lambda:us-east-1:111122223333:function:f")
MAYBE = Value.MAYBE


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*", YES),
        ("arn:aws:lambda:us-east-1:111122223333:function:f", YES),
        ("arn:aws:lambda:*:111122223333:function:*", YES),
        ("arn:aws:lambda:*:function:f", maybe(CORNER_SEGMENT)),
        ("arn:aws:lambda*:f", maybe(CORNER_SHORT)),
        ("arn:aws:lambda:*", YES),
        ("arn:aws:lambda", maybe(CORNER_SHORT)),
        ("arn:aws:s3", NO),
        ("arn:aws:lambda:us-east-1:111122223333:function:g", NO),
    ],
)
def test_a_resource_is_read_as_a_whole_and_by_components(pattern, expected):
    assert match_resource(glob(text(pattern)), FUNCTION) == expected


def test_an_identity_policy_completes_a_short_arn():
    """IAM says that `arn:aws:sqs` is `arn:aws:sqs:*:*:*` in an identity policy."""
    assert match_resource(glob(text("arn:aws:lambda")), FUNCTION, completed=True) == YES
    assert match_resource(glob(text("arn:aws:sqs")), FUNCTION, completed=True) == NO


def test_a_hole_does_not_turn_a_corner_into_a_no():
    """With the right name in the hole the whole text matches, so `no` would be a guess."""
    pattern = text("arn:aws:lambda:*:function:", Hole("var.name"))
    assert match_resource(glob(pattern), FUNCTION).value is MAYBE


def test_a_request_for_no_resource_is_matched_as_a_whole():
    assert match_resource(glob(text("arn:aws:s3:::b")), text("*")) == NO


@pytest.mark.parametrize(
    ("pattern", "value", "expected"),
    [
        ("*", "arn:aws:s3:::b", maybe(CORNER_ARN_PATTERN)),
        ("arn:aws:s3:*", "arn:aws:s3:::b", maybe(CORNER_ARN_PATTERN)),
        ("arn:aws:sns:*", "arn:aws:s3:::b", NO),
        ("arn:aws:s3:::b", "b", NO),
        ("arn:*:*:*:*:*", "arn:aws:s3:::b", YES),
        ("arn:aws:s3:::?", "arn:aws:s3::::", YES),
        ("arn:aws:s3:?::b", "arn:aws:s3::::b", NO),
    ],
)
def test_arns_are_compared_by_components(pattern, value, expected):
    assert match_arn(glob(text(pattern)), text(value)) == expected


def test_whether_what_is_no_arn_is_unlike_one_is_open():
    assert match_arn(glob(text("arn:aws:s3:::b")), text("b"), negated=True) == maybe(CORNER_ARN_VALUE)


@pytest.mark.parametrize(
    ("pattern", "value", "expected"),
    [
        (text("arn:aws:lex:*:", ACCOUNT, ":*"), text("arn:aws:lex:us-east-1:", ACCOUNT, ":intent:A:1"), Value.YES),
        (text("arn:aws:lex:*:", ACCOUNT, ":*"), text("arn:aws:lex:us-east-1:111122223333:intent:A:1"), MAYBE),
        (text("arn:aws:lex:*:", ACCOUNT, ":*"), text("arn:aws:lex:us-east-1:nobody:intent:A:1"), Value.NO),
        (text(Hole("var.arn")), text("arn:aws:s3:::b"), MAYBE),
        (text(Hole("var.name", HoleType.NAME)), text("arn:aws:s3:::b"), Value.NO),
        (text("arn:aws:s3:::b"), text(Hole("var.arn")), MAYBE),
    ],
)
def test_arns_with_holes(pattern, value, expected):
    assert match_arn(glob(pattern), value).value is expected


RESOURCES = st.text("ab:/-$", min_size=1, max_size=8)
ENDS = st.sampled_from(["", "*", ":*", "?", "/*"])


@given(RESOURCES, ENDS, RESOURCES)
def test_arnlike_and_stringlike_agree_where_only_the_last_component_has_wildcards(written, end, asked):
    """AddPermission admits no other source ARNs, so for those the operator does not matter."""
    head = "arn:aws:lex:us-east-1:111122223333:"
    pattern, value = glob(text(head, written, end)), text(head, asked)
    assert match_arn(pattern, value) == matches(pattern, value)


@given(st.text("abAB", max_size=4), st.text("abAB", max_size=4))
def test_ignoring_case_is_equality_of_lower_case(pattern, value):
    assert match_ignoring_case(glob(text(pattern), wildcards=False), text(value)).yes is (
        pattern.lower() == value.lower()
    )
