"""Witnesses are requests that a person knows, and escape all the same."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.iam.access.general import new_access
from auditor.iam.access.plausible import plausible
from auditor.iam.decide import Policies, decide
from auditor.iam.document import Policy, PolicyKind
from auditor.iam.node import node
from auditor.iam.parse import parse_policy
from auditor.iam.request import Request, aws

FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:f"


def parse(kind: PolicyKind, *statements: dict[str, Any]) -> Policy:
    return parse_policy(node({"Version": "2012-10-17", "Statement": list(statements)}), kind)


def identity(action: str, resource: str = "*") -> Policies:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return Policies(identity=(parse(PolicyKind.IDENTITY, statement),))


def invoke(principal: Any, **condition: Any) -> Policies:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "lambda:InvokeFunction", "Resource": FUNCTION}
    return Policies(parse(PolicyKind.RESOURCE, {**statement, **({"Condition": condition} if condition else {})}))


NOTHING = Policies(identity=(parse(PolicyKind.IDENTITY),))
NOBODY = Policies(parse(PolicyKind.RESOURCE))


def witness(new: Policies, old: Policies) -> Request:
    callers = None if new.resource is not None else (aws("arn:aws:iam::111122223333:role/anyone"),)
    found = new_access(new, old, callers=callers)
    request = plausible(found)
    assert decide(request, found.new).allowed
    assert decide(request, found.old).denied
    return request


@pytest.mark.parametrize(
    ("new", "old", "action", "resource"),
    [
        ("lambda:*", "lambda:InvokeFunction", "lambda:UpdateFunctionCode", "arn:aws:lambda:us-east-1:"),
        ("s3:*", "s3:GetObject", "s3:AbortMultipartUpload", "arn:aws:s3:"),
        ("S3:GETOBJECT", "s3:ListBucket", "s3:GetObject", "arn:aws:s3:"),
        ("logs:Put*", "logs:PutLogEvents", "logs:PutAccountPolicy", ""),
    ],
)
def test_actions_are_ones_that_aws_has(new: str, old: str, action: str, resource: str) -> None:
    """As the service authorization reference spells them, on a resource that they take."""
    request = witness(identity(new), identity(old))
    assert request.action == action
    assert str(request.resource).startswith(resource)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket/example"),
        ("arn:aws:dynamodb:us-east-1:111122223333:table/t", "arn:aws:dynamodb:us-east-1:111122223333:table/t"),
        ("arn:aws:logs:*:*:log-group:/aws/lambda/f*", "arn:aws:logs:us-east-1:111122223333:log-group:/aws/lambda/f"),
    ],
)
def test_resources_look_like_the_pattern(pattern: str, expected: str) -> None:
    assert str(witness(identity("*", pattern), NOTHING).resource) == expected


def test_no_key_is_there_that_plays_no_part() -> None:
    request = witness(invoke("*"), invoke("*", ArnLike={"aws:SourceArn": "arn:aws:lex:*:111122223333:*"}))
    assert dict(request.context) == {}


def test_a_key_that_must_be_there_has_a_likely_value() -> None:
    source = "arn:aws:lex:us-east-1:111122223333:intent:Order:*"
    request = witness(invoke({"Service": "lex.amazonaws.com"}, ArnLike={"aws:SourceArn": source}), NOBODY)
    ((value,),) = request.context.values()
    assert str(value) == "arn:aws:lex:us-east-1:111122223333:intent:Order:example"


def test_a_role_is_the_one_that_the_condition_names() -> None:
    role = "arn:aws:iam::444455556666:role/app"
    request = witness(invoke("*", ArnLike={"aws:PrincipalArn": role}), NOBODY)
    assert request.principal == aws(role)
