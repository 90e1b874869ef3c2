"""What `Ref` and `Fn::GetAtt` give for a resource, as far as it follows from its properties.

In a recipe `{name}` is the resource's name, `{Property}` a property, `{Property=x}` one with a
default, `{$Attribute}` another attribute, `{@...}` is told by the stack or worked out, and
`{?TYPE}` is a part that only AWS knows.

Sources: "Return values" of each resource in the CloudFormation template reference, and its
resource schemas (primaryIdentifier, readOnlyProperties). The `Arn` of a log group ends in `:*`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from auditor.iam.frozen import Frozen
from auditor.iam.text import HoleType


class Kind(Frozen):
    """A type of resource. `property` names it; where that is not given, CloudFormation makes up a
    name of type `made_up`, which a template gets by the attribute `by` (empty: by `Ref`, None: not
    at all)."""

    recipes: Mapping[str, str]
    property: str | None = None
    made_up: HoleType = HoleType.NAME
    by: str | None = ""


def _arn(service: str, resource: str) -> str:
    return f"arn:{{@partition}}:{service}:{{@region}}:{{@account}}:{resource}"


_TOPIC = _arn("sns", "{name}")
_MACHINE = _arn("states", "stateMachine:{name}")
_POLICY = "arn:{@partition}:iam::{@account}:policy{Path=/}{name}"
_SECRET = _arn("secretsmanager", "secret:{name}-{?NAME}")
_CLUSTER = _arn("kafka", "cluster/{ClusterName}/{?NAME}")
_VERSION = "{@function}:{$Version}"
_TARGETS = _arn("elasticloadbalancing", "targetgroup/{name}/{?NAME}")

KINDS: Mapping[str, Kind] = {
    "AWS::Lambda::Function": Kind({"Ref": "{name}", "Arn": _arn("lambda", "function:{name}")}, "FunctionName"),
    "AWS::Lambda::Version": Kind({"Ref": _VERSION, "FunctionArn": _VERSION, "Version": "{?NAME}"}),
    "AWS::Lambda::Alias": Kind({"Ref": "{@function}:{Name}", "AliasArn": "{$Ref}"}),
    "AWS::Lambda::Url": Kind({"Ref": "{@function}", "FunctionArn": "{$Ref}"}),
    "AWS::IAM::Role": Kind({"Ref": "{name}", "Arn": "arn:{@partition}:iam::{@account}:role{Path=/}{name}"}, "RoleName"),
    "AWS::IAM::ManagedPolicy": Kind({"Ref": _POLICY, "PolicyArn": _POLICY}, "ManagedPolicyName", by=None),
    "AWS::Logs::LogGroup": Kind(
        {"Ref": "{name}", "Arn": _arn("logs", "log-group:{name}:*")}, "LogGroupName", HoleType.SEGMENT
    ),
    "AWS::Lex::Bot": Kind({"Ref": "{?LEX_ID}", "Id": "{$Ref}", "Arn": _arn("lex", "bot/{$Ref}")}),
    "AWS::Lex::BotAlias": Kind(
        {
            "Ref": "{$BotAliasId}|{BotId}",
            "BotAliasId": "{?LEX_ALIAS_ID}",
            "Arn": _arn("lex", "bot-alias/{BotId}/{$BotAliasId}"),
        }
    ),
    "AWS::Lex::BotVersion": Kind({"Ref": "{BotId}|{$BotVersion}", "BotVersion": "{?LEX_VERSION}"}),
    "AWS::S3::Bucket": Kind({"Ref": "{name}", "Arn": "arn:{@partition}:s3:::{name}"}, "BucketName"),
    "AWS::SNS::Topic": Kind({"Ref": _TOPIC, "TopicArn": _TOPIC, "TopicName": "{name}"}, "TopicName", by="TopicName"),
    "AWS::SQS::Queue": Kind({"Arn": _arn("sqs", "{name}"), "QueueName": "{name}"}, "QueueName", by="QueueName"),
    "AWS::DynamoDB::Table": Kind(
        {
            "Ref": "{name}",
            "Arn": _arn("dynamodb", "table/{name}"),
            "StreamArn": _arn("dynamodb", "table/{name}/stream/{?SEGMENT}"),
        },
        "TableName",
    ),
    "AWS::Kinesis::Stream": Kind({"Ref": "{name}", "Arn": _arn("kinesis", "stream/{name}")}, "Name"),
    "AWS::Events::EventBus": Kind(
        {"Ref": "{name}", "Name": "{name}", "Arn": _arn("events", "event-bus/{name}")}, "Name"
    ),
    "AWS::Events::Rule": Kind({"Ref": "{@own_bus}{name}", "Arn": _arn("events", "rule/{@bus}{name}")}, "Name"),
    "AWS::ApiGateway::RestApi": Kind({"Ref": "{?NAME}", "RestApiId": "{$Ref}"}),
    "AWS::ApiGatewayV2::Api": Kind({"Ref": "{?NAME}", "ApiId": "{$Ref}"}),
    "AWS::SecretsManager::Secret": Kind({"Ref": _SECRET, "Id": _SECRET}, "Name", HoleType.SEGMENT, by=None),
    "AWS::SSM::Parameter": Kind({"Ref": "{name}"}, "Name", HoleType.SEGMENT),
    "AWS::EFS::FileSystem": Kind(
        {"Ref": "{?NAME}", "FileSystemId": "{$Ref}", "Arn": _arn("elasticfilesystem", "file-system/{$Ref}")}
    ),
    "AWS::EFS::AccessPoint": Kind(
        {"Ref": "{?NAME}", "AccessPointId": "{$Ref}", "Arn": _arn("elasticfilesystem", "access-point/{$Ref}")}
    ),
    "AWS::MSK::Cluster": Kind({"Ref": _CLUSTER, "Arn": _CLUSTER}),
    "AWS::KMS::Key": Kind({"Ref": "{?NAME}", "KeyId": "{$Ref}", "Arn": _arn("kms", "key/{$Ref}")}),
    "AWS::StepFunctions::StateMachine": Kind(
        {"Ref": _MACHINE, "Arn": _MACHINE, "Name": "{name}"}, "StateMachineName", by="Name"
    ),
    "AWS::Cognito::UserPool": Kind(
        {"Ref": "{?NAME}", "UserPoolId": "{$Ref}", "Arn": _arn("cognito-idp", "userpool/{$Ref}")}
    ),
    "AWS::IoT::TopicRule": Kind({"Ref": "{name}", "Arn": _arn("iot", "rule/{name}")}, "RuleName"),
    "AWS::ElasticLoadBalancingV2::TargetGroup": Kind(
        {"Ref": "{$TargetGroupArn}", "TargetGroupArn": _TARGETS, "TargetGroupName": "{name}"},
        "Name",
        by="TargetGroupName",
    ),
    "AWS::IoT::Authorizer": Kind({"Ref": "{name}", "Arn": _arn("iot", "authorizer/{name}")}, "AuthorizerName"),
    "AWS::Config::ConfigRule": Kind({"Ref": "{name}", "Arn": _arn("config", "config-rule/{?NAME}")}, "ConfigRuleName"),
    "AWS::CloudWatch::Alarm": Kind(
        {"Ref": "{name}", "Arn": _arn("cloudwatch", "alarm:{name}")}, "AlarmName", HoleType.SEGMENT
    ),
    "AWS::CloudWatch::CompositeAlarm": Kind(
        {"Ref": "{name}", "Arn": _arn("cloudwatch", "alarm:{name}")}, "AlarmName", HoleType.SEGMENT
    ),
    "AWS::Bedrock::Agent": Kind({"Ref": "{?NAME}", "AgentId": "{$Ref}", "AgentArn": _arn("bedrock", "agent/{$Ref}")}),
    "AWS::AppSync::GraphQLApi": Kind({"ApiId": "{?NAME}", "Arn": _arn("appsync", "apis/{$ApiId}"), "Ref": "{$Arn}"}),
    "AWS::CodeCommit::Repository": Kind({"Ref": "{?NAME}", "Arn": _arn("codecommit", "{RepositoryName}")}),
    "AWS::VpcLattice::TargetGroup": Kind(
        {"Id": "{?NAME}", "Arn": _arn("vpc-lattice", "targetgroup/{$Id}"), "Ref": "{$Arn}"}
    ),
    "AWS::Transfer::Server": Kind(
        {"ServerId": "{?NAME}", "Arn": _arn("transfer", "server/{$ServerId}"), "Ref": "{$Arn}"}
    ),
}

_FIELD = re.compile(r"\{([@?$]?)(\w+)(?:=([^{}]*))?\}")


class Field(NamedTuple):
    """A variable part of a recipe: `mark` is `@`, `?`, `$` or empty, as the module says."""

    mark: str
    name: str
    default: str | None


@lru_cache(maxsize=256)
def recipe(written: str) -> tuple[str | Field, ...]:
    """A recipe taken apart."""
    parts: list[str | Field] = []
    done = 0
    for match in _FIELD.finditer(written):
        parts.extend((written[done : match.start()], Field(match.group(1), match.group(2), match.group(3))))
        done = match.end()
    parts.append(written[done:])
    return tuple(part for part in parts if part)
