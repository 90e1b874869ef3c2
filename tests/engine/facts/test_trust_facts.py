"""Who else can assume a role: everybody that a shared provider signs in, and callers by a pattern."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from auditor.engine.fact import Answer, Reach, TrustGrant, TrustNeed
from auditor.engine.facts import collect
from auditor.iam.decide import decide
from auditor.iam.document import PolicyKind
from auditor.iam.node import node
from auditor.iam.parse import parse_policy
from tests.engine.facts.estates import ACCOUNT_ID, estate_of, role_of

GITHUB = f"arn:aws:iam::{ACCOUNT_ID}:oidc-provider/token.actions.githubusercontent.com"
CLAIM = "token.actions.githubusercontent.com"


def trusting(principal: Any, condition: Any = None, action: str = "sts:AssumeRoleWithWebIdentity") -> TrustGrant:
    statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    if condition is not None:
        statement["Condition"] = condition
    facts = collect(estate_of(role=role_of(trust=statement)))
    (found,) = (fact for fact in facts if isinstance(fact, TrustGrant))
    return found


def equals(key: str, value: Any) -> dict[str, Any]:
    return {"StringEquals": {key: value}}


@pytest.mark.parametrize(
    ("provider", "condition", "reach"),
    [
        ("accounts.google.com", None, Reach.ANYONE),
        ("accounts.google.com", equals("accounts.google.com:aud", "mine.apps.googleusercontent.com"), Reach.ACCOUNT),
        ("accounts.google.com", equals("accounts.google.com:sub", "123"), Reach.ACCOUNT),
        ("cognito-identity.amazonaws.com", None, Reach.ANYONE),
        (
            "cognito-identity.amazonaws.com",
            {"ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "authenticated"}},
            Reach.ANYONE,
        ),
        (
            "cognito-identity.amazonaws.com",
            equals("cognito-identity.amazonaws.com:aud", "us-east-1:12345678-0000-0000-0000-000000000000"),
            Reach.ACCOUNT,
        ),
        ("www.amazon.com", None, Reach.ANYONE),
        ("www.amazon.com", equals("www.amazon.com:app_id", "amzn1.application.mine"), Reach.ACCOUNT),
        ("graph.facebook.com", None, Reach.ANYONE),
        ("graph.facebook.com", equals("graph.facebook.com:app_id", "1"), Reach.ACCOUNT),
        (GITHUB, None, Reach.ANYONE),
        (GITHUB, equals(f"{CLAIM}:aud", "sts.amazonaws.com"), Reach.ANYONE),
        (GITHUB, {"StringLike": {f"{CLAIM}:sub": "repo:*"}}, Reach.ANYONE),
        (GITHUB, {"StringLike": {f"{CLAIM}:sub": "repo:mine/*"}}, Reach.ACCOUNT),
        (GITHUB, equals(f"{CLAIM}:repository_owner", "mine"), Reach.ACCOUNT),
        (f"arn:aws:iam::{ACCOUNT_ID}:oidc-provider/accounts.google.com", None, Reach.ACCOUNT),
        (f"arn:aws:iam::{ACCOUNT_ID}:saml-provider/mine", None, Reach.ACCOUNT),
    ],
)
def test_a_provider_that_many_share_has_to_be_bound(provider: str, condition: Any, reach: Reach) -> None:
    """With the providers that IAM knows by name it is the audience that binds; GitHub gives every
    workflow the same one, so there it is the subject. A provider that an account registers lists
    its audiences itself."""
    fact = trusting({"Federated": provider}, condition, "sts:AssumeRoleWith*")
    assert fact.reach is reach
    assert fact.witness is not None
    assert fact.witness_in is not None
    assert decide(fact.witness, fact.witness_in).allowed


@pytest.mark.parametrize(
    ("condition", "reach"),
    [
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/ci"}}, Reach.ANYONE),
        ({"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT_ID}:role/ci"}}, Reach.ACCOUNT),
        ({"StringLike": {"aws:PrincipalAccount": "2*"}}, Reach.SOME_ACCOUNTS),
        ({"StringEquals": {"aws:PrincipalAccount": "222233334444"}}, Reach.OTHER_ACCOUNT),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-mine"}}, Reach.ORGANISATION),
        ({"StringEquals": {"aws:SourceAccount": ACCOUNT_ID}}, Reach.ACCOUNT),
        ({"Bool": {"aws:PrincipalIsAWSService": "true"}}, Reach.ACCOUNT),
        ({"StringEquals": {"aws:PrincipalServiceName": "lambda.amazonaws.com"}}, Reach.NONE),
    ],
)
def test_who_of_everyone_can_meet_a_condition(condition: Any, reach: Reach) -> None:
    assert trusting("*", condition, "sts:AssumeRole").reach is reach


def test_a_trust_policy_that_is_not_known_is_undetermined() -> None:
    (fact,) = (fact for fact in collect(estate_of(role=replace(role_of(), trust=None))) if isinstance(fact, TrustNeed))
    assert (fact.decision, fact.undetermined) == (Answer.UNDETERMINED, "the trust policy is not known")


def test_a_deny_that_leaves_one_other_account_is_that_account_and_not_everyone() -> None:
    own = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    anyone = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    other = {"StringNotEquals": {"aws:PrincipalAccount": [ACCOUNT_ID, "444455556666"]}}
    refused = {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole", "Condition": other}
    document = {"Version": "2012-10-17", "Statement": [own, anyone, refused]}
    role = replace(role_of(), trust=parse_policy(node(document), PolicyKind.TRUST))
    found = [f for f in collect(estate_of(role=role)) if isinstance(f, TrustGrant) and f.principal == "*"]
    assert [fact.reach for fact in found] == [Reach.OTHER_ACCOUNT]
