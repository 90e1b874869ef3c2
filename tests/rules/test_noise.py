"""Nothing that a reasonable engineer would call a false alarm."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

import auditor
from auditor.iam.managed import managed_arn

ROOT = Path(__file__).parent.parent.parent
FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:report"
AS_INTENDED = {
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
    "AmazonS3ObjectLambdaExecutionRolePolicy": {},
    "CloudWatchLambdaApplicationSignalsExecutionRolePolicy": {},
}
"""AWS's policies for execution roles, each with the configuration that it is made for."""


def gating(path: Path) -> list[tuple[str, str]]:
    report = auditor.audit(auditor.read(path))
    return [(f.rule, f.message) for f in report.findings if f.severity.value in ("medium", "high", "critical")]


@pytest.mark.parametrize("name", AS_INTENDED)
def test_awss_policies_for_execution_roles_are_no_alarm_where_they_are_meant(name: str, tmp_path: Path) -> None:
    arn = managed_arn(name, "aws")
    assert arn is not None
    own = {
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": "arn:aws:logs:us-east-1:111122223333:log-group:/aws/lambda/report:*",
    }
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    bundle = {
        "function": {"name": "report", "arn": FUNCTION, **AS_INTENDED[name]},
        "role": {
            "arn": "arn:aws:iam::111122223333:role/report",
            "trust_policy": {"Version": "2012-10-17", "Statement": [trust]},
            "policies": [
                {"arn": arn},
                {"name": "logs", "document": {"Version": "2012-10-17", "Statement": [own]}},
            ],
        },
    }
    file = tmp_path / "bundle.yaml"
    file.write_text(yaml.safe_dump(bundle))
    assert gating(file) == []


@pytest.mark.parametrize("after", sorted((ROOT / "samples").glob("*/after")), ids=lambda path: path.parent.name)
def test_the_right_variant_of_a_sample_is_no_alarm(after: Path) -> None:
    assert gating(after) == []
