"""A need is missing only where no key that is not known could save it."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from auditor.needs import NeedKind, decide_need, derive, granting
from tests.engine.facts.estates import ACCOUNT_ID, estate_of, intent_hook, permission, role_of

GROUP = f"arn:aws:logs:us-east-1:{ACCOUNT_ID}:log-group:/aws/lambda/hook:*"
ORGANISATION = {"StringNotEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}
POST = (intent_hook("CreatePost"),)


def decided(estate: Any, kind: NeedKind) -> list[str]:
    (function,) = estate.functions
    needs = [need for need in derive(function, estate) if need.kind is kind]
    return sorted({decide_need(need, granting(need, estate)).verdict.value for need in needs})


@pytest.mark.parametrize(
    ("condition", "verdict"),
    [
        ({"Bool": {"aws:SecureTransport": "true"}}, "undetermined"),
        ({"StringEquals": {"aws:SourceVpc": "vpc-1"}}, "undetermined"),
        ({"Null": {"aws:SourceVpc": "false"}}, "undetermined"),
        ({"StringNotEqualsIfExists": {"aws:SourceVpc": "vpc-1"}}, "undetermined"),
        ({"StringLikeIfExists": {"aws:SourceVpc": "*"}}, "allow"),
    ],
)
def test_a_condition_on_a_key_that_nothing_tells_leaves_logs_open(condition: dict[str, Any], verdict: str) -> None:
    statement = {
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": GROUP,
        "Condition": condition,
    }
    assert decided(estate_of(role=role_of(statement)), NeedKind.LOGS) == [verdict]


def test_a_condition_on_what_lex_sends_is_decided() -> None:
    own = permission(condition={"StringEquals": {"aws:SourceAccount": ACCOUNT_ID}})
    foreign = permission(condition={"StringEquals": {"aws:SourceAccount": "999988887777"}})
    assert decided(estate_of(own, hooks=POST), NeedKind.INVOKE) == ["allow"]
    assert decided(estate_of(foreign, hooks=POST), NeedKind.INVOKE) == ["deny"]


def test_a_perimeter_that_spares_services_spares_lex() -> None:
    """The data perimeter of AWS's own examples: all outside the organisation, services apart."""
    spared = {**ORGANISATION, "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}
    deny = permission("*", spared, Effect="Deny")
    assert decided(estate_of(permission(), deny, hooks=POST), NeedKind.INVOKE) == ["allow"]


def test_nothing_that_allows_is_missing_whatever_is_sent() -> None:
    assert decided(estate_of(hooks=POST), NeedKind.INVOKE) == ["deny"]


WRITING = {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"]}


@pytest.mark.parametrize(
    ("elements", "verdict"),
    [
        ({"Resource": GROUP, "Condition": {"StringEquals": {"aws:PrincipalAccount": ACCOUNT_ID}}}, "allow"),
        ({"Resource": GROUP, "Condition": {"StringEquals": {"aws:PrincipalAccount": "999988887777"}}}, "deny"),
        (
            {"Resource": GROUP, "Condition": {"StringEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}}},
            "allow",
        ),
        ({"Resource": GROUP, "Condition": {"StringEquals": {"aws:RequestedRegion": "us-east-1"}}}, "allow"),
        ({"Resource": GROUP, "Condition": {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}}, "deny"),
        ({"Resource": GROUP, "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/role"}}}, "allow"),
        ({"Resource": GROUP.replace("hook", "${aws:PrincipalTag/name}")}, "undetermined"),
        ({"Resource": GROUP, "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT_ID}}}, "deny"),
    ],
)
def test_what_the_role_and_its_group_tie_is_known(elements: dict[str, Any], verdict: str) -> None:
    """The caller is the role and the resource its own group; no service acts for a resource."""
    assert decided(estate_of(role=role_of({**WRITING, **elements})), NeedKind.LOGS) == [verdict]


@pytest.mark.parametrize(
    ("condition", "verdict"),
    [
        ({"StringEquals": {"aws:SourceAccount": "${aws:ResourceAccount}"}}, "allow"),
        ({"StringEquals": {"aws:PrincipalServiceName": "lex.amazonaws.com"}}, "allow"),
        ({"StringEquals": {"aws:PrincipalServiceName": "lexv2.amazonaws.com"}}, "deny"),
        ({"StringEquals": {"aws:SourceVpce": "vpce-1"}}, "deny"),
        ({"Bool": {"aws:SecureTransport": "true"}}, "undetermined"),
        ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, "undetermined"),
    ],
)
def test_what_the_service_and_the_function_tie_is_known(condition: dict[str, Any], verdict: str) -> None:
    assert decided(estate_of(permission(condition=condition), hooks=POST), NeedKind.INVOKE) == [verdict]


def test_a_deny_of_plain_http_denies_nothing_that_lambda_takes() -> None:
    deny = permission("*", {"Bool": {"aws:SecureTransport": "false"}}, Effect="Deny")
    assert decided(estate_of(permission(), deny, hooks=POST), NeedKind.INVOKE) == ["allow"]


def test_a_role_whose_trust_policy_is_not_known_leaves_its_use_open() -> None:
    assert decided(estate_of(role=replace(role_of(), trust=None)), NeedKind.ASSUME) == ["undetermined"]
