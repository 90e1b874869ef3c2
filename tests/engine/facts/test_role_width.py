"""What of a role's statement is wide, and what is not: by what the actions act on."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from msgspec.structs import replace

from auditor.engine.fact import RoleGrant, Width
from auditor.engine.facts import collect
from auditor.engine.loading import load_rules
from auditor.engine.matching import judge
from auditor.estate.function import EventSource
from auditor.iam.decide import decide
from auditor.iam.document import PolicyKind
from auditor.iam.node import node
from auditor.iam.parse import parse_policy
from auditor.iam.text import text
from tests.engine.facts.estates import ACCOUNT_ID, estate_of, role_of

RULES = load_rules()
QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT_ID}:jobs"
TABLES = f"arn:aws:dynamodb:us-east-1:{ACCOUNT_ID}:table"
EC2 = f"arn:aws:ec2:us-east-1:{ACCOUNT_ID}"


def allow(actions: Any, resources: Any = "*", **others: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resources, **others}


def wide(*statements: dict[str, Any], role: dict[str, Any] | None = None, **of_function: Any) -> list[RoleGrant]:
    estate = estate_of(role=role_of(*statements, **(role or {})))
    estate = dataclasses.replace(estate, functions=(replace(estate.functions[0], **{"vpc": False, **of_function}),))
    found = [f for f in collect(estate) if isinstance(f, RoleGrant) and f.width is not Width.NONE]
    for fact in found:
        assert fact.witness is not None
        assert fact.witness_in is not None
        assert decide(fact.witness, fact.witness_in).allowed
    return found


def told(*statements: dict[str, Any], **others: Any) -> list[Width]:
    return [fact.width for fact in wide(*statements, **others)]


@pytest.mark.parametrize(
    ("statement", "widths"),
    [
        (allow("dynamodb:GetItem"), [Width.RESOURCE]),
        (allow("dynamodb:GetItem", f"{TABLES}/*"), [Width.RESOURCE]),
        (allow("dynamodb:GetItem", "arn:aws:dynamodb:*:*:table/*"), [Width.RESOURCE]),
        (allow("dynamodb:GetItem", f"{TABLES}/orders"), []),
        (allow("dynamodb:GetItem", f"{TABLES}/orders-*"), []),
        (allow("dynamodb:Query", f"{TABLES}/orders/index/*"), []),
        (allow("s3:GetObject"), [Width.RESOURCE]),
        (allow("s3:GetObject", "arn:aws:s3:::reports/*"), []),
        # Actions that take no resource (service authorization reference), or are used without one.
        (allow(["xray:PutTraceSegments", "dynamodb:ListTables", "sts:GetCallerIdentity", "ec2:DescribeVpcs"]), []),
        (allow(["polly:SynthesizeSpeech", "translate:TranslateText", "cloudwatch:PutMetricData"]), []),
        # Of an action that requires several kinds of resources, one of which is named.
        (allow("ec2:RunInstances", [f"{EC2}:*/*", "arn:aws:ec2:us-east-1::image/ami-0123"]), []),
        (allow("ec2:RunInstances"), [Width.RESOURCE]),
        # Whole services, in any spelling.
        (allow("sqs:*"), [Width.SERVICE]),
        (allow("SQS:*"), [Width.SERVICE]),
        (allow("sq*:*"), []),  # no wildcards in the prefix
        (allow("sqs:*", QUEUE), [Width.SERVICE]),
        (allow("logs:*"), []),  # the rules about logs have it
        (allow("sqs:Receive*"), [Width.RESOURCE]),
        (allow("iam:PassRole"), [Width.PASSING]),
        (allow(["iam:PassRole", "sqs:SendMessage"]), [Width.RESOURCE, Width.PASSING]),
        (allow("iam:*"), [Width.SERVICE]),
        ({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, [Width.NEGATION]),
        ({"Effect": "Allow", "Action": "sqs:SendMessage", "NotResource": QUEUE}, [Width.NEGATION]),
        ({"Effect": "Allow", "NotAction": "iam:*", "Resource": QUEUE}, [Width.NEGATION]),
    ],
)
def test_what_is_wide(statement: dict[str, Any], widths: list[Width]) -> None:
    assert told(statement) == widths


def test_a_grant_tied_to_a_tag_of_the_resource_is_not_wide() -> None:
    tied = {"StringEquals": {"aws:ResourceTag/app": "reports"}}
    assert told(allow("secretsmanager:GetSecretValue", Condition=tied)) == []


def test_a_condition_on_the_call_ties_no_resource() -> None:
    tied = {"StringEquals": {"aws:RequestedRegion": "us-east-1"}}
    assert told(allow("secretsmanager:GetSecretValue", Condition=tied)) == [Width.RESOURCE]


def test_what_a_deny_takes_away_is_not_told() -> None:
    deny = {"Effect": "Deny", "Action": "dynamodb:PutItem", "Resource": "*"}
    (fact,) = wide(allow(["dynamodb:GetItem", "dynamodb:PutItem"]), deny)
    assert fact.actions == ("dynamodb:GetItem",)
    assert told(allow("dynamodb:PutItem"), deny) == []


def test_a_boundary_limits_what_is_wide() -> None:
    boundary = parse_policy(node({"Version": "2012-10-17", "Statement": allow("sqs:*", QUEUE)}), PolicyKind.IDENTITY)
    assert told(allow("dynamodb:GetItem"), role={"boundary": boundary}) == []


@pytest.mark.parametrize(("vpc", "widths"), [(True, []), (None, []), (False, [Width.RESOURCE])])
def test_network_interfaces_are_the_business_of_functions_in_a_vpc(vpc: bool | None, widths: list[Width]) -> None:
    statement = allow(["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces"])
    assert told(statement, vpc=vpc) == widths


def test_what_the_configuration_names_is_needed_there_alone() -> None:
    polling = allow(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"])
    (needed,) = wide(polling, event_sources=(EventSource(text(QUEUE)),))
    (open_,) = wide(polling)
    assert (needed.needed, open_.needed) == (True, False)


def test_reading_content_is_not_looking() -> None:
    assert [f.looking for f in wide(allow(["dynamodb:DescribeTable", "sqs:ListQueueTags"]))] == [True]
    assert [f.looking for f in wide(allow(["dynamodb:DescribeTable", "dynamodb:Scan"]))] == [False]


@pytest.mark.parametrize(
    ("resource", "service", "expected"),
    [
        ("*", None, (True, True)),
        ("*", "ecs-tasks.amazonaws.com", (True, False)),
        (f"arn:aws:iam::{ACCOUNT_ID}:role/task", None, (False, True)),
    ],
)
def test_which_roles_may_be_passed_to_what(resource: str, service: str | None, expected: tuple[bool, bool]) -> None:
    condition = {"Condition": {"StringEquals": {"iam:PassedToService": service}}} if service else {}
    (fact,) = wide(allow("iam:PassRole", resource, **condition))
    assert (fact.anywhere, fact.any_service) == expected


def test_a_named_role_to_a_named_service_is_not_wide() -> None:
    named = {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
    assert told(allow("iam:PassRole", f"arn:aws:iam::{ACCOUNT_ID}:role/task", Condition=named)) == []


def deny(**others: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Resource": "*", **others}


@pytest.mark.parametrize(
    ("denial", "width", "refused", "actions"),
    [
        (deny(Action="s3:DeleteBucket"), Width.SERVICE, ("s3:DeleteBucket",), ()),
        (deny(Action="s3:Delete*"), Width.SERVICE, ("s3:Delete*",), ()),
        (deny(NotAction=["s3:GetObject", "s3:PutObject"]), Width.RESOURCE, (), ("s3:GetObject", "s3:PutObject")),
        (deny(Action="sqs:*"), Width.SERVICE, (), ()),
    ],
)
def test_of_a_service_what_denials_leave_is_told(
    denial: dict[str, Any], width: Width, refused: tuple[str, ...], actions: tuple[str, ...]
) -> None:
    (fact,) = wide(allow("s3:*"), denial)
    assert (fact.width, fact.refused, fact.actions) == (width, refused, actions)


def test_conditions_do_not_hide_what_is_denied_beside_them() -> None:
    bound = allow("s3:*", Condition={"Bool": {"aws:SecureTransport": "true"}})
    (fact,) = wide(bound, deny(Action=["s3:DeleteObject", "s3:PutBucketPolicy"]))
    assert (fact.width, fact.refused) == (Width.SERVICE, ("s3:DeleteObject", "s3:PutBucketPolicy"))


@pytest.mark.parametrize(
    ("condition", "through"),
    [
        ({"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}, ("kms:viaservice",)),
        ({"StringEquals": {"kms:EncryptionContext:app": "jobs"}}, ("kms:encryptioncontext:app",)),
        ({"ForAnyValue:StringEquals": {"aws:CalledVia": ["athena.amazonaws.com"]}}, ("aws:calledvia",)),
        ({"StringNotEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}, ()),
        ({"StringEqualsIfExists": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}, ()),
        ({"Bool": {"aws:SecureTransport": "true"}}, ()),
    ],
)
def test_a_right_that_only_another_service_can_use_is_told_apart(
    condition: dict[str, Any], through: tuple[str, ...]
) -> None:
    (fact,) = wide(allow("kms:Decrypt", Condition=condition), kms_key=text(f"arn:aws:kms:us-east-1:{ACCOUNT_ID}:key/1"))
    assert (fact.through, fact.needed) == (through, not through)


def rules(*statements: dict[str, Any]) -> list[tuple[str, str]]:
    """The findings about how wide the statements are."""
    facts = [fact for fact in collect(estate_of(role=role_of(*statements))) if isinstance(fact, RoleGrant)]
    return [(finding.rule, finding.severity.value) for finding in judge(RULES, facts)]


@pytest.mark.parametrize(
    ("denial", "told"),
    [
        (deny(Action="sqs:*"), ("role-admin", "critical")),
        # A region changes nothing for IAM, which has none of its own.
        (
            deny(Action="*", Condition={"StringNotEquals": {"aws:RequestedRegion": "us-east-1"}}),
            ("role-admin", "critical"),
        ),
        (deny(Action="iam:*"), ("role-service-wildcard", "high")),
        (deny(NotAction=["s3:GetObject", "sqs:SendMessage"]), ("role-resource-wildcard", "medium")),
        (deny(Action="*"), None),
    ],
)
def test_everything_is_what_denials_leave_of_it(denial: dict[str, Any], told: tuple[str, str] | None) -> None:
    assert rules(allow("*"), denial) == ([told] if told else [])


@pytest.mark.parametrize(
    ("action", "condition"),
    [
        (
            "elasticfilesystem:ClientMount",
            {"elasticfilesystem:AccessPointArn": f"arn:aws:elasticfilesystem:us-east-1:{ACCOUNT_ID}:access-point/a"},
        ),
        ("kms:Decrypt", {"kms:RequestAlias": "alias/jobs"}),
        ("ecs:RunTask", {"ecs:cluster": f"arn:aws:ecs:us-east-1:{ACCOUNT_ID}:cluster/jobs"}),
    ],
)
def test_a_grant_that_a_condition_ties_to_one_thing_is_not_wide(action: str, condition: dict[str, str]) -> None:
    assert told(allow(action, Condition={"StringEquals": condition})) == []
    assert told(allow(action, Condition={"StringNotEquals": condition})) == [Width.RESOURCE]
