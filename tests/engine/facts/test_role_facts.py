"""What a role's policies and trust allow beyond the need: logs, everything, and who may assume it."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from auditor.engine.fact import Answer, Fact, LogGrant, LogNeed, Reach, RoleGrant, TrustGrant, TrustNeed
from auditor.engine.facts import collect
from auditor.estate.estate import Document, Estate, SourceKind
from auditor.iam.decide import decide
from auditor.iam.document import PolicyKind
from auditor.iam.node import node
from auditor.iam.parse import parse_policy
from auditor.iam.text import text
from tests.engine.facts.estates import ACCOUNT_ID, estate_of, role_of

GROUP = f"arn:aws:logs:us-east-1:{ACCOUNT_ID}:log-group:/aws/lambda/hook"
WRITE = ["logs:CreateLogStream", "logs:PutLogEvents"]
ALL_THREE = ["logs:CreateLogGroup", *WRITE]


def allow(actions: Any, resources: Any, **others: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resources, **others}


def facts(estate: Estate, kind: type[Fact]) -> list[Any]:
    return [fact for fact in collect(estate) if isinstance(fact, kind)]


def reaches(*statements: dict[str, Any], managed: bool | None = None) -> list[Reach]:
    estate = estate_of(role=role_of(*statements), managed=managed)
    found = facts(estate, LogGrant)
    for fact in found:
        if fact.witness is not None:
            assert decide(fact.witness, fact.witness_in).allowed
    return [fact.reach for fact in found if fact.reach is not Reach.NONE]


@pytest.mark.parametrize(
    ("resource", "reach"),
    [
        ("*", [Reach.ANY_GROUP]),
        ("arn:aws:logs:*:*:*", [Reach.ANY_GROUP]),
        (f"arn:aws:logs:us-east-1:{ACCOUNT_ID}:log-group:*", [Reach.ANY_GROUP]),
        (f"arn:aws:logs:us-east-1:{ACCOUNT_ID}:*", [Reach.ANY_GROUP]),
        (f"arn:aws:logs:us-east-1:{ACCOUNT_ID}:log-group:/aws/lambda/*", [Reach.LAMBDA_GROUPS]),
        (f"arn:aws:logs:us-east-1:{ACCOUNT_ID}:log-group:/aws/lambda/ho*", [Reach.LAMBDA_GROUPS]),
        (f"{GROUP}*", [Reach.LAMBDA_GROUPS]),
        (f"arn:aws:logs:us-east-1:{ACCOUNT_ID}:log-group:/aws/lambda/another:*", [Reach.LAMBDA_GROUPS]),
        (f"arn:aws:logs:*:{ACCOUNT_ID}:log-group:/aws/lambda/hook:*", [Reach.ELSEWHERE]),
        (f"{GROUP}:*", []),
        (f"{GROUP}:log-stream:*", []),
        (GROUP, []),
        (f"arn:aws:logs:us-east-1:{ACCOUNT_ID}:log-group:/aws/lambda-insights:*", []),
        ("arn:aws:s3:::bucket/*", []),
    ],
)
def test_which_groups_a_role_can_write_beyond_its_functions(resource: str, reach: list[Reach]) -> None:
    assert reaches(allow(WRITE, resource)) == reach


def test_a_deny_takes_groups_away() -> None:
    deny = {"Effect": "Deny", "Action": "logs:*", "NotResource": [GROUP, f"{GROUP}:*"]}
    assert reaches(allow(WRITE, "*"), deny) == []


def test_a_deny_of_another_policy_takes_groups_away() -> None:
    deny = {"Effect": "Deny", "Action": "logs:*", "NotResource": [GROUP, f"{GROUP}:*"]}
    wide, denying = role_of(allow(WRITE, "*")), role_of(deny).policies[0]
    both = replace(wide, policies=(*wide.policies, replace(denying, name=text("guard"))))
    assert [f.reach for f in facts(estate_of(role=wide), LogGrant)] == [Reach.ANY_GROUP]
    assert facts(estate_of(role=both), LogGrant) == []


def test_a_condition_that_nothing_meets_opens_nothing() -> None:
    never = {"StringEquals": {"aws:ResourceAccount": []}}
    assert reaches(allow(WRITE, f"{GROUP}:*", Condition={"Bool": {"aws:SecureTransport": "true"}})) == []
    assert reaches(allow(WRITE, "*", Condition=never)) == []


@pytest.mark.parametrize(
    ("resource", "decision", "suffix_missing"),
    [
        (f"{GROUP}:*", Answer.ALLOWED, False),
        ("*", Answer.ALLOWED, False),
        (GROUP, Answer.DENIED, True),
        (f"arn:aws:logs:eu-west-1:{ACCOUNT_ID}:log-group:/aws/lambda/hook:*", Answer.DENIED, False),
        (f"{GROUP}:log-stream:2026/*", Answer.UNDETERMINED, False),
    ],
)
def test_a_function_needs_its_streams(resource: str, decision: Answer, suffix_missing: bool) -> None:
    (fact,) = facts(estate_of(role=role_of(allow(WRITE, resource))), LogNeed)
    assert (fact.decision, fact.suffix_missing) == (decision, suffix_missing)


@pytest.mark.parametrize(("managed", "denied"), [(None, ()), (True, ()), (False, ("logs:CreateLogGroup",))])
def test_creating_the_group_is_needed_only_where_it_is_known_to_be_absent(
    managed: bool | None, denied: tuple[str, ...]
) -> None:
    (fact,) = facts(estate_of(role=role_of(allow(WRITE, f"{GROUP}:*")), managed=managed), LogNeed)
    assert fact.actions == denied


@pytest.mark.parametrize("resource", [GROUP, f"{GROUP}:*"])
def test_either_form_lets_the_group_be_created(resource: str) -> None:
    role = role_of(allow(WRITE, f"{GROUP}:*"), allow("logs:CreateLogGroup", resource))
    (fact,) = facts(estate_of(role=role, managed=False), LogNeed)
    assert fact.decision is Answer.ALLOWED


def test_creating_a_managed_group_is_told_apart_from_groups() -> None:
    found = facts(estate_of(role=role_of(allow(ALL_THREE, [GROUP, f"{GROUP}:*"])), managed=True), LogGrant)
    assert [(f.reach, f.creates_managed_group) for f in found] == [(Reach.NONE, True)]
    assert found[0].witness.action == "logs:CreateLogGroup"


def test_the_witness_beyond_writing_is_a_group_that_there_may_be() -> None:
    """Also where another statement of the role tells requests apart. A log group's name has at least
    one character (CreateLogGroup), and its region is one of AWS's."""
    role = role_of(allow("logs:*", "*"), allow(["logs:PutLogEvents", "s3:GetObject"], "*"))
    (beyond,) = [f for f in facts(estate_of(role=role), LogGrant) if f.beyond_writing]
    assert beyond.witness.action == "logs:DeleteLogGroup"
    head, _, name = str(beyond.witness.resource).partition(":log-group:")
    assert (head.split(":")[3], name) == ("us-east-1", "another-application")


