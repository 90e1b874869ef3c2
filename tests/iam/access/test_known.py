"""What keys can be, tied to who asks and what is asked, and what no request can be."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.iam.access import Outcome
from auditor.iam.access.boundaries import boundary_values
from auditor.iam.access.general import new_access
from auditor.iam.access.known import by_action, known_of
from auditor.iam.decide import Policies
from auditor.iam.document import PolicyKind
from auditor.iam.match.typed import network
from auditor.iam.node import node
from auditor.iam.operators import Family
from auditor.iam.parse import parse_policy
from auditor.iam.request import ANONYMOUS, Principal, aws, service
from auditor.iam.text import text

OWN, OTHER = "111122223333", "444455556666"
FUNCTION = f"arn:aws:lambda:us-east-1:{OWN}:function:f"
LEX, ROLE = service("lex.amazonaws.com"), aws(f"arn:aws:iam::{OTHER}:role/r")
NONE, NEW = Outcome.NONE, Outcome.FOUND


@pytest.mark.parametrize(
    ("principal", "key", "values"),
    [
        (LEX, "aws:principalservicename", ("lex.amazonaws.com",)),
        (LEX, "aws:principalisawsservice", ("true",)),
        (LEX, "aws:principalaccount", ()),
        (LEX, "aws:sourcevpce", ()),
        (LEX, "aws:viaawsservice", ("false",)),
        (LEX, "aws:securetransport", ("true",)),
        (LEX, "aws:resourceaccount", (OWN,)),
        (ROLE, "aws:principalisawsservice", ("false",)),
        (ROLE, "aws:principalservicename", ()),
        (ROLE, "aws:principalaccount", (OTHER,)),
        (ROLE, "aws:sourcearn", ()),
        (ROLE, "aws:requestedregion", ("us-east-1",)),
        (ANONYMOUS, "aws:principalaccount", ("anonymous",)),
        (ANONYMOUS, "aws:principalarn", ()),
        (ANONYMOUS, "aws:sourceaccount", ()),
    ],
)
def test_a_key_is_what_the_documents_say_it_is(principal: Principal, key: str, values: tuple[str, ...]) -> None:
    """IAM user guide, "AWS global condition context keys", the availability of each key."""
    domain = known_of(principal, [key], text(FUNCTION))[key]
    assert tuple(map(str, domain.forms)) == values
    assert domain.present == bool(values)


@pytest.mark.parametrize("key", ["aws:sourcevpc", "aws:viaawsservice", "aws:principaltag/team", "aws:referer"])
def test_what_a_caller_may_choose_is_not_known(key: str) -> None:
    assert known_of(ROLE, [key], text(FUNCTION)) == {}


def test_a_key_of_some_actions_comes_with_those_alone() -> None:
    told = dict(by_action(["lambda:functionurlauthtype"], ("lambda:InvokeFunction", "lambda:InvokeFunctionUrl")))
    assert [(actions, list(absent)) for actions, absent in told.items()] == [
        (("lambda:InvokeFunction",), ["lambda:functionurlauthtype"]),
        (("lambda:InvokeFunctionUrl",), []),
    ]


def grant(principal: Any, condition: Any = None, **elements: Any) -> dict[str, Any]:
    made = {"Effect": "Allow", "Principal": principal, "Action": "lambda:InvokeFunction", "Resource": FUNCTION}
    return {**made, **elements, **({"Condition": condition} if condition else {})}


def outcome(new: dict[str, Any], old: dict[str, Any]) -> Outcome:
    sides = [
        Policies(parse_policy(node({"Version": "2012-10-17", "Statement": [held]}), PolicyKind.RESOURCE))
        for held in (new, old)
    ]
    return new_access(*sides).answer.outcome


BY_SERVICE, BY_ROLE = {"Service": "lex.amazonaws.com"}, {"AWS": str(ROLE.value)}


@pytest.mark.parametrize(
    ("principal", "condition", "expected"),
    [
        (BY_SERVICE, {"StringLike": {"aws:SourceVpce": "*"}}, NONE),
        (BY_ROLE, {"StringLike": {"aws:SourceVpce": "*"}}, NEW),
        (BY_SERVICE, {"StringEquals": {"aws:PrincipalServiceName": "s3.amazonaws.com"}}, NONE),
        (BY_SERVICE, {"StringEquals": {"aws:PrincipalServiceName": "lex.amazonaws.com"}}, NEW),
        (BY_ROLE, {"Bool": {"aws:PrincipalIsAWSService": "true"}}, NONE),
        (BY_ROLE, {"StringEquals": {"aws:SourceAccount": OWN}}, NONE),
        (BY_SERVICE, {"StringEquals": {"aws:SourceAccount": OWN}}, NEW),
        (BY_ROLE, {"StringEquals": {"aws:ResourceAccount": OTHER}}, NONE),
        (BY_ROLE, {"StringEquals": {"aws:ResourceAccount": OWN}}, NEW),
        (BY_ROLE, {"StringEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}}, NONE),
        (BY_ROLE, {"StringNotEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}}, NEW),
        (BY_ROLE, {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}, NONE),
        (BY_ROLE, {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}, NONE),
        ("*", {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, NONE),
        ("*", {"IpAddress": {"aws:SourceIp": "8.0.0.0/6"}}, NEW),
        ("*", {"IpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"}}, NEW),
        ("*", {"ForAnyValue:StringEquals": {"aws:SourceArn": ["arn:aws:s3:::a"]}}, NEW),
    ],
)
def test_only_a_request_that_can_be_is_new(principal: Any, condition: Any, expected: Outcome) -> None:
    """Beside a policy that allows nothing of the kind."""
    assert outcome(grant(principal, condition), grant({"Service": "nobody.amazonaws.com"})) is expected


def test_a_url_key_comes_with_the_calls_of_a_url() -> None:
    by_url = grant(
        "*", {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}, Action=["lambda:InvokeFunction", "lambda:*Url"]
    )
    assert outcome(by_url, grant({"Service": "nobody.amazonaws.com"})) is NEW
    assert outcome(by_url, grant("*", Action="lambda:InvokeFunctionUrl")) is NONE


def test_a_key_with_one_value_is_a_set_of_one() -> None:
    """Two conditions on aws:SourceArn under ForAnyValue mean the same value."""
    both = {"ForAnyValue:StringLike": {"aws:SourceArn": "arn:aws:s3:::a*"}}
    apart = {**both, "ForAnyValue:StringNotLike": {"aws:SourceArn": "arn:aws:s3:::a*"}}
    assert outcome(grant(BY_SERVICE, apart), grant({"Service": "nobody.amazonaws.com"})) is NONE
    tags = {"ForAnyValue:StringLike": {"aws:TagKeys": "a*"}, "ForAnyValue:StringNotLike": {"aws:TagKeys": "a*"}}
    assert outcome(grant(BY_SERVICE, tags), grant({"Service": "nobody.amazonaws.com"})) is NEW


def test_resources_are_told_apart_by_whose_account_a_key_names() -> None:
    """A resource of that account is the only kind of which the condition can hold."""
    ours, theirs = FUNCTION, FUNCTION.replace(OWN, OTHER)
    both = grant("*", {"StringEquals": {"aws:ResourceAccount": OTHER}}, Resource=[ours, theirs])
    assert outcome(both, grant("*", Resource=theirs)) is NONE
    assert outcome(both, grant("*", Resource=ours)) is NEW
    assert outcome(grant("*", Resource=theirs), both) is NEW


def test_public_addresses_stand_for_each_part_of_the_internet() -> None:
    values = boundary_values({Family.IP: ["10.0.0.0/7", "203.0.113.0/24"]}, public=True)
    assert not any(value.startswith("10.") for value in values)
    assert any(value.startswith("11.") for value in values)
    inside = network("203.0.113.0/24")
    assert inside is not None
    assert {network(value).subnet_of(inside) for value in values if ":" not in value} == {True, False}  # type: ignore[union-attr, arg-type]  # addresses of one version
