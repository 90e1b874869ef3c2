"""Functions, what is configured on them, and who may invoke them.

Expectations: the CloudFormation template reference, AWS::Lambda; the statements that Lambda
writes for AddPermission (Lambda developer guide).
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from auditor.estate.function import EventSource, Function, UrlAuth
from auditor.iam.text import text

from .conftest import Read, only

FUNCTION = "  F: {Type: AWS::Lambda::Function, Properties: {FunctionName: f}}\n"
ALIAS = "  Live: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref F, Name: live, FunctionVersion: '1'}}\n"
ARN = "arn:aws:lambda:${region}:${account}:function:f"


def with_permission(properties: str, function: str = "!Ref F") -> str:
    return (
        "Resources:\n" + FUNCTION + ALIAS + "  P:\n    Type: AWS::Lambda::Permission\n    Properties:\n"
        f"      FunctionName: {function}\n      Action: lambda:InvokeFunction\n{properties}"
    )


def conditions_of(function: Function) -> list[tuple[str, str, str]]:
    assert function.resource_policy is not None
    (statement,) = function.resource_policy.statements
    return [(str(c.operator), str(c.key), str(c.values[0].text)) for c in statement.conditions]


CONDITIONS = [
    (
        "SourceArn: arn:aws:sns:eu-west-1:111122223333:t",
        [("ArnLike", "AWS:SourceArn", "arn:aws:sns:eu-west-1:111122223333:t")],
    ),
    ("SourceAccount: 111122223333", [("StringEquals", "AWS:SourceAccount", "111122223333")]),
    ("SourceAccount: !Ref AWS::AccountId", [("StringEquals", "AWS:SourceAccount", "${account}")]),
    ("EventSourceToken: amzn1.ask.skill.x", [("StringEquals", "lambda:EventSourceToken", "amzn1.ask.skill.x")]),
    ("PrincipalOrgID: o-abcdefghij", [("StringEquals", "aws:PrincipalOrgID", "o-abcdefghij")]),
    ("FunctionUrlAuthType: NONE", [("StringEquals", "lambda:FunctionUrlAuthType", "NONE")]),
    ("InvokedViaFunctionUrl: true", [("Bool", "lambda:InvokedViaFunctionUrl", "true")]),
    ("InvokedViaFunctionUrl: false", []),
]


@pytest.mark.parametrize(("written", "expected"), CONDITIONS)
def test_each_property_of_a_permission_is_a_condition(
    read: Read, written: str, expected: list[tuple[str, str, str]]
) -> None:
    function = only(read(with_permission(f"      Principal: sns.amazonaws.com\n      {written}\n")).functions)
    assert conditions_of(function) == expected


PRINCIPALS = [
    ("lexv2.amazonaws.com", "Service", "lexv2.amazonaws.com"),
    ("alexa-appkit.amazon.com", "Service", "alexa-appkit.amazon.com"),
    ("!Sub 'sns.${AWS::URLSuffix}'", "Service", "sns.amazonaws.com"),
    ("'*'", "Anyone", "*"),
    ("arn:aws:iam::111122223333:role/r", "AWS", "arn:aws:iam::111122223333:role/r"),
    ("444455556666", "AWS", "444455556666"),
    ("!Ref AWS::AccountId", "AWS", "${account}"),
]


@pytest.mark.parametrize(("written", "kind", "expected"), PRINCIPALS)
def test_principals(read: Read, written: str, kind: str, expected: str) -> None:
    function = only(read(with_permission(f"      Principal: {written}\n")).functions)
    assert function.resource_policy is not None
    (principal,) = function.resource_policy.statements[0].principals or ()
    assert str(principal.text) == expected


NAMES = [
    ("!Ref F", ""),
    ("!GetAtt F.Arn", ""),
    ("f", ""),
    ("!Sub '${F}'", ""),
    ("!Ref Live", ":live"),
    ("!Sub '${F.Arn}:live'", ":live"),
    ("f:live", ":live"),
    ("!Sub '${AWS::AccountId}:function:f'", ""),
    ("!Sub 'arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:f:live'", ":live"),
]


@pytest.mark.parametrize(("written", "qualifier"), NAMES)
def test_every_way_to_name_a_function_means_the_one_of_the_template(read: Read, written: str, qualifier: str) -> None:
    function = only(read(with_permission("      Principal: sns.amazonaws.com\n", written)).functions)
    assert function.resource_policy is not None
    (statement,) = function.resource_policy.statements
    assert [str(pattern.text) for pattern in statement.resources or ()] == [ARN + qualifier]


def test_a_function_that_is_not_in_the_template_is_known_by_name_alone(read: Read) -> None:
    named = with_permission("      Principal: sns.amazonaws.com\n", "arn:aws:lambda:eu-west-1:111122223333:function:g")
    described = {str(function.name): function.described for function in read(named).functions}
    assert described == {"f": True, "g": False}


def test_places_are_those_of_the_properties(read: Read) -> None:
    function = only(read(with_permission("      Principal: sns.amazonaws.com\n      SourceArn: 'x'\n")).functions)
    assert function.resource_policy is not None
    (statement,) = function.resource_policy.statements
    assert (str(statement.origin), statement.origin.address) == ("template.yaml:4:3", "P")
    assert str(statement.actions[0].origin) == "template.yaml:8:7"
    assert str(statement.conditions[0].values[0].origin) == "template.yaml:10:7"
    assert statement.conditions[0].values[0].origin.address == "P"


WHOLE = """Resources:
  F:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: f
      Runtime: python3.12
      Role: !GetAtt R.Arn
      VpcConfig: {SubnetIds: [subnet-1], SecurityGroupIds: []}
      TracingConfig: {Mode: Active}
      DeadLetterConfig: {TargetArn: !GetAtt Q.Arn}
      FileSystemConfigs:
        - {Arn: 'arn:aws:elasticfilesystem:eu-west-1:111122223333:access-point/x', LocalMountPath: /mnt/x}
      KmsKeyArn: !GetAtt K.Arn
      LoggingConfig: {LogGroup: !Ref Group}
  R: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {}}}
  Q: {Type: AWS::SQS::Queue, Properties: {QueueName: q}}
  K: {Type: AWS::KMS::Key}
  Group: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: /own}}
  Config:
    Type: AWS::Lambda::EventInvokeConfig
    Properties:
      FunctionName: !Ref F
      Qualifier: $LATEST
      DestinationConfig: {OnSuccess: {Destination: 'arn:ok'}, OnFailure: {Destination: !GetAtt Q.Arn}}
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: !GetAtt F.Arn, EventSourceArn: !GetAtt Q.Arn}
  Url: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: !GetAtt F.Arn, AuthType: NONE, Qualifier: live}}
