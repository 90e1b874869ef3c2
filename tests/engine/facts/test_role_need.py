"""What a function's configuration asks of its role.

Expectations from the Lambda developer guide's pages of each feature and event source.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from msgspec.structs import replace

from auditor.engine.fact import Answer, RoleNeed, RoleUse
from auditor.engine.facts import collect
from auditor.estate.function import EventSource, Function, LogGroup
from auditor.iam.text import text
from auditor.needs import derive
from auditor.needs.need import Feature, NeedKind
from tests.engine.facts.estates import ACCOUNT_ID, estate_of, role_of

PLACE = f"us-east-1:{ACCOUNT_ID}"
QUEUE = f"arn:aws:sqs:{PLACE}:jobs"
STREAM = f"arn:aws:kinesis:{PLACE}:stream/jobs"
TABLE = f"arn:aws:dynamodb:{PLACE}:table/jobs/stream/2026"
CLUSTER = f"arn:aws:kafka:{PLACE}:cluster/jobs/1"
BROKER = f"arn:aws:mq:{PLACE}:broker:jobs:b-1"
DATABASE = f"arn:aws:rds:{PLACE}:cluster:jobs"
SECRET = f"arn:aws:secretsmanager:{PLACE}:secret:jobs-abcdef"
TOPIC = f"arn:aws:sns:{PLACE}:failed"
INTERFACES = {"ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface"}


def allow(actions: Any, resources: Any = "*", **others: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resources, **others}


def needed(**of_function: Any) -> dict[str, str]:
    """The needed actions with their resources."""
    estate = estate_of(role=role_of())
    function = replace(estate.functions[0], **of_function)
    needs = [need for need in derive(function, estate) if need.kind is NeedKind.CONFIGURED]
    return {need.request.action: str(need.request.resource) for need in needs}


def source(arn: str | None, **others: Any) -> dict[str, Any]:
    return {"event_sources": (EventSource(text(arn) if arn else None, **others),)}


@pytest.mark.parametrize(
    ("configured", "actions"),
    [
        ({}, set()),
        ({"vpc": False, "tracing": False}, set()),
        (source(QUEUE), {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}),
        (source(STREAM), {"kinesis:DescribeStream", "kinesis:GetRecords", "kinesis:GetShardIterator"}),
        (source(f"{STREAM}/consumer/fast:1"), {"kinesis:DescribeStream", "kinesis:SubscribeToShard"}),
        (source(TABLE), {"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"}),
        (source(CLUSTER), {"kafka:DescribeCluster", "kafka:GetBootstrapBrokers", *INTERFACES}),
        (source(BROKER, secrets=(text(SECRET),)), {"mq:DescribeBroker", "secretsmanager:GetSecretValue", *INTERFACES}),
        (source(DATABASE), {"rds:DescribeDBClusters", *INTERFACES}),
        (source(None, secrets=(text(SECRET),)), {"secretsmanager:GetSecretValue"}),
        (source(None, in_vpc=True), INTERFACES),
        (
            source(QUEUE, on_failure=text(TOPIC)),
            {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sns:Publish"},
        ),
        ({"dead_letter": text(QUEUE)}, {"sqs:SendMessage"}),
        ({"dead_letter": text(TOPIC)}, {"sns:Publish"}),
        ({"destinations": (text(f"arn:aws:events:{PLACE}:event-bus/b"),)}, {"events:PutEvents"}),
        ({"destinations": (text(f"arn:aws:lambda:{PLACE}:function:other"),)}, {"lambda:InvokeFunction"}),
        ({"destinations": (text("arn:aws:s3:::failed"),)}, {"s3:PutObject"}),
        ({"vpc": True}, INTERFACES),
        ({"tracing": True}, {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}),
        ({"kms_key": text(f"arn:aws:kms:{PLACE}:key/1")}, {"kms:Decrypt"}),
        (
            {"layers": (text("arn:aws:lambda:us-east-1:580247275435:layer:LambdaInsightsExtension:53"),)},
            {"logs:CreateLogStream", "logs:PutLogEvents"},
        ),
        ({"layers": (text(f"arn:aws:lambda:{PLACE}:layer:mine:1"),)}, set()),
    ],
)
def test_what_a_configuration_asks_for(configured: dict[str, Any], actions: set[str]) -> None:
    assert set(needed(**configured)) == actions


def test_a_need_stands_on_what_is_configured() -> None:
    assert set(needed(**source(QUEUE)).values()) == {QUEUE}
    assert needed(**source(f"{STREAM}/consumer/fast:1"))["kinesis:DescribeStream"] == STREAM
    assert needed(destinations=(text("arn:aws:s3:::failed"),))["s3:PutObject"] == "arn:aws:s3:::failed/*"


def facts(*statements: dict[str, Any], **of_function: Any) -> list[RoleNeed]:
    estate = estate_of(role=role_of(*statements))
    estate = dataclasses.replace(estate, functions=(replace(estate.functions[0], **of_function),))
    return [fact for fact in collect(estate) if isinstance(fact, RoleNeed)]


@pytest.mark.parametrize(
    ("statement", "configured", "denied"),
    [
        (allow(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], QUEUE), source(QUEUE), ()),
        (allow("sqs:*"), source(QUEUE), ()),
        (
            allow("sqs:*", f"{QUEUE}-2"),
            source(QUEUE),
            ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
        ),
        (allow(["sqs:ReceiveMessage", "sqs:DeleteMessage"], QUEUE), source(QUEUE), ("sqs:GetQueueAttributes",)),
        # The frameworks that people use grant the one or the other.
        (
            allow(["kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator"], STREAM),
            source(STREAM),
            (),
        ),
        # The action takes no resource, and grants on the cluster are common.
        (allow(["kafka:*", "ec2:*"]), source(CLUSTER), ()),
        (allow("s3:PutObject", "arn:aws:s3:::failed/*"), {"destinations": (text("arn:aws:s3:::failed"),)}, ()),
        (
            allow("s3:PutObject", "arn:aws:s3:::failed"),
            {"destinations": (text("arn:aws:s3:::failed"),)},
            ("s3:PutObject",),
        ),
        (
            allow("xray:*", f"arn:aws:xray:{PLACE}:group/*"),
            {"tracing": True},
            ("xray:PutTraceSegments", "xray:PutTelemetryRecords"),
        ),
    ],
)
def test_a_need_is_denied_where_nothing_allows_it(
    statement: dict[str, Any], configured: dict[str, Any], denied: tuple[str, ...]
) -> None:
    (fact,) = facts(statement, **configured)
    assert fact.decision is (Answer.DENIED if denied else Answer.ALLOWED)
    if denied:
        assert fact.actions == denied


def test_a_key_is_never_called_missing() -> None:
    """Its own policy, or a grant, may allow the role."""
    (fact,) = facts(kms_key=text(f"arn:aws:kms:{PLACE}:key/1"))
    assert (fact.decision, fact.feature) == (Answer.UNDETERMINED, Feature.KEY)
    assert "key" in fact.undetermined


def test_a_grant_on_one_file_system_may_be_for_the_one_behind_the_access_point() -> None:
    point = text(f"arn:aws:elasticfilesystem:{PLACE}:access-point/fsap-1")
    one = allow("elasticfilesystem:ClientMount", f"arn:aws:elasticfilesystem:{PLACE}:file-system/fs-1")
    assert [fact.decision for fact in facts(one, file_systems=(point,))] == [Answer.UNDETERMINED]
    assert [fact.decision for fact in facts(allow("s3:*"), file_systems=(point,))] == [Answer.DENIED]
    assert [fact.decision for fact in facts(allow("elasticfilesystem:*"), file_systems=(point,))] == [Answer.ALLOWED]


def test_what_stands_on_things_with_policies_of_their_own_may_be_allowed_there() -> None:
    (queue,) = facts(**source(QUEUE))
    (traces,) = facts(tracing=True)
    assert (queue.elsewhere, traces.elsewhere) == (True, False)


def _shared(second_group: str, *statements: dict[str, Any]) -> list[RoleUse]:
    estate = estate_of(role=role_of(*statements))
    first = estate.functions[0]
    arn = text(f"arn:aws:lambda:{PLACE}:function:second")
    second = Function(text("second"), arn, role=first.role, log_group=LogGroup(text(second_group)))
    estate = dataclasses.replace(estate, functions=(first, second))
    return [fact for fact in collect(estate) if isinstance(fact, RoleUse)]


def test_a_shared_role_is_told_where_one_may_do_what_another_needs() -> None:
    everything = allow(["logs:CreateLogStream", "logs:PutLogEvents"])
    (fact,) = _shared("/aws/lambda/second", everything)
    assert (fact.functions, fact.owner) == (("hook", "second"), "hook")
    assert _shared("/aws/lambda/hook", everything) == []
    assert _shared("/aws/lambda/second") == []


def test_functions_of_one_name_in_two_regions_are_told_apart() -> None:
    role = role_of(allow(["logs:CreateLogStream", "logs:PutLogEvents"]))
    arns = [f"arn:aws:lambda:{region}:{ACCOUNT_ID}:function:hook" for region in ("us-east-1", "eu-west-1")]
    group = LogGroup(text("/aws/lambda/hook"))
    functions = tuple(Function(text("hook"), text(arn), role=role.key, log_group=group) for arn in arns)
    estate = dataclasses.replace(estate_of(role=role), functions=functions)
    (fact,) = [fact for fact in collect(estate) if isinstance(fact, RoleUse)]
    assert (fact.functions, fact.owner) == (tuple(arns), arns[0])


@pytest.mark.parametrize(
    ("why", "decision"), [("", Answer.DENIED), ("whether it is there is not known", Answer.UNDETERMINED)]
)
def test_a_mapping_that_may_not_be_there_leaves_its_need_open(why: str, decision: Answer) -> None:
    (fact,) = facts(event_sources=(EventSource(text(QUEUE), uncertain=why),))
    assert (fact.decision, fact.undetermined) == (decision, why)


def test_what_another_account_owns_is_decided_there_too() -> None:
    """The role's half of it is looked at; the queue's policy is not known."""
    foreign = "arn:aws:sqs:us-east-1:999988887777:jobs"
    reading = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    (allowed,) = facts(allow(reading, foreign), **source(foreign))
    assert (allowed.decision, "another account" in allowed.undetermined) == (Answer.UNDETERMINED, True)
    (denied,) = facts(allow(reading, QUEUE), **source(foreign))
    assert (denied.decision, denied.actions) == (Answer.DENIED, tuple(reading))
