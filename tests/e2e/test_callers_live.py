"""Sources that are made in an account as their services make them are seen to call their function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .conftest import ACCOUNT, REGION, Account, Run

Make = Callable[[Account, str], str]


def user_pool(account: Account, function: str) -> str:
    made = account.client("cognito-idp").create_user_pool(PoolName="p", LambdaConfig={"PreSignUp": function})
    arn: str = made["UserPool"]["Arn"]
    return arn


def target_group(account: Account, function: str) -> str:
    elb = account.client("elbv2")
    arn: str = elb.create_target_group(Name="t", TargetType="lambda")["TargetGroups"][0]["TargetGroupArn"]
    elb.register_targets(TargetGroupArn=arn, Targets=[{"Id": function}])
    return arn


def log_group(account: Account, function: str) -> str:
    logs = account.client("logs")
    logs.create_log_group(logGroupName="app")
    logs.put_subscription_filter(logGroupName="app", filterName="f", filterPattern="", destinationArn=function)
    return f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:app:*"


def secret(account: Account, function: str) -> str:
    secrets = account.client("secretsmanager")
    arn: str = secrets.create_secret(Name="db", SecretString="hunter2-do-not-tell")["ARN"]
    # Its rotation calls the function once, which here has nothing to run it.
    secrets.rotate_secret(SecretId=arn, RotationLambdaARN=function, RotateImmediately=False)
    return arn


def alarm(account: Account, function: str) -> str:
    account.client("cloudwatch").put_metric_alarm(
        AlarmName="high",
        ComparisonOperator="GreaterThanThreshold",
        EvaluationPeriods=1,
        MetricName="m",
        Namespace="n",
        Period=60,
        Statistic="Sum",
        Threshold=1,
        AlarmActions=[function],
    )
    return f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:high"


def topic_rule(account: Account, function: str) -> str:
    payload: dict[str, Any] = {"sql": "SELECT * FROM 't'", "actions": [{"lambda": {"functionArn": function}}]}
    account.client("iot").create_topic_rule(ruleName="fire", topicRulePayload=payload)
    return f"arn:aws:iot:{REGION}:{ACCOUNT}:rule/fire"


def topic(account: Account, function: str) -> str:
    sns = account.client("sns", "us-east-1")
    arn: str = sns.create_topic(Name="far")["TopicArn"]
    sns.subscribe(TopicArn=arn, Protocol="lambda", Endpoint=function)
    return arn


MADE: dict[str, Make] = {
    "cognito-idp.amazonaws.com": user_pool,
    "elasticloadbalancing.amazonaws.com": target_group,
    "logs.amazonaws.com": log_group,
    "secretsmanager.amazonaws.com": secret,
    "lambda.alarms.cloudwatch.amazonaws.com": alarm,
    "iot.amazonaws.com": topic_rule,
    "sns.amazonaws.com": topic,
}


@pytest.mark.parametrize("service", MADE)
def test_a_source_is_seen_to_call_its_function_and_no_other(account: Account, auditor: Run, service: str) -> None:
    called, other = account.logging_function("called"), account.logging_function("other")
    source = MADE[service](account, called)
    for function in (called, other):
        account.client("lambda").add_permission(
            FunctionName=function,
            StatementId="s",
            Action="lambda:InvokeFunction",
            Principal=service,
            SourceArn=source,
        )
    found = auditor("check", "--aws", "--format", "json", "--region", REGION, "--region", "us-east-1")
    orphans = [f["function"] for f in found.report["findings"] if f["rule"] == "invoke-orphan"]
    assert (found.report["skipped"], orphans) == ([], ["other"]), found.err
    needed = {f["name"]: [n["context"] for n in f["needs"] if n["kind"] == "invoke"] for f in found.report["functions"]}
    assert [context["aws:SourceArn"] for context in needed["called"]] == [source]
    assert "hunter2" not in found.out