"""


def test_what_is_configured_on_a_function(read: Read) -> None:
    function = only(read(WHOLE).functions)
    queue = text("arn:aws:sqs:", *only(read(WHOLE).functions).arn.parts[1:4], ":q")
    assert (function.runtime, function.vpc, function.tracing, function.role) == ("python3.12", True, True, "R")
    assert (str(function.dead_letter), set(map(str, function.destinations))) == (str(queue), {str(queue), "arn:ok"})
    assert str(function.kms_key) == "arn:aws:kms:${region}:${account}:key/${K}"
    assert [str(arn) for arn in function.file_systems] == [
        "arn:aws:elasticfilesystem:eu-west-1:111122223333:access-point/x"
    ]
    assert function.event_sources == (EventSource(queue, None, function.event_sources[0].origin),)
    [url] = function.urls
    assert (url.auth, str(url.qualifier)) == (UrlAuth.NONE, "live")
    assert function.log_group is not None
    assert (str(function.log_group.name), function.log_group.managed) == ("/own", True)


def test_a_function_without_a_name_is_called_by_its_logical_id(read: Read) -> None:
    function = only(read("Resources: {Hello: {Type: AWS::Lambda::Function}}").functions)
    assert function.title == "Hello"
    assert function.log_group is not None
    assert str(function.log_group.name) == "/aws/lambda/${Hello}"


def test_the_group_of_an_unnamed_function_is_known_to_be_made(read: Read) -> None:
    group = "  G: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: !Sub '/aws/lambda/${Hello}'}}\n"
    function = only(read("Resources:\n  Hello: {Type: AWS::Lambda::Function}\n" + group).functions)
    assert function.log_group is not None
    assert function.log_group.managed is True


def test_a_whole_resource_policy(read: Read) -> None:
    text = (
        "Resources:\n" + FUNCTION + "  P:\n    Type: AWS::Lambda::ResourcePolicy\n    Properties:\n"
        "      ResourceArn: !GetAtt F.Arn\n      Policy:\n        Version: 2012-10-17\n        Statement:\n"
        "          - {Sid: One, Effect: Deny, Principal: '*', Action: 'lambda:*', Resource: !GetAtt F.Arn}\n"
    )
    function = only(read(text).functions)
    assert function.resource_policy is not None
    assert [str(statement.sid) for statement in function.resource_policy.statements] == ["One"]


MISTAKES = [
    ("Resources:\n  F: []\n", "the resource `F` must be an object, not a list"),
    ("Resources:\n  F: {Properties: {}}\n", "the resource `F` has no `Type`"),
    (
        "Resources:\n  F: {Type: AWS::Lambda::Function, Properties: 5}\n",
        "`Properties` of `F` must be an object, not `5`",
    ),
    ("Parameters: []\nResources: {}\n", "`Parameters` must be an object, not a list"),
    ("Resources: 5\n", "`Resources` must be an object, not `5`"),
    (
        "Resources:\n  F: {Type: 'A::B'}\n  F: {Type: 'A::B'}\n",
        "`F` is declared twice; read is this one",
    ),
    ("AWSTemplateFormatVersion: x\n", "a template without `Resources`"),
]


@pytest.mark.parametrize(("content", "message"), MISTAKES)
def test_wrong_shapes_are_told(read_all: Callable[..., object], content: str, message: str) -> None:
    reading = read_all(content, as_kind="cloudformation")
    told = [(str(entry.origin), entry.reason) for entry in reading.skipped]  # type: ignore[attr-defined] # a Reading
    assert [reason for _, reason in told] == [message]
    assert all(place.startswith("template.yaml:") for place, _ in told)
