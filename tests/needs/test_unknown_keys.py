"""A need is missing only where no key that is not known could save it."""

from __future__ import annotations

from typing import Any

import pytest

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
