"""SAM templates are what the official translator makes of them, at the places of their source.

Expectations: the SAM specification: what events, policies, policy templates, connectors and
function URLs become.
"""

from __future__ import annotations

import socket
import sys

import pytest

from auditor.estate.function import Function
from auditor.estate.role import Role

from .conftest import Read, ReadAll

HEAD = "AWSTemplateFormatVersion: '2010-09-09'\nTransform: AWS::Serverless-2016-10-31\n"
FUNCTION = """Resources:
  Topic: {Type: AWS::SNS::Topic, Properties: {TopicName: news}}
  Table: {Type: AWS::DynamoDB::Table, Properties: {TableName: pizzas}}
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: !Sub hello-${Stage}
      InlineCode: x
      Handler: index.handler
      Runtime: python3.12
      Policies:
        - DynamoDBReadPolicy: {TableName: !Ref Table}
        - AWSLambdaVPCAccessExecutionRole
        - Version: "2012-10-17"
          Statement:
            - {Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::menu/*"}
      Events:
        News: {Type: SNS, Properties: {Topic: !Ref Topic}}
        Skill: {Type: AlexaSkill, Properties: {SkillId: amzn1.ask.skill.x}}
        Daily: {Type: Schedule, Properties: {Schedule: rate(1 day)}}
"""
PARAMETERS = "Parameters: {Stage: {Type: String, Default: dev}}\n"
SAM = HEAD + PARAMETERS + FUNCTION

