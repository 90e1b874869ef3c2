"""The sources that a policy names are asked whether they still call the function.

The answers are as each service's API reference shows them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

import auditor
from auditor.sources.aws.selection import Selection

from .fake import ACCOUNT, FUNCTION, REGION, Answer, Aws, error, plain, query_error, query_xml

OTHER = "444455556666"
Serve = Callable[[Aws, str], None]


def owned(service: str, resource: str, region: str = REGION, account: str = ACCOUNT) -> str:
    return f"arn:aws:{service}:{region}:{account}:{resource}"


def statement(service: str, source: str | None, account: str | None = None) -> dict[str, Any]:
    condition: dict[str, Any] = {"ArnLike": {"AWS:SourceArn": source}} if source else {}
    condition |= {"StringEquals": {"AWS:SourceAccount": account}} if account else {}
    made = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "lambda:InvokeFunction"}
    return {**made, "Resource": FUNCTION, **({"Condition": condition} if condition else {})}


def let_in(aws: Aws, *statements: dict[str, Any]) -> None:
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    aws.on("lambda", r"/resource-policy/[^?]*hook\?", plain(Policy=json.dumps(document), RevisionId="r"))


def pool(aws: Aws, called: str) -> None:
    config = {"PreSignUp": called, "PreTokenGenerationConfig": {"LambdaVersion": "V2_0", "LambdaArn": called}}
    aws.on("cognito-idp", '"UserPoolId": "eu-west-1_abc"', plain(UserPool={"Id": "x", "LambdaConfig": config}))


def target_group(aws: Aws, called: str) -> None:
    member = f"<member><Target><Id>{called}</Id></Target></member>"
    answer = query_xml("DescribeTargetHealth", f"<TargetHealthDescriptions>{member}</TargetHealthDescriptions>")
    aws.on("elasticloadbalancing", "Action=DescribeTargetHealth.*targetgroup%2Ft%2F1", answer)


def log_group(aws: Aws, called: str) -> None:
    aws.on("logs", '"logGroupName": "app"', plain(subscriptionFilters=[{"destinationArn": called}]))


def secret(aws: Aws, called: str) -> None:
    aws.on("secretsmanager", "DescribeSecret", plain(ARN="arn", Name="db", RotationLambdaARN=called))


def alarm(aws: Aws, called: str) -> None:
    # AWS's clients may speak JSON or the query protocol with CloudWatch.
    metric = {"AlarmName": "high", "AlarmActions": ["arn:aws:sns:eu-west-1:111122223333:t", called]}
    inner = f"<MetricAlarms><member><AlarmActions><member>{called}</member></AlarmActions></member></MetricAlarms>"
    aws.on("monitoring", "high", plain(MetricAlarms=[metric]))
    aws.on("monitoring", "Action=DescribeAlarms", query_xml("DescribeAlarms", inner))


def topic_rule(aws: Aws, called: str) -> None:
    aws.on("iot", r"GET /rules\?", plain(rules=[{"ruleArn": owned("iot", "rule/fire"), "ruleName": "fire"}]))
    aws.on(
        "iot",
        "GET /rules/fire",
        plain(ruleArn=owned("iot", "rule/fire"), rule={"sql": "x", "actions": [{"lambda": {"functionArn": called}}]}),
    )


SOURCES: dict[str, tuple[str, Serve]] = {
    "cognito-idp.amazonaws.com": (owned("cognito-idp", "userpool/eu-west-1_abc"), pool),
    "elasticloadbalancing.amazonaws.com": (owned("elasticloadbalancing", "targetgroup/t/1"), target_group),
    "logs.amazonaws.com": (owned("logs", "log-group:app:*"), log_group),
    f"logs.{REGION}.amazonaws.com": (owned("logs", "log-group:app:*"), log_group),
    "secretsmanager.amazonaws.com": (owned("secretsmanager", "secret:db-a1b2c3"), secret),
    "lambda.alarms.cloudwatch.amazonaws.com": (owned("cloudwatch", "alarm:high"), alarm),
    "iot.amazonaws.com": (owned("iot", "rule/fire"), topic_rule),
}


@pytest.mark.parametrize("service", SOURCES)
def test_a_source_that_calls_the_function_is_no_orphan_and_one_that_calls_another_is(
    aws: Aws, read: Any, service: str
) -> None:
    source, serve = SOURCES[service]
    let_in(aws, statement(service, source))
    serve(aws, f"{FUNCTION}:live")
    found = read()
    told = {"service": service, "source_arn": source, "qualifier": "live"}
    assert (found.bundles["hook"]["invokers"], found.bundles["hook"].get("unknown")) == ([told], None), found.reasons
    serve(aws, FUNCTION)
    assert "invoke-orphan" not in rules(read())
    serve(aws, FUNCTION.replace(":hook", ":other"))
    assert "invoke-orphan" in rules(read())


def rules(found: Any) -> list[str]:
    return [finding.rule for finding in auditor.audit(found.live.reading).findings]


GONE = {
    "cognito-idp": error("ResourceNotFoundException"),
    "elasticloadbalancing": query_error("TargetGroupNotFound", 400),
    "logs": error("ResourceNotFoundException"),
    "secretsmanager": error("ResourceNotFoundException"),
    "iot": plain(rules=[]),
}


@pytest.mark.parametrize("signed", GONE)
def test_a_source_that_is_gone_leaves_an_orphan(aws: Aws, read: Any, signed: str) -> None:
    service = next(name for name in SOURCES if name.startswith(signed))
    let_in(aws, statement(service, SOURCES[service][0]))
    # The list of groups goes on being answered.
    aws.on(signed, "DescribeSubscriptionFilters" if signed == "logs" else "", GONE[signed])
    found = read()
    assert (found.bundles["hook"]["invokers"], found.bundles["hook"].get("unknown")) == ([], None)
    assert (found.reasons, "invoke-orphan" in rules(found)) == ([], True)


@pytest.mark.parametrize(
    ("service", "source"),
    [
        ("cognito-idp.amazonaws.com", owned("cognito-idp", "userpool/*")),
        ("cognito-idp.amazonaws.com", owned("cognito-idp", "other/eu-west-1_abc")),
        ("iot.amazonaws.com", owned("iot", "authorizer/a")),
        ("logs.amazonaws.com", owned("logs", "log-group:app-*:*")),
        ("secretsmanager.amazonaws.com", owned("secretsmanager", "secret:db-??????")),
        ("events.amazonaws.com", owned("events", "event-bus/b")),
        ("apigateway.amazonaws.com", owned("execute-api", "a1/*/GET/")),
        ("sns.amazonaws.com", owned("sns", "t", account=OTHER)),
        ("sns.amazonaws.com", "not an arn"),
    ],
)
def test_what_cannot_be_asked_is_not_known(aws: Aws, read: Any, service: str, source: str) -> None:
    let_in(aws, statement(service, source))
    before = {"sts", "lambda", "logs", "iam", "lex"}
    found = read()
    assert (found.bundles["hook"]["unknown"], found.reasons) == (["invokers"], [])
    assert {request.service for request in aws.requests} <= before


def test_a_bucket_that_another_account_is_named_for_is_not_asked(aws: Aws, read: Any) -> None:
    let_in(aws, statement("s3.amazonaws.com", "arn:aws:s3:::theirs", OTHER))
    assert (read().bundles["hook"]["unknown"], aws.asked("s3")) == (["invokers"], 0)


def test_rules_of_aws_config_are_found_though_the_permission_names_the_account_alone(aws: Aws, read: Any) -> None:
    """AWS Config developer guide: the permission for a custom rule is bound by the source account."""

    def rule(name: str, called: str) -> dict[str, Any]:
        source = {"Owner": "CUSTOM_LAMBDA", "SourceIdentifier": called}
        return {"ConfigRuleArn": owned("config", f"config-rule/{name}"), "Source": source}

    managed = {"ConfigRuleArn": owned("config", "config-rule/m"), "Source": {"Owner": "AWS", "SourceIdentifier": "X"}}
    let_in(aws, statement("config.amazonaws.com", None, ACCOUNT))
    aws.on("config", "DescribeConfigRules", plain(ConfigRules=[rule("config-rule-1", FUNCTION), managed]))
    found = read()
    told = {"service": "config.amazonaws.com", "source_arn": owned("config", "config-rule/config-rule-1")}
    assert (found.bundles["hook"]["invokers"], found.bundles["hook"].get("unknown")) == ([told], None)
    assert rules(found) == rules(read()), "the same each time"
    aws.on("config", "DescribeConfigRules", plain(ConfigRules=[]))
    assert (read().bundles["hook"]["invokers"], aws.asked("config")) == ([], 3)
    let_in(aws, statement("config.amazonaws.com", None))
    assert read().bundles["hook"]["unknown"] == ["invokers"]


def test_a_source_in_another_region_that_is_read_is_asked_there(aws: Aws, read: Any) -> None:
    topic = owned("sns", "t", "us-east-1")
    let_in(aws, statement("sns.amazonaws.com", topic))
    listed = f"<member><Protocol>lambda</Protocol><Endpoint>{FUNCTION}</Endpoint></member>"
    aws.on("sns", "", query_xml("ListSubscriptionsByTopic", f"<Subscriptions>{listed}</Subscriptions>"))
    aws.on("lambda", r"GET /2015-03-31/functions/?\?", plain(Functions=[]), functions())
    found = read(Selection(regions=("us-east-1", REGION)))
    told = {"service": "sns.amazonaws.com", "source_arn": topic}
    assert (found.bundles["hook"]["invokers"], found.bundles["hook"].get("unknown")) == ([told], None)
    aws.on("lambda", r"GET /2015-03-31/functions/?\?", functions())
    assert read().bundles["hook"]["unknown"] == ["invokers"], "that region is not read"


def functions(*names: str) -> Answer:
    listed = [{"FunctionName": n, "FunctionArn": FUNCTION.replace(":hook", f":{n}")} for n in names or ("hook",)]
    return plain(Functions=listed)


def test_a_source_that_many_functions_share_is_asked_once(aws: Aws, read: Any) -> None:
    names = [f"f{number:02}" for number in range(20)]
    topic = owned("sns", "t")
    aws.on("lambda", r"GET /2015-03-31/functions/?\?", functions(*names))
    document = {"Statement": [{**statement("sns.amazonaws.com", topic), "Resource": "*"}]}
    aws.on("lambda", r"/resource-policy/", plain(Policy=json.dumps(document), RevisionId="r"))
    aws.on("sns", "", query_xml("ListSubscriptionsByTopic", "<Subscriptions/>"))
    assert len(read().bundles) == 20
    assert aws.asked("sns") == 1


@pytest.mark.parametrize(
    ("service", "source"),
    [
        ("s3.amazonaws.com", "arn:aws:s3:::photos/uploads"),
        ("events.amazonaws.com", owned("events", "rule/")),
        ("logs.amazonaws.com", owned("logs", "log-group:")),
        ("cognito-idp.amazonaws.com", owned("cognito-idp", "userpool/")),
    ],
)
def test_a_source_whose_name_nothing_can_have_calls_nothing(aws: Aws, read: Any, service: str, source: str) -> None:
    """botocore checks names by the models of the services before it asks."""
    let_in(aws, statement(service, source))
    found = read()
    assert (found.bundles["hook"]["invokers"], found.reasons) == ([], [])


def test_a_name_that_the_service_takes_for_none_calls_nothing(aws: Aws, read: Any) -> None:
    let_in(aws, statement("cognito-idp.amazonaws.com", owned("cognito-idp", "userpool/x y")))
    aws.on("cognito-idp", "", error("InvalidParameterException"))
    assert (read().reasons, aws.asked("cognito-idp")) == ([], 1)


@pytest.mark.parametrize("service", ["cognito-idp.amazonaws.com", "iot.amazonaws.com"])
@pytest.mark.parametrize("answer", [error("AccessDeniedException", 403), Answer(503, ""), Answer(cut=True)])
def test_a_source_that_cannot_be_asked_is_told_and_its_callers_are_not_known(
    aws: Aws, read: Any, service: str, answer: Answer
) -> None:
    let_in(aws, statement(service, SOURCES[service][0]))
    aws.on(service.partition(".")[0], "", answer)
    found = read()
    assert found.bundles["hook"]["unknown"] == ["invokers"]
    assert len(found.reasons) == 1
    assert "invoke-orphan" not in rules(found)
