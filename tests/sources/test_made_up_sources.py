"""Event sources whose ARN is not written as it is: buses given by their ARN, ids that AWS makes up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.sources.test_callers import ACCOUNT, HERE, Block, F, audited, invoking, rules, template, terraform

BUS = "arn:aws:events:us-east-1:111122223333:event-bus/orders"


@pytest.mark.parametrize("bus", ["orders", BUS, "${aws_cloudwatch_event_bus.orders.arn}"])
def test_an_event_bus_is_named_or_given_by_its_arn(tmp_path: Path, bus: str) -> None:
    """The argument takes both (provider: `aws_cloudwatch_event_rule`), and the rule's ARN has the name."""
    written = terraform("aws_cloudwatch_event_target", {"rule": "r", "event_bus_name": bus, "arn": F})
    permission = {
        "action": "lambda:InvokeFunction",
        "function_name": "f",
        "principal": "events.amazonaws.com",
        "source_arn": f"arn:aws:events:{HERE}:rule/orders/r",
    }
    written["resource"]["aws_cloudwatch_event_bus"] = {"orders": {"name": "orders"}}
    written["resource"]["aws_lambda_permission"] = {"p": permission}
    report = audited(tmp_path, "main.tf.json", written)
    assert (invoking(report), rules(report)) == ([("events.amazonaws.com", "allow")], set())


@pytest.mark.parametrize("bus", ["orders", BUS, {"Fn::Sub": "arn:aws:events:us-east-1:111122223333:event-bus/orders"}])
def test_a_template_s_event_bus_is_named_or_given_by_its_arn(tmp_path: Path, bus: Any) -> None:
    rule = {"Name": "r", "EventBusName": bus, "Targets": [{"Id": "t", "Arn": F}]}
    exact = {"Principal": "events.amazonaws.com", "SourceArn": f"arn:aws:events:{HERE}:rule/orders/r"}
    report = audited(tmp_path, "template.json", template("AWS::Events::Rule", rule, exact))
    assert (invoking(report), rules(report)) == ([("events.amazonaws.com", "allow")], set())


@pytest.mark.parametrize(("named", "expected"), [({}, set()), ({"BucketName": "b"}, {"invoke-too-broad"})])
def test_a_bucket_without_a_name_can_be_bound_by_its_account_alone(
    tmp_path: Path, named: Block, expected: set[str]
) -> None:
    """S3 looks at the permission when the bucket is made, which is when it gets its name: SAM's
    translator writes the source account and no more."""
    bucket = {**named, "NotificationConfiguration": {"LambdaConfigurations": [{"Event": "e", "Function": F}]}}
    bound = {"Principal": "s3.amazonaws.com", "SourceAccount": ACCOUNT}
    report = audited(tmp_path, "template.json", template("AWS::S3::Bucket", bucket, bound))
    assert (invoking(report), rules(report)) == ([("s3.amazonaws.com", "allow")], expected)


def fixed(report: dict[str, Any], language: str) -> str:
    (finding,) = [f for f in report["findings"] if f["rule"] == "invoke-missing"]
    return str(finding["fixes"][0][language])


@pytest.mark.parametrize(
    ("type_", "block", "source", "unlike"),
    [
        (
            "aws_secretsmanager_secret_rotation",
            {"secret_id": "${aws_secretsmanager_secret.s.id}", "rotation_lambda_arn": F},
            "= aws_secretsmanager_secret.s.arn\n",
            "secret:s-",
        ),
        (
            "aws_lb_target_group_attachment",
            {"target_group_arn": "${aws_lb_target_group.t.arn}", "target_id": F},
            "= aws_lb_target_group.t.arn\n",
            "targetgroup/",
        ),
        (
            "aws_config_config_rule",
            {"name": "c", "source": {"owner": "CUSTOM_LAMBDA", "source_identifier": F}},
            ":config-rule/*",
            "aws_config_config_rule",
        ),
    ],
)
def test_a_fix_names_a_source_whose_arn_aws_makes_up(
    tmp_path: Path, type_: str, block: Block, source: str, unlike: str
) -> None:
    """By its whole ARN; a rule of AWS Config, which is refused without the permission, not at all."""
    written = terraform(type_, block)
    written["resource"]["aws_secretsmanager_secret"] = {"s": {"name": "s"}}
    written["resource"]["aws_lb_target_group"] = {"t": {"name": "t", "target_type": "lambda"}}
    snippet = fixed(audited(tmp_path, "main.tf.json", written), "terraform")
    assert source in snippet
    assert unlike not in snippet


@pytest.mark.parametrize(
    ("type_", "properties", "source"),
    [
        (
            "AWS::ElasticLoadBalancingV2::TargetGroup",
            {"TargetType": "lambda", "Targets": [{"Id": F}]},
            ":targetgroup/*/*",
        ),
        (
            "AWS::ElasticLoadBalancingV2::TargetGroup",
            {"Name": "t", "TargetType": "lambda", "Targets": [{"Id": F}]},
            ":targetgroup/t/*",
        ),
        ("AWS::Config::ConfigRule", {"Source": {"Owner": "CUSTOM_LAMBDA", "SourceIdentifier": F}}, ":config-rule/*"),
    ],
)
def test_a_template_s_permission_does_not_wait_for_what_waits_for_it(
    tmp_path: Path, type_: str, properties: Block, source: str
) -> None:
    """Elastic Load Balancing and AWS Config look at the permission when these are made."""
    snippet = fixed(audited(tmp_path, "template.json", template(type_, properties)), "cloudformation")
    assert source in snippet
    assert "It" not in snippet
