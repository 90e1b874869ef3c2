"""Statements: all parts have to match, and the first that does not is told."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.iam.document import PolicyKind
from auditor.iam.match.statement import Part, match_action, match_statement, resource_glob
from auditor.iam.node import node
from auditor.iam.parse import parse_policy
from auditor.iam.request import Request, context, service
from auditor.iam.text import Hole, text

FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:f"
REQUEST = Request(service("lex.amazonaws.com"), "lambda:InvokeFunction", text(FUNCTION), context({"k": "a"}))


def statement(**elements: Any):
    whole = {
        "Effect": "Allow",
        "Principal": {"Service": "lex.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": FUNCTION,
        "Condition": {"StringEquals": {"k": "a"}},
        **elements,
    }
    policy = parse_policy(node({"Version": "2012-10-17", "Statement": whole}), PolicyKind.RESOURCE)
    return policy.statements[0]


def test_a_statement_of_which_every_part_matches_applies():
    match = match_statement(statement(), REQUEST, variables=True)
    assert (match.applies.yes, match.mismatch, match.condition) == (True, None, None)


@pytest.mark.parametrize(
    ("elements", "part"),
    [
        ({"Principal": {"Service": "s3.amazonaws.com"}}, Part.PRINCIPAL),
        ({"Action": "lambda:GetFunction"}, Part.ACTION),
        ({"Resource": FUNCTION + ":live"}, Part.RESOURCE),
        ({"Condition": {"StringEquals": {"k": "b"}}}, Part.CONDITION),
        ({"Principal": {"Service": "s3.amazonaws.com"}, "Action": "s3:*"}, Part.PRINCIPAL),
        ({"Action": "s3:*", "Condition": {"StringEquals": {"k": "b"}}}, Part.ACTION),
    ],
)
def test_the_first_part_that_does_not_match_is_told(elements, part):
    match = match_statement(statement(**elements), REQUEST, variables=True)
    assert (match.applies.no, match.mismatch) == (True, part)


def test_the_condition_that_does_not_hold_is_told():
    failing = {"StringEquals": {"k": "a"}, "StringLike": {"k": "b*"}}
    match = match_statement(statement(Condition=failing), REQUEST, variables=True)
    assert str(match.condition.operator) == "StringLike"


def test_an_unknown_part_leaves_a_statement_open_unless_another_fails():
    unknown = text("arn:aws:lambda:us-east-1:111122223333:function:", Hole("var.name"))
    assert match_statement(statement(Resource=unknown), REQUEST, variables=True).applies.maybe
    assert match_statement(statement(Resource=unknown, Action="s3:*"), REQUEST, variables=True).applies.no


def test_an_unknown_action_may_be_this_one():
    assert match_action(statement(Action=text("lambda:", Hole("var.action"))), "lambda:InvokeFunction").maybe
    assert match_action(statement(Action=text("s3:", Hole("var.action"))), "lambda:InvokeFunction").no


@pytest.mark.parametrize(
    ("written", "is_variable"),
    [("arn:aws:s3:::b/${u}", True), ("arn:aws:s3:${r}::b/${u}", False), ("${arn}", False), ("arn:aws:s3:::${b}", True)],
)
def test_a_variable_counts_only_after_the_fifth_colon(written, is_variable):
    parsed = resource_glob(text(written), variables=True)
    assert any(type(part).__name__ == "Variable" for part in parsed) is is_variable
