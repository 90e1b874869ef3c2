"""Every event source that makes a service call a function, in Terraform and CloudFormation.

What each sends is written by hand here, from the services' guides and from the permissions that
AWS's own tools write for it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import auditor
from auditor.estate.service_links import CLOUDFORMATION, TERRAFORM
from auditor.estate.services import SERVICES, service_row

ACCOUNT = "111122223333"
HERE = f"us-east-1:{ACCOUNT}"
F = "${aws_lambda_function.f.arn}"
INVOKED = "${aws_lambda_function.f.invoke_arn}"
FUNCTION = {"function_name": "f", "role": f"arn:aws:iam::{ACCOUNT}:role/r"}
GATEWAY = f"arn:aws:execute-api:{HERE}:a1b2c3/*/*"
POOL = f"arn:aws:cognito-idp:{HERE}:userpool/*"

Block = dict[str, Any]
TERRAFORM_CALLERS: list[tuple[str, str, Block, str]] = [
    (
        "s3",
        "aws_s3_bucket_notification",
        {"bucket": "b", "lambda_function": {"lambda_function_arn": F}},
        "arn:aws:s3:::b",
    ),
    (
        "sns",
        "aws_sns_topic_subscription",
        {"protocol": "lambda", "endpoint": F, "topic_arn": f"arn:aws:sns:{HERE}:t"},
        f"arn:aws:sns:{HERE}:t",
    ),
    ("events", "aws_cloudwatch_event_target", {"rule": "r", "arn": F}, f"arn:aws:events:{HERE}:rule/r"),
    (
        "events",
        "aws_cloudwatch_event_target",
        {"rule": "r", "event_bus_name": "orders", "arn": F},
        f"arn:aws:events:{HERE}:rule/orders/r",
    ),
    ("apigateway", "aws_api_gateway_integration", {"rest_api_id": "a1b2c3", "uri": INVOKED}, GATEWAY),
    ("apigateway", "aws_api_gateway_authorizer", {"rest_api_id": "a1b2c3", "authorizer_uri": INVOKED}, GATEWAY),
    ("apigateway", "aws_apigatewayv2_integration", {"api_id": "a1b2c3", "integration_uri": F}, GATEWAY),
    ("apigateway", "aws_apigatewayv2_authorizer", {"api_id": "a1b2c3", "authorizer_uri": INVOKED}, GATEWAY),
    (
        "elasticloadbalancing",
        "aws_lb_target_group_attachment",
        {"target_id": F, "target_group_arn": f"arn:aws:elasticloadbalancing:{HERE}:targetgroup/t/0123456789abcdef"},
        f"arn:aws:elasticloadbalancing:{HERE}:targetgroup/t/0123456789abcdef",
    ),
    ("cognito-idp", "aws_cognito_user_pool", {"lambda_config": {"pre_sign_up": F}}, POOL),
    ("cognito-idp", "aws_cognito_user_pool", {"lambda_config": {"custom_email_sender": {"lambda_arn": F}}}, POOL),
    (
        "logs",
        "aws_cloudwatch_log_subscription_filter",
        {"log_group_name": "/app", "destination_arn": F},
        f"arn:aws:logs:{HERE}:log-group:/app:*",
    ),
    (
        "config",
        "aws_config_config_rule",
        {"source": {"owner": "CUSTOM_LAMBDA", "source_identifier": F}},
        f"arn:aws:config:{HERE}:config-rule/*",
    ),
    ("iot", "aws_iot_topic_rule", {"name": "r", "lambda": {"function_arn": F}}, f"arn:aws:iot:{HERE}:rule/r"),
    (
        "iot",
        "aws_iot_topic_rule",
        {"name": "r", "error_action": {"lambda": {"function_arn": F}}},
        f"arn:aws:iot:{HERE}:rule/r",
    ),
    (
        "iot",
        "aws_iot_authorizer",
        {"name": "a", "authorizer_function_arn": F},
        f"arn:aws:iot:{HERE}:authorizer/a",
    ),
    (
        "ses",
        "aws_ses_receipt_rule",
        {"name": "r", "rule_set_name": "s", "lambda_action": {"function_arn": F}},
        f"arn:aws:ses:{HERE}:receipt-rule-set/s:receipt-rule/r",
    ),
    (
        "secretsmanager",
        "aws_secretsmanager_secret_rotation",
        {"secret_id": f"arn:aws:secretsmanager:{HERE}:secret:db-AbCdEf", "rotation_lambda_arn": F},
        f"arn:aws:secretsmanager:{HERE}:secret:db-AbCdEf",
    ),
    (
        "codecommit",
        "aws_codecommit_trigger",
        {"repository_name": "r", "trigger": {"destination_arn": F}},
        f"arn:aws:codecommit:{HERE}:r",
    ),
    (
        "lambda.alarms.cloudwatch",
        "aws_cloudwatch_metric_alarm",
        {"alarm_name": "a", "alarm_actions": [f"arn:aws:sns:{HERE}:t", F]},
        f"arn:aws:cloudwatch:{HERE}:alarm:a",
    ),
    (
        "bedrock",
        "aws_bedrockagent_agent_action_group",
        {"agent_id": "AGENT12345", "action_group_executor": {"lambda": F}},
        f"arn:aws:bedrock:{HERE}:agent/AGENT12345",
    ),
    (
        "appsync",
        "aws_appsync_graphql_api",
        {"name": "g", "lambda_authorizer_config": {"authorizer_uri": F}},
        f"arn:aws:appsync:{HERE}:apis/*",
    ),
    (
        "vpc-lattice",
        "aws_vpclattice_target_group_attachment",
        {"target_group_identifier": "tg-1", "target": {"id": F}},
        f"arn:aws:vpc-lattice:{HERE}:targetgroup/tg-1",
    ),
    ("transfer", "aws_transfer_server", {"function": F}, f"arn:aws:transfer:{HERE}:server/*"),
    (
        "pinpoint",
        "aws_pinpoint_app",
        {"campaign_hook": {"lambda_function_name": F}},
        f"arn:aws:mobiletargeting:{HERE}:apps/*",
    ),
]


def principal(short: str) -> str:
    return f"{short}.amazonaws.com"


def audited(folder: Path, name: str, content: object) -> dict[str, Any]:
    (folder / name).write_text(json.dumps(content))
    report = auditor.audit(auditor.read(folder, account=ACCOUNT, region="us-east-1"))
    read: dict[str, Any] = json.loads(report.to_json())
    return read


def terraform(type_: str, block: Block, *permissions: Block) -> Block:
    written = {
        f"p{number}": {"function_name": "f", "action": "lambda:InvokeFunction", **arguments}
        for number, arguments in enumerate(permissions)
    }
    resources = {"aws_lambda_function": {"f": FUNCTION}, type_: {"it": block}, "aws_lambda_permission": written}
    return {"resource": resources}


def invoking(report: dict[str, Any]) -> list[tuple[str, str]]:
    (function,) = report["functions"]
    needs = (need for need in function["needs"] if need["kind"] == "invoke")
    return [(need["principal"]["Service"], need["decision"]) for need in needs]


def rules(report: dict[str, Any]) -> set[str]:
    return {finding["rule"] for finding in report["findings"] if "invoke" in finding["rule"]}


@pytest.mark.parametrize(("short", "type_", "block", "source"), TERRAFORM_CALLERS)
def test_a_caller_without_a_permission_is_missing(
    tmp_path: Path, short: str, type_: str, block: Block, source: str
) -> None:
    report = audited(tmp_path, "main.tf.json", terraform(type_, block))
    assert invoking(report) == [(principal(short), "deny")]
    assert rules(report) == {"invoke-missing"}


@pytest.mark.parametrize(("short", "type_", "block", "source"), TERRAFORM_CALLERS)
def test_the_permission_for_its_source_serves_a_caller(
    tmp_path: Path, short: str, type_: str, block: Block, source: str
) -> None:
    """And nothing is told of it but a wildcard for an id that only AWS knows."""
    exact = {"principal": principal(short), "source_arn": source}
    if short == "s3":
        exact["source_account"] = ACCOUNT
    report = audited(tmp_path, "main.tf.json", terraform(type_, block, exact))
    assert invoking(report) == [(principal(short), "allow")]
    wild = source.endswith("/*") and source != GATEWAY and short != "config"
    assert rules(report) == ({"invoke-too-broad"} if wild else set())


@pytest.mark.parametrize(("short", "type_", "block", "source"), TERRAFORM_CALLERS)
def test_a_permission_without_a_source_is_unscoped(
    tmp_path: Path, short: str, type_: str, block: Block, source: str
) -> None:
    report = audited(tmp_path, "main.tf.json", terraform(type_, block, {"principal": principal(short)}))
    assert invoking(report) == [(principal(short), "allow")]
    assert rules(report) == {"invoke-unscoped"}


@pytest.mark.parametrize(("short", "type_", "block", "source"), TERRAFORM_CALLERS)
def test_a_permission_for_another_source_does_not_serve(
    tmp_path: Path, short: str, type_: str, block: Block, source: str
) -> None:
    """Where what the service sends could not be checked, that is not claimed."""
    other = {"principal": principal(short), "source_arn": f"arn:aws:sqs:{HERE}:queue"}
    report = audited(tmp_path, "main.tf.json", terraform(type_, block, other))
    checked = service_row(principal(short)).verified
    assert invoking(report) == [(principal(short), "deny" if checked else "undetermined")]
    assert rules(report) == {"invoke-never-matches", *(("invoke-missing",) if checked else ())}


def test_every_row_with_a_link_is_tried() -> None:
    tried = {principal(short) for short, *_ in TERRAFORM_CALLERS}
    asked = {name for name, links in TERRAFORM.items() if not all(link.grants for link in links)}
    assert asked - tried == {"voiceconnector.chime.amazonaws.com"}
    assert set(TERRAFORM) | set(CLOUDFORMATION) <= set(SERVICES)


@pytest.mark.parametrize(
    ("type_", "block"),
    [
        (
            "aws_sns_topic_subscription",
            {"protocol": "email", "endpoint": "a@b.c", "topic_arn": f"arn:aws:sns:{HERE}:t"},
        ),
        ("aws_cloudwatch_event_target", {"rule": "r", "arn": F, "role_arn": f"arn:aws:iam::{ACCOUNT}:role/events"}),
        ("aws_cloudwatch_event_target", {"rule": "r", "arn": f"arn:aws:sqs:{HERE}:q"}),
        (
            "aws_api_gateway_integration",
            {"rest_api_id": "a", "uri": INVOKED, "credentials": f"arn:aws:iam::{ACCOUNT}:role/g"},
        ),
        ("aws_apigatewayv2_integration", {"api_id": "a", "integration_uri": "https://example.org/"}),
        ("aws_lb_target_group_attachment", {"target_id": "i-0123456789abcdef0", "target_group_arn": "arn:x"}),
        ("aws_scheduler_schedule", {"target": {"arn": F, "role_arn": f"arn:aws:iam::{ACCOUNT}:role/scheduler"}}),
        ("aws_connect_lambda_function_association", {"function_arn": F, "instance_id": "x"}),
    ],
)
def test_what_calls_by_a_role_or_calls_something_else_needs_no_permission(
    tmp_path: Path, type_: str, block: Block
) -> None:
    report = audited(tmp_path, "main.tf.json", terraform(type_, block))
    assert invoking(report) == []
    assert rules(report) == set()


CLOUDFORMATION_CALLERS: list[tuple[str, str, Block, Any]] = [
    (
        "s3",
        "AWS::S3::Bucket",
        {"BucketName": "b", "NotificationConfiguration": {"LambdaConfigurations": [{"Event": "s3:*", "Function": F}]}},
        "arn:aws:s3:::b",
    ),
    (
        "sns",
        "AWS::SNS::Subscription",
        {"Protocol": "lambda", "Endpoint": F, "TopicArn": f"arn:aws:sns:{HERE}:t"},
        f"arn:aws:sns:{HERE}:t",
    ),
    ("sns", "AWS::SNS::Topic", {"Subscription": [{"Protocol": "lambda", "Endpoint": F}]}, {"Ref": "It"}),
    ("events", "AWS::Events::Rule", {"Targets": [{"Id": "t", "Arn": F}]}, {"Fn::GetAtt": ["It", "Arn"]}),
    ("apigateway", "AWS::ApiGateway::Method", {"RestApiId": "a1b2c3", "Integration": {"Uri": INVOKED}}, GATEWAY),
    ("apigateway", "AWS::ApiGateway::Authorizer", {"RestApiId": "a1b2c3", "AuthorizerUri": INVOKED}, GATEWAY),
    (
        "apigateway",
        "AWS::ApiGateway::RestApi",
        {"Body": {"paths": {"/p": {"get": {"x-amazon-apigateway-integration": {"uri": INVOKED}}}}}},
        {"Fn::Sub": f"arn:aws:execute-api:{HERE}:${{It}}/*/*"},
    ),
    ("apigateway", "AWS::ApiGatewayV2::Integration", {"ApiId": "a1b2c3", "IntegrationUri": F}, GATEWAY),
    ("apigateway", "AWS::ApiGatewayV2::Authorizer", {"ApiId": "a1b2c3", "AuthorizerUri": INVOKED}, GATEWAY),
    (
        "elasticloadbalancing",
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        {"TargetType": "lambda", "Targets": [{"Id": F}]},
        {"Ref": "It"},
    ),
    ("cognito-idp", "AWS::Cognito::UserPool", {"LambdaConfig": {"PreSignUp": F}}, {"Fn::GetAtt": ["It", "Arn"]}),
    (
        "logs",
        "AWS::Logs::SubscriptionFilter",
        {"LogGroupName": "/app", "DestinationArn": F},
        f"arn:aws:logs:{HERE}:log-group:/app:*",
    ),
    (
        "config",
        "AWS::Config::ConfigRule",
        {"Source": {"Owner": "CUSTOM_LAMBDA", "SourceIdentifier": F}},
        {"Fn::GetAtt": ["It", "Arn"]},
    ),
    (
        "iot",
        "AWS::IoT::TopicRule",
        {"RuleName": "r", "TopicRulePayload": {"Actions": [{"Lambda": {"FunctionArn": F}}]}},
        f"arn:aws:iot:{HERE}:rule/r",
    ),
    (
        "secretsmanager",
        "AWS::SecretsManager::RotationSchedule",
        {"SecretId": f"arn:aws:secretsmanager:{HERE}:secret:db-AbCdEf", "RotationLambdaARN": F},
        f"arn:aws:secretsmanager:{HERE}:secret:db-AbCdEf",
    ),
    (
        "codecommit",
        "AWS::CodeCommit::Repository",
        {"RepositoryName": "r", "Triggers": [{"DestinationArn": F}]},
        f"arn:aws:codecommit:{HERE}:r",
    ),
    (
        "lambda.alarms.cloudwatch",
        "AWS::CloudWatch::Alarm",
        {"AlarmName": "a", "AlarmActions": [F]},
        f"arn:aws:cloudwatch:{HERE}:alarm:a",
    ),
    (
        "bedrock",
        "AWS::Bedrock::Agent",
        {"ActionGroups": [{"ActionGroupExecutor": {"Lambda": F}}]},
        {"Fn::GetAtt": ["It", "AgentArn"]},
    ),
    (
        "appsync",
        "AWS::AppSync::GraphQLApi",
        {"LambdaAuthorizerConfig": {"AuthorizerUri": F}},
        {"Fn::GetAtt": ["It", "Arn"]},
    ),
    ("vpc-lattice", "AWS::VpcLattice::TargetGroup", {"Targets": [{"Id": F}]}, {"Fn::GetAtt": ["It", "Arn"]}),
    ("transfer", "AWS::Transfer::Server", {"IdentityProviderDetails": {"Function": F}}, {"Fn::GetAtt": ["It", "Arn"]}),
]


def template(type_: str, properties: Block, *permissions: Block) -> Block:
    """A template; a function's ARN in the properties is written with the intrinsics of templates."""
    arn = {"Fn::GetAtt": ["F", "Arn"]}
    uri = {"Fn::Sub": "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${F.Arn}/invocations"}
    written = json.loads(
        json.dumps(properties).replace(json.dumps(F), json.dumps(arn)).replace(json.dumps(INVOKED), json.dumps(uri))
    )
    resources: Block = {
        "F": {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "f", "Role": FUNCTION["role"]}},
        "It": {"Type": type_, "Properties": written},
    }
    for number, arguments in enumerate(permissions):
        own = {"FunctionName": {"Ref": "F"}, "Action": "lambda:InvokeFunction", **arguments}
        resources[f"P{number}"] = {"Type": "AWS::Lambda::Permission", "Properties": own}
    return {"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources}


@pytest.mark.parametrize(("short", "type_", "properties", "source"), CLOUDFORMATION_CALLERS)
def test_a_template_s_caller_is_missing_unscoped_or_served(
    tmp_path: Path, short: str, type_: str, properties: Block, source: Any
) -> None:
    exact = {"Principal": principal(short), "SourceArn": source}
    if short == "s3":
        exact["SourceAccount"] = ACCOUNT
    outcomes = []
    for permissions in ((), ({"Principal": principal(short)},), (exact,)):
        report = audited(tmp_path, "template.json", template(type_, properties, *permissions))
        outcomes.append((invoking(report), rules(report)))
    assert outcomes == [
        ([(principal(short), "deny")], {"invoke-missing"}),
        ([(principal(short), "allow")], {"invoke-unscoped"}),
        ([(principal(short), "allow")], set()),
    ]


@pytest.mark.parametrize("short", ["sns", "events", "s3"])
def test_a_source_account_beside_the_source_is_judged_by_what_the_service_sends(tmp_path: Path, short: str) -> None:
    """S3 sends it and needs it; SNS sends none, so nothing gets through; of EventBridge it is not known."""
    type_, block, source = next((t, b, s) for name, t, b, s in TERRAFORM_CALLERS if name == short)
    both = {"principal": principal(short), "source_arn": source, "source_account": ACCOUNT}
    report = audited(tmp_path, "main.tf.json", terraform(type_, block, both))
    expected = {
        "sns": ("deny", {"invoke-source-account-breaks", "invoke-never-matches"}),
        "events": ("undetermined", set()),
        "s3": ("allow", set()),
    }
    assert (invoking(report)[0][1], rules(report)) == expected[short]


@pytest.mark.parametrize("regional", ["logs.us-east-1.amazonaws.com", "logs.amazonaws.com"])
def test_logs_may_call_by_its_name_in_the_region(tmp_path: Path, regional: str) -> None:
    block = {"log_group_name": "/app", "destination_arn": F}
    exact = {"principal": regional, "source_arn": f"arn:aws:logs:{HERE}:log-group:/app:*"}
    report = audited(tmp_path, "main.tf.json", terraform("aws_cloudwatch_log_subscription_filter", block, exact))
    assert invoking(report) == [("logs.amazonaws.com", "allow")]
    assert rules(report) == set()