def test_more_than_writing_is_listed_with_what_destroys_first() -> None:
    found = facts(estate_of(role=role_of(allow("logs:*", f"{GROUP}:*"))), LogGrant)
    (beyond,) = [f for f in found if f.beyond_writing]
    assert beyond.beyond_writing[0] == "logs:DeleteLogGroup"
    assert decide(beyond.witness, beyond.witness_in).allowed


@pytest.mark.parametrize(
    ("actions", "looking"),
    [
        (["logs:DescribeLogGroups", "logs:DescribeLogStreams"], True),
        (["logs:DescribeLogGroups", "logs:GetLogEvents"], False),
        (["logs:PutRetentionPolicy"], False),
        (["logs:*"], False),
    ],
)
def test_listing_logs_is_told_apart_from_reading_and_changing_them(actions: list[str], looking: bool) -> None:
    found = facts(
        estate_of(role=role_of(allow([*WRITE, *actions], f"arn:aws:logs:us-east-1:{ACCOUNT_ID}:*"))), LogGrant
    )
    assert [f.looking for f in found if f.beyond_writing] == [looking]
    assert [f.looking for f in found if not f.beyond_writing] == [False]


@pytest.mark.parametrize(
    ("statements", "admin"),
    [
        ((allow("*", "*"),), True),
        ((allow("*:*", "*"),), True),
        ((allow(["*"], ["arn:aws:s3:::bucket", "*"]),), True),
        ((allow("iam:*", "*"),), False),
        ((allow("*", "arn:aws:s3:::bucket/*"),), False),
        (({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},), False),
        ((allow("*", "*", Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}),), False),
        ((allow("*", "*"), {"Effect": "Deny", "Action": "*", "Resource": "*"}), False),
        ((allow("*", "*"), {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "*"}), True),
    ],
)
def test_everything_on_everything(statements: tuple[dict[str, Any], ...], admin: bool) -> None:
    found = facts(estate_of(role=role_of(*statements)), RoleGrant)
    assert any(fact.admin for fact in found) is admin


def trust(principal: Any, condition: Any = None, action: str = "sts:AssumeRole") -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    return statement if condition is None else {**statement, "Condition": condition}