pytest.importorskip("samtranslator", reason="the extra `sam` is not installed")


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing may be asked of the network, nor of the machine's own AWS configuration."""

    def refuse(*_: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-south-2")


def hello(read: Read, content: str, **options: object) -> tuple[Function, Role]:
    estate = read(content, **options)
    (function,) = [function for function in estate.functions if function.address == "Hello"]
    role = estate.role(function.role)
    assert role is not None
    return function, role


def permissions(function: Function) -> list[tuple[str, list[str]]]:
    assert function.resource_policy is not None
    return [
        (str((statement.principals or ())[0].text), [str(c.values[0].text) for c in statement.conditions])
        for statement in function.resource_policy
    ]


def test_events_are_permissions(read: Read) -> None:
    function, _ = hello(read, SAM)
    assert (str(function.name), function.runtime) == ("hello-dev", "python3.12")
    assert sorted(permissions(function)) == [
        ("alexa-appkit.amazon.com", ["amzn1.ask.skill.x"]),
        ("events.amazonaws.com", ["arn:aws:events:${region}:${account}:rule/${HelloDaily}"]),
        ("sns.amazonaws.com", ["arn:aws:sns:${region}:${account}:news"]),
    ]


def test_policies_are_those_of_the_role_that_is_made(read: Read) -> None:
    _, role = hello(read, SAM)
    assert role.title == "HelloRole"
    names = {str(policy.name) for policy in role.policies}
    assert {"AWSLambdaBasicExecutionRole", "AWSLambdaVPCAccessExecutionRole"} <= names
    granted = {str(a.text) for p in role.policies if p.policy and not p.arn for s in p.policy for a in s.actions}
    assert {"s3:GetObject", "dynamodb:GetItem"} <= granted


def test_places_are_those_of_the_source(read: Read) -> None:
    function, role = hello(read, SAM)
    assert str(function.origin) == "template.yaml:7:3"
    assert function.resource_policy is not None
    places = [(str(s.origin), s.origin.address) for s in function.resource_policy]
    assert sorted(places) == [
        ("template.yaml:21:9", "HelloNewsPermission"),
        ("template.yaml:22:9", "HelloSkillPermission"),
        ("template.yaml:23:9", "HelloDailyPermission"),
    ]
    own = [p.policy.statements[0] for p in role.policies if p.policy and not p.arn]
    assert "template.yaml:19:15" in [str(statement.origin) for statement in own]
    assert all(statement.origin.line in range(14, 21) for statement in own)


def test_a_variable_sets_a_parameter(read: Read) -> None:
    function, _ = hello(read, SAM, vars={"Stage": "prod"})
    assert str(function.name) == "hello-prod"


def test_the_region_is_a_hole_unless_it_is_told(read: Read) -> None:
    content = SAM.replace("hello-${Stage}", "hello-${AWS::Region}")
    assert str(hello(read, content)[0].name) == "hello-${region}"
    content = content.replace("!Sub hello-${AWS::Region}", "!Ref AWS::Region")
    assert str(hello(read, content)[0].name) == "${region}"
    assert str(hello(read, content, region="eu-west-1")[0].name) == "eu-west-1"


def test_what_is_kept_from_sight_stays_so(read: Read) -> None:
    content = SAM.replace("Type: String,", "Type: String, NoEcho: true,")
    assert str(hello(read, content)[0].name) == "hello-${Stage}"


def test_a_function_of_its_own_role(read: Read) -> None:
    content = SAM.replace(
        "      Policies:", "      Role: arn:aws:iam::111122223333:role/own\n      Ignored:"
    ).partition("      Ignored:")
    estate = read(content[0] + "      Events:" + content[2].partition("      Events:")[2])
    assert [f.role for f in estate.functions] == [None]
    assert str(estate.account) == "111122223333"


def test_a_published_alias_is_what_is_called(read: Read) -> None:
    function, _ = hello(read, SAM.replace("      Handler:", "      AutoPublishAlias: live\n      Handler:"))
    assert function.resource_policy is not None
    assert {str((s.resources or ())[0].text).rpartition(":")[2] for s in function.resource_policy} == {"live"}


def test_a_connector_is_a_policy(read: Read) -> None:
    connector = (
        "  Link:\n    Type: AWS::Serverless::Connector\n    Properties:\n      Source: {Id: Hello}\n"
        "      Destination: {Id: Table}\n      Permissions: [Write]\n"
    )
    _, role = hello(read, SAM + connector)
    granted = {str(a.text) for p in role.policies if p.policy and p.arn for s in p.policy for a in s.actions}
    assert "dynamodb:PutItem" in granted


def test_what_the_translator_refuses_is_told_and_the_rest_is_read(read_all: ReadAll) -> None:
    wrong = "  Wrong: {Type: AWS::Serverless::Function, Properties: {Handler: a.b, Runtime: python3.12}}\n"
    reading = read_all(SAM + wrong)
    assert [
        (str(entry.origin), "'Wrong'" in entry.reason or "[Wrong]" in entry.reason) for entry in reading.skipped
    ] == [("template.yaml:24:3", True)]
    assert [function.address for function in reading.estates[0].functions] == ["Hello"]


def test_an_application_of_the_repository_is_unresolved(read: Read) -> None:
    application = (
        "  App:\n    Type: AWS::Serverless::Application\n    Properties:\n      Location:\n"
        "        ApplicationId: arn:aws:serverlessrepo:us-east-1:111122223333:applications/a\n"
        "        SemanticVersion: 1.0.0\n"
    )
    texts = [entry.text for entry in read(SAM + application).unresolved]
    assert any(text.startswith("App: the template") for text in texts)


def test_an_application_beside_the_template_is_read(read: Read) -> None:
    application = "  App: {Type: AWS::Serverless::Application, Properties: {Location: ./app/template.yaml}}\n"
    estate = read({"template.yaml": SAM + application, "app/template.yaml": SAM})
    assert [function.address for function in estate.functions] == ["Hello", "App/Hello"]


def test_without_the_translator_the_command_to_install_it_is_told(
    read_all: ReadAll, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "samtranslator.translator.translator", None)
    role = "  R: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {}}}\n"
    reading = read_all(SAM + role)
    (skipped,) = reading.skipped
    assert (str(skipped.origin), skipped.reason) == ("template.yaml:7:3", "a SAM template needs the SAM translator")
    assert "pip install aws-sam-translator" in skipped.help
    assert [r.address for r in reading.estates[0].roles] == ["R"]


@pytest.mark.parametrize(
    "resources",
    [
        "Resources: {Hello: {Type: AWS::Serverless::Function}}\n",
        "Resources: {Hello: {Type: AWS::Serverless::Function, Properties: []}}\n",
        "Resources: {Hello: {Type: AWS::Serverless::Function, Properties: {Events: 5, InlineCode: x}}}\n",
        "Resources: {Hello: {Type: AWS::Serverless::Function, Properties: {Policies: [[]], InlineCode: [x]}}}\n",
        "Resources: {Hello: 5}\n",
        "Globals: 5\nResources: {Hello: {Type: AWS::Serverless::Function}}\n",
        "Globals: {Function: [1]}\nResources: {Hello: {Type: AWS::Serverless::Function}}\n",
        "Parameters: 5\nResources: {Hello: {Type: AWS::Serverless::Function}}\n",
    ],
)
def test_wrong_shapes_are_told(read_all: ReadAll, resources: str) -> None:
    reading = read_all(HEAD + resources)
    assert reading.skipped
    assert all(str(entry.origin).startswith("template.yaml") for entry in reading.skipped)
