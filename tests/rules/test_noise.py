"""Nothing that a reasonable engineer would call a false alarm."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

import auditor
from auditor.iam.managed import managed_arn

ROOT = Path(__file__).parent.parent.parent
FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:report"
AS_INTENDED: dict[str, dict[str, Any]] = {
    "AWSLambdaBasicExecutionRole": {},
    "AWSLambdaBasicDurableExecutionRolePolicy": {},
    "AWSLambdaVPCAccessExecutionRole": {"vpc": True},
    "AWSLambdaENIManagementAccess": {"vpc": True},
    "AWSLambdaSQSQueueExecutionRole": {"event_sources": [{"arn": "arn:aws:sqs:us-east-1:111122223333:jobs"}]},
    "AWSLambdaKinesisExecutionRole": {"event_sources": [{"arn": "arn:aws:kinesis:us-east-1:111122223333:stream/jobs"}]},
    "AWSLambdaDynamoDBExecutionRole": {
        "event_sources": [{"arn": "arn:aws:dynamodb:us-east-1:111122223333:table/jobs/stream/2026-01-01T00:00:00.000"}]
    },
    "AWSLambdaMSKExecutionRole": {
        "event_sources": [
            {"arn": "arn:aws:kafka:us-east-1:111122223333:cluster/jobs/12345678-1234-1234-1234-123456789012-1"}
        ]
    },
    "AWSXRayDaemonWriteAccess": {"tracing": "active"},
    "CloudWatchLambdaInsightsExecutionRolePolicy": {
        "layers": ["arn:aws:lambda:us-east-1:580247275435:layer:LambdaInsightsExtension:53"]
    },
    "AmazonElasticFileSystemClientReadWriteAccess": {
        "file_systems": ["arn:aws:elasticfilesystem:us-east-1:111122223333:access-point/fsap-0123456789abcdef0"],
    },
    "AmazonS3ObjectLambdaExecutionRolePolicy": {},
    "CloudWatchLambdaApplicationSignalsExecutionRolePolicy": {},
}
"""AWS's policies for execution roles, each with the configuration that it is made for."""


REACHES_EVERYTHING: dict[str, tuple[dict[str, Any], list[str]]] = {
    "AWSLambdaRole": ({}, ["lambda:InvokeFunction"]),
    "AWSLambdaInvocation-DynamoDB": (AS_INTENDED["AWSLambdaDynamoDBExecutionRole"], ["lambda:InvokeFunction"]),
    "AWSLambdaExecute": ({}, ["s3:GetObject", "s3:PutObject", "logs:DeleteLogGroup"]),
}
"""AWS's policies that are called after Lambda and reach what no configuration asks for: every function, the
objects of every bucket. An engineer who is told of them would narrow them, or waive them with a reason."""


def gating(path: Path) -> list[tuple[str, str]]:
    report = auditor.audit(auditor.read(path))
    return [(f.rule, f.message) for f in report.findings if f.severity.value in ("medium", "high", "critical")]


def with_policy(name: str, configured: dict[str, Any], folder: Path) -> Path:
    """A function whose role has this policy of AWS's, and may write its own logs."""
    arn = managed_arn(name, "aws")
    assert arn is not None
    own = {
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": "arn:aws:logs:us-east-1:111122223333:log-group:/aws/lambda/report:*",
    }
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    bundle = {
        "function": {"name": "report", "arn": FUNCTION, **configured},
        "role": {
            "arn": "arn:aws:iam::111122223333:role/report",
            "trust_policy": {"Version": "2012-10-17", "Statement": [trust]},
            "policies": [
                {"arn": arn},
                {"name": "logs", "document": {"Version": "2012-10-17", "Statement": [own]}},
            ],
        },
    }
    file = folder / "bundle.yaml"
    file.write_text(yaml.safe_dump(bundle))
    return file


@pytest.mark.parametrize("name", AS_INTENDED)
def test_awss_policies_for_execution_roles_are_no_alarm_where_they_are_meant(name: str, tmp_path: Path) -> None:
    assert gating(with_policy(name, AS_INTENDED[name], tmp_path)) == []


@pytest.mark.parametrize("name", REACHES_EVERYTHING)
def test_a_policy_of_awss_that_reaches_everything_is_told_with_what_it_reaches(name: str, tmp_path: Path) -> None:
    configured, actions = REACHES_EVERYTHING[name]
    report = auditor.audit(auditor.read(with_policy(name, configured, tmp_path)))
    told = [f for f in report.findings if f.severity.value == "medium"]
    assert all(action in " ".join(f.message for f in told) for action in actions)
    assert {f.severity.value for f in report.findings} <= {"medium", "low"}
    (wide,) = (f for f in told if f.rule == "role-resource-wildcard")
    assert f"AWS's policy `{name}`" in wide.message


@pytest.mark.parametrize("after", sorted((ROOT / "samples").glob("*/after")), ids=lambda path: path.parent.name)
def test_the_right_variant_of_a_sample_is_no_alarm(after: Path) -> None:
    assert gating(after) == []


SAM = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Photos:
    Type: AWS::S3::Bucket
    Properties: {BucketName: photos-111122223333}
  Hook:
    Type: AWS::Serverless::Function
    Properties:
      Handler: index.handler
      Runtime: python3.13
      CodeUri: s3://code/hook.zip
      Events:
        Photo:
          Type: S3
          Properties: {Bucket: !Ref Photos, Events: "s3:ObjectCreated:*"}
"""


def test_the_permission_that_sam_makes_for_a_bucket_is_no_alarm(tmp_path: Path) -> None:
    """It is bound to the account, and cannot be bound to the bucket: that waits for the permission."""
    pytest.importorskip("samtranslator")
    file = tmp_path / "template.yaml"
    file.write_text(SAM)
    assert gating(file) == []
    low = {f.rule: f.message for f in auditor.audit(auditor.read(file)).findings}
    assert "whoever may change a bucket of the account" in low["invoke-too-broad"]