@pytest.mark.parametrize(
    ("statement", "reach"),
    [
        (trust({"Service": "lambda.amazonaws.com"}), Reach.NONE),
        (trust({"Service": "ec2.amazonaws.com"}), Reach.ACCOUNT),
        (trust({"AWS": "*"}), Reach.ANYONE),
        (trust("*"), Reach.ANYONE),
        (trust("*", {"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}), Reach.ORGANISATION),
        (trust("*", {"StringEquals": {"aws:PrincipalAccount": ACCOUNT_ID}}), Reach.ACCOUNT),
        (trust("*", {"StringEquals": {"aws:PrincipalAccount": "999988887777"}}), Reach.OTHER_ACCOUNT),
        (trust({"AWS": "999988887777"}), Reach.OTHER_ACCOUNT),
        (
            trust({"AWS": "arn:aws:iam::999988887777:role/x"}, {"StringEquals": {"sts:ExternalId": "1"}}),
            Reach.OTHER_ACCOUNT,
        ),
        (trust({"AWS": f"arn:aws:iam::{ACCOUNT_ID}:root"}), Reach.ACCOUNT),
        (
            trust({"Federated": f"arn:aws:iam::{ACCOUNT_ID}:oidc-provider/x"}, action="sts:AssumeRoleWithWebIdentity"),
            Reach.ACCOUNT,
        ),
    ],
)
def test_who_else_can_assume_the_role(statement: dict[str, Any], reach: Reach) -> None:
    (fact,) = facts(estate_of(role=role_of(trust=statement)), TrustGrant)
    assert fact.reach is reach
    if fact.witness is not None:
        assert decide(fact.witness, fact.witness_in).allowed


@pytest.mark.parametrize(
    ("statement", "decision"),
    [
        (trust({"Service": "lambda.amazonaws.com"}), Answer.ALLOWED),
        (trust({"Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"]}), Answer.ALLOWED),
        (trust({"Service": "lex.amazonaws.com"}), Answer.DENIED),
        (trust("*"), Answer.ALLOWED),
    ],
)
def test_lambda_must_be_able_to_assume_the_role(statement: dict[str, Any], decision: Answer) -> None:
    (fact,) = facts(estate_of(role=role_of(trust=statement)), TrustNeed)
    assert fact.decision is decision


def test_a_service_linked_role_is_told_and_asked_for_nothing_else() -> None:
    role = role_of(trust=trust({"Service": "lex.amazonaws.com"}), path=text("/aws-service-role/lex.amazonaws.com/"))
    estate = estate_of(role=role)
    assert [fact.service_linked for fact in facts(estate, TrustNeed)] == [True]
    assert facts(estate, TrustGrant) == []


def test_a_boundary_bounds_what_a_role_can_write() -> None:
    bounded = {"Version": "2012-10-17", "Statement": [allow("*", f"{GROUP}:*")]}
    role = role_of(allow(WRITE, "*"), boundary=parse_policy(node(bounded), PolicyKind.IDENTITY))
    estate = estate_of(role=role)
    assert [f.reach for f in facts(estate, LogGrant) if f.reach is not Reach.NONE] == []
    assert [f.decision for f in facts(estate, LogNeed)] == [Answer.ALLOWED]


def test_a_boundary_may_take_away_what_is_needed() -> None:
    narrow = {"Version": "2012-10-17", "Statement": [allow("s3:*", "*")]}
    role = role_of(allow(WRITE, f"{GROUP}:*"), boundary=parse_policy(node(narrow), PolicyKind.IDENTITY))
    assert [f.decision for f in facts(estate_of(role=role), LogNeed)] == [Answer.DENIED]


@pytest.mark.parametrize(
    ("resource", "reach"),
    [
        ("*", [Reach.ANY_GROUP]),
        ("arn:aws:logs:*:*:log-group:/aws/lambda/*", [Reach.LAMBDA_GROUPS]),
        (f"arn:aws:logs:*:{ACCOUNT_ID}:log-group:/aws/lambda/hook:*", []),
        (f"{GROUP}:*", []),
    ],
)
def test_a_document_alone_is_wide_in_what_it_does_not_name(resource: str, reach: list[Reach]) -> None:
    document = {"Version": "2012-10-17", "Statement": [allow(WRITE, resource)]}
    alone = Document(parse_policy(node(document), PolicyKind.IDENTITY), "policy.json")
    found = facts(Estate(SourceKind.DOCUMENT, documents=(alone,)), LogGrant)
    assert [(fact.reach, fact.role, fact.attached) for fact in found] == [(each, None, False) for each in reach]
    assert all(decide(fact.witness, fact.witness_in).allowed for fact in found)
