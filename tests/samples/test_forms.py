"""The same system gives the same findings in whatever language it is written.

Each case is a function that the test alias of a Lex V2 bot calls, with permissions and policies as
AWS holds them; it is written as Terraform, CloudFormation, SAM and bundle. What each case must be
found to have follows from the catalogue of rules.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import auditor

ACCOUNT, REGION = "111122223333", "us-east-1"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f"
BOT = "ABCDEFGHIJ"
ALIASES = f"arn:aws:lex:{REGION}:{ACCOUNT}:bot-alias"
OWN_LOGS = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/lambda/f:*"

Document = dict[str, Any]
LOGS = {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": OWN_LOGS}
TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
EXACT = {
    "Action": "lambda:InvokeFunction",
    "Principal": "lexv2.amazonaws.com",
    "SourceArn": f"{ALIASES}/{BOT}/TSTALIASID",
    "SourceAccount": ACCOUNT,
}
CONDITIONS = {
    "SourceArn": ("ArnLike", "AWS:SourceArn", "source_arn"),
    "SourceAccount": ("StringEquals", "AWS:SourceAccount", "source_account"),
    "PrincipalOrgID": ("StringEquals", "aws:PrincipalOrgID", "principal_org_id"),
    "EventSourceToken": ("StringEquals", "lambda:EventSourceToken", "event_source_token"),
}


@dataclass(frozen=True)
class Case:
    """A system, and the rules and severities that it must be found to have."""

    name: str
    expected: list[tuple[str, str]]
    permissions: list[Document] = field(default_factory=lambda: [EXACT])
    statements: list[Document] = field(default_factory=lambda: [LOGS])
    trust: list[Document] = field(default_factory=lambda: [TRUST])
    managed: list[str] = field(default_factory=list)
    called: dict[str, str] = field(default_factory=dict)
    """What else calls the function, by its kind: a topic, a rule or a bucket."""


TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:alerts"
RULE = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/nightly"
BUCKET = "arn:aws:s3:::uploads"
SENDERS = {TOPIC: "sns.amazonaws.com", RULE: "events.amazonaws.com", BUCKET: "s3.amazonaws.com"}


def allowed(source: str, **more: str) -> Document:
    """The permission for one source."""
    return {"Action": "lambda:InvokeFunction", "Principal": SENDERS[source], "SourceArn": source, **more}


def permission(**changes: str | None) -> Document:
    """The exact permission with some arguments changed; None leaves one out."""
    return {name: value for name, value in {**EXACT, **changes}.items() if value is not None}


def logs(**changes: Any) -> Document:
    return {**LOGS, **changes}


CASES = [
    Case("clean", []),
    Case("unscoped", [("lex-invoke-unscoped", "high")], [permission(SourceArn=None, SourceAccount=None)]),
    Case("missing", [("lex-invoke-missing", "high")], []),
    Case("account", [("lex-invoke-too-broad", "medium")], [permission(SourceArn=None)]),
    Case("any-alias", [("lex-invoke-too-broad", "low")], [permission(SourceArn=f"{ALIASES}/{BOT}/*")]),
    Case(
        "dead",
        [("lex-invoke-missing", "high"), ("lex-invoke-never-matches", "high")],
        [permission(SourceArn=f"arn:aws:lex:{REGION}:{ACCOUNT}:bot/{BOT}/*")],
    ),
    Case(
        "retired",
        [("lex-invoke-crossed-generation", "medium"), ("lex-invoke-unscoped", "high"), ("lex-v1-retired", "info")],
        [{"Action": "lambda:InvokeFunction", "Principal": "lex.amazonaws.com"}],
    ),
    Case("public", [("invoke-public", "critical")], [EXACT, {"Action": "lambda:InvokeFunction", "Principal": "*"}]),
    Case(
        "stranger",
        [("invoke-cross-account", "medium")],
        [EXACT, {"Action": "lambda:InvokeFunction", "Principal": "arn:aws:iam::444455556666:role/r"}],
    ),
    Case(
        "other-service",
        [("invoke-unscoped", "high")],
        [EXACT, {"Action": "lambda:InvokeFunction", "Principal": "events.amazonaws.com"}],
    ),
    Case(
        "called",
        [],
        [EXACT, allowed(TOPIC), allowed(RULE), allowed(BUCKET, SourceAccount=ACCOUNT)],
        called={"topic": TOPIC, "rule": RULE, "bucket": BUCKET},
    ),
    Case(
        "not-let-in",
        [("invoke-missing", "high")] * 3,
        called={"topic": TOPIC, "rule": RULE, "bucket": BUCKET},
    ),
    Case(
        "topic-with-account",
        [("invoke-never-matches", "medium"), ("invoke-source-account-breaks", "high")],
        [EXACT, allowed(TOPIC, SourceAccount=ACCOUNT)],
        called={"topic": TOPIC},
    ),
    Case(
        "bucket-without-account",
        [("invoke-source-account-missing", "medium")],
        [EXACT, allowed(BUCKET)],
        called={"bucket": BUCKET},
    ),
    Case(
        "any-rule",
        [("invoke-too-broad", "medium")],
        [EXACT, {**allowed(RULE), "SourceArn": RULE.replace("nightly", "*")}],
        called={"rule": RULE},
    ),
    Case(
        "every-action",
        [("invoke-beyond-invoking", "high")],
        [EXACT, {**allowed(RULE), "Action": "lambda:*"}],
        called={"rule": RULE},
    ),
    Case("logs-everywhere", [("logs-wildcard", "medium")], statements=[logs(Resource="*")]),
    Case("logs-missing", [("logs-missing", "medium")], statements=[logs(Resource=OWN_LOGS[:-2])]),
    Case(
        "logs-beyond",
        [("logs-beyond-writing", "medium")],
        statements=[LOGS, logs(Action="logs:DeleteLogGroup")],
    ),
    Case("admin", [("role-admin", "critical")], statements=[{"Effect": "Allow", "Action": "*", "Resource": "*"}]),
    Case(
        "managed",
        [("logs-managed-policy", "low")],
        managed=["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"],
    ),
    Case(
        "trust-public",
        [("trust-public", "critical")],
        trust=[TRUST, {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}],
    ),
    Case(
        "trust-stranger",
        [("trust-cross-account", "high")],
        trust=[TRUST, {"Effect": "Allow", "Principal": {"AWS": "444455556666"}, "Action": "sts:AssumeRole"}],
    ),
    Case(
        "trust-other-service",
        [("trust-extra-principal", "medium")],
        trust=[TRUST, {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    ),
    Case(
        "trust-not-lambda",
        [("trust-extra-principal", "medium"), ("trust-not-lambda", "high")],
        trust=[{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    ),
    Case(
        "malformed",
        [("policy-malformed", "high")],
        statements=[LOGS, {"Effect": "Perhaps", "Action": "s3:*", "Resource": "*"}],
    ),
]


def document(statements: list[Document]) -> Document:
    return {"Version": "2012-10-17", "Statement": statements}


def hook(arn: object) -> Document:
    code_hook = {"CodeHookSpecification": {"LambdaCodeHook": {"CodeHookInterfaceVersion": "1.0", "LambdaArn": arn}}}
    return {"BotAliasLocaleSettings": [{"LocaleId": "en_US", "BotAliasLocaleSetting": {"Enabled": True, **code_hook}}]}


CLOUDFORMATION_CALLERS: Document = {
    "topic": {
        "Type": "AWS::SNS::Subscription",
        "Properties": {"Protocol": "lambda", "TopicArn": TOPIC, "Endpoint": {"Fn::GetAtt": ["F", "Arn"]}},
    },
    "rule": {
        "Type": "AWS::Events::Rule",
        "Properties": {"Name": "nightly", "Targets": [{"Id": "t", "Arn": {"Fn::GetAtt": ["F", "Arn"]}}]},
    },
    "bucket": {
        "Type": "AWS::S3::Bucket",
        "Properties": {
            "BucketName": "uploads",
            "NotificationConfiguration": {
                "LambdaConfigurations": [{"Event": "s3:ObjectCreated:*", "Function": {"Fn::GetAtt": ["F", "Arn"]}}]
            },
        },
    },
}
ARN_OF_F = "${aws_lambda_function.f.arn}"
TERRAFORM_CALLERS: Document = {
    "topic": (
        "aws_sns_topic_subscription",
        {"protocol": "lambda", "topic_arn": TOPIC, "endpoint": ARN_OF_F},
    ),
    "rule": ("aws_cloudwatch_event_target", {"rule": "nightly", "arn": ARN_OF_F}),
    "bucket": (
        "aws_s3_bucket_notification",
        {"bucket": "uploads", "lambda_function": {"lambda_function_arn": ARN_OF_F, "events": ["s3:ObjectCreated:*"]}},
    ),
}


def cloudformation(case: Case) -> dict[str, str]:
    role = {"AssumeRolePolicyDocument": document(case.trust), "RoleName": "r", "ManagedPolicyArns": case.managed}
    policy = {"RoleName": {"Ref": "R"}, "PolicyName": "p", "PolicyDocument": document(case.statements)}
    function = {"FunctionName": "f", "Role": {"Fn::GetAtt": ["R", "Arn"]}, "Runtime": "python3.12"}
    bot = {"Name": "b", "TestBotAliasSettings": hook({"Fn::GetAtt": ["F", "Arn"]})}
    resources: Document = {
        "R": {"Type": "AWS::IAM::Role", "Properties": role},
        "P": {"Type": "AWS::IAM::RolePolicy", "Properties": policy},
        "F": {"Type": "AWS::Lambda::Function", "Properties": function},
        "B": {"Type": "AWS::Lex::Bot", "Properties": bot},
    }
    resources |= {name: CLOUDFORMATION_CALLERS[name] for name in case.called}
    for number, arguments in enumerate(case.permissions):
        properties = {"FunctionName": {"Ref": "F"}, **arguments}
        resources[f"Permission{number}"] = {"Type": "AWS::Lambda::Permission", "Properties": properties}
    template = {"AWSTemplateFormatVersion": "2010-09-09", "Resources": by_reference(resources)}
    return {"template.json": json.dumps(template, indent=2)}


def by_reference(value: Any) -> Any:
    """A part of a template with the bot's id as a person writes it."""
    if isinstance(value, dict):
        return {key: by_reference(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [by_reference(inner) for inner in value]
    if isinstance(value, str) and BOT in value:
        return {"Fn::Sub": value.replace(BOT, "${B}")}
    return value


def sam(case: Case) -> dict[str, str]:
    made = json.loads(cloudformation(case)["template.json"])
    function = made["Resources"]["F"]
    function["Type"] = "AWS::Serverless::Function"
    function["Properties"] |= {"InlineCode": "x", "Handler": "index.handler"}
    return {"template.json": json.dumps({"Transform": "AWS::Serverless-2016-10-31", **made}, indent=2)}


def terraform(case: Case) -> dict[str, str]:
    setting = {"code_hook_specification": {"lambda_code_hook": {"lambda_arn": "${aws_lambda_function.f.arn}"}}}
    role = {"name": "r", "assume_role_policy": json.dumps(document(case.trust))}
    policy = {"role": "${aws_iam_role.r.name}", "name": "p", "policy": json.dumps(document(case.statements))}
    resources: Document = {
        "aws_iam_role": {"r": role},
        "aws_iam_role_policy": {"p": policy},
        "aws_iam_role_policy_attachment": {
            f"m{number}": {"role": "${aws_iam_role.r.name}", "policy_arn": arn}
            for number, arn in enumerate(case.managed)
        },
        "aws_lambda_function": {
            "f": {"function_name": "f", "role": "${aws_iam_role.r.arn}", "runtime": "python3.12"},
        },
        "aws_lambda_permission": {
            f"p{number}": terraform_permission(arguments) for number, arguments in enumerate(case.permissions)
        },
        "awscc_lex_bot": {
            "b": {
                "name": "b",
                "test_bot_alias_settings": {"bot_alias_locale_settings": [{"bot_alias_locale_setting": setting}]},
            }
        },
    }
    for name in case.called:
        type_, block = TERRAFORM_CALLERS[name]
        resources[type_] = {name: block}
    return {"main.tf.json": json.dumps({"resource": {type_: named for type_, named in resources.items() if named}})}


def terraform_permission(arguments: Document) -> Document:
    names = {"Action": "action", "Principal": "principal", **{name: known[2] for name, known in CONDITIONS.items()}}
    made = {names[name]: value.replace(BOT, "${awscc_lex_bot.b.id}") for name, value in arguments.items()}
    return {"function_name": "${aws_lambda_function.f.function_name}", **made}


def bundle(case: Case) -> dict[str, str]:
    """What AWS holds once any of the others is deployed."""
    made = {
        "function": {"name": "f", "arn": FUNCTION, "runtime": "python3.12"},
        "resource_policy": document([statement(arguments) for arguments in case.permissions]),
        "role": {
            "name": "r",
            "arn": f"arn:aws:iam::{ACCOUNT}:role/r",
            "trust_policy": document(case.trust),
            "policies": [{"name": "p", "document": document(case.statements)}, *({"arn": arn} for arn in case.managed)],
        },
        "hooks": [{"lex": "v2", "bot": BOT, "alias": "TSTALIASID"}],
    }
    if case.called:
        made["invokers"] = [{"service": SENDERS[arn], "source_arn": arn} for arn in case.called.values()]
    return {"bundle.json": json.dumps(made)}


def statement(arguments: Document) -> Document:
    """The statement that AddPermission writes (Lambda API reference)."""
    principal = arguments["Principal"]
    kind = "Service" if principal.endswith(".amazonaws.com") else "AWS"
    conditions: Document = {}
    for name, (operator, key, _) in CONDITIONS.items():
        if name in arguments:
            conditions.setdefault(operator, {})[key] = arguments[name]
    made = {
        "Effect": "Allow",
        "Principal": principal if principal == "*" else {kind: principal},
        "Action": arguments["Action"],
        "Resource": FUNCTION,
    }
    return {**made, "Condition": conditions} if conditions else made


FORMS: dict[str, Callable[[Case], dict[str, str]]] = {
    "terraform": terraform,
    "cloudformation": cloudformation,
    "sam": sam,
    "bundle": bundle,
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_same_system_gives_the_same_findings(case: Case, form: str, tmp_path: Path) -> None:
    if form == "sam":
        pytest.importorskip("samtranslator", reason="the extra `sam` is not installed")
    for name, content in FORMS[form](copy.deepcopy(case)).items():
        (tmp_path / name).write_text(content)
    report = auditor.audit(auditor.read(tmp_path, account=ACCOUNT, region=REGION))
    assert report.skipped == ()
    found = sorted((finding.rule, finding.severity.value) for finding in report.findings)
    assert found == sorted(case.expected)
