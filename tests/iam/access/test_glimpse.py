"""Requests that come to mind before any search."""

from __future__ import annotations

import pytest

from auditor.iam.access.glimpse import glimpse, values_of_variables
from auditor.iam.access.question import Question, one_of
from auditor.iam.decide import Policies
from auditor.iam.document import PolicyKind
from auditor.iam.match.statement import resource_glob
from auditor.iam.node import Plain, node
from auditor.iam.parse import parse_policy
from auditor.iam.request import aws
from auditor.iam.text import text

GROUP = "arn:aws:logs:us-east-1:111122223333:log-group:/aws/lambda/another:log-stream:any"


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("arn:aws:logs:*:*:log-group:/aws/lambda/${aws:PrincipalTag/fn}:*", {"fn": "another"}),
        (
            "arn:aws:logs:*:*:log-group:/aws/${aws:PrincipalTag/a}/${aws:PrincipalTag/b}:*",
            {"a": "lambda", "b": "another"},
        ),
        ("arn:aws:logs:*:*:log-group:/elsewhere/${aws:PrincipalTag/fn}:*", {}),
        ("arn:aws:logs:*:*:log-group:/aws/${aws:PrincipalTag/fn}/${aws:PrincipalTag/fn}:*", {}),
        ("arn:aws:logs:*:*:*:*:*:${aws:PrincipalTag/fn}*", {}),
    ],
)
def test_a_variable_takes_a_value_with_which_the_pattern_names_the_resource(
    pattern: str, found: dict[str, str]
) -> None:
    values = values_of_variables(resource_glob(text(pattern), True), text(GROUP))
    assert {key.removeprefix("aws:principaltag/"): str(value) for key, value in values.items()} == found


def test_a_tag_that_nothing_is_known_of_opens_what_a_resource_names_by_it() -> None:
    """AWS fills `${aws:PrincipalTag/fn}` with the caller's tag, and who may tag the role may choose it
    (IAM user guide, policy variables)."""
    document: Plain = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Action": "logs:PutLogEvents",
            "Resource": "arn:aws:logs:*:*:log-group:/aws/lambda/${aws:PrincipalTag/fn}:*",
        },
    }
    new = Policies(identity=(parse_policy(node(document), PolicyKind.IDENTITY),))
    caller = aws("arn:aws:iam::111122223333:role/r")
    seen = glimpse(new, Policies(), Question((caller,), ("logs:PutLogEvents",), one_of(text(GROUP))))
    assert seen is not None
    request, decision = seen
    assert decision.allowed
    assert request.context == {"aws:principaltag/fn": (text("another"),)}
