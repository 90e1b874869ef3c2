"""Every form of input tells the same of what a function is configured with."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.estate.function import Function
from auditor.sources.options import ReadOptions
from auditor.sources.read import read

TERRAFORM = """
resource "aws_lambda_function" "f" {
  function_name = "f"
  role          = "arn:aws:iam::111122223333:role/f"
  layers        = ["arn:aws:lambda:us-east-1:580247275435:layer:LambdaInsightsExtension:53"]
}

resource "aws_dynamodb_table" "jobs" {
  name = "jobs"
}

resource "aws_lambda_event_source_mapping" "table" {
  function_name    = aws_lambda_function.f.function_name
  event_source_arn = aws_dynamodb_table.jobs.stream_arn
}

resource "aws_lambda_event_source_mapping" "kafka" {
  function_name = aws_lambda_function.f.arn
  topics        = ["jobs"]

  self_managed_event_source {
    endpoints = { KAFKA_BOOTSTRAP_SERVERS = "kafka.example.com:9092" }
  }

  source_access_configuration {
    type = "VPC_SUBNET"
    uri  = "subnet:subnet-0123"
  }

  source_access_configuration {
    type = "SASL_SCRAM_512_AUTH"
    uri  = "arn:aws:secretsmanager:us-east-1:111122223333:secret:kafka-abcdef"
  }
}
"""

TEMPLATE = """
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: f
      Role: arn:aws:iam::111122223333:role/f
      Layers: ["arn:aws:lambda:us-east-1:580247275435:layer:LambdaInsightsExtension:53"]
  Jobs:
    Type: AWS::DynamoDB::Table
    Properties: {TableName: jobs}
  Table:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      FunctionName: !Ref F
      EventSourceArn: !GetAtt Jobs.StreamArn
  Kafka:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      FunctionName: !GetAtt F.Arn
      Topics: [jobs]
      SelfManagedEventSource: {Endpoints: {KafkaBootstrapServers: ["kafka.example.com:9092"]}}
      SourceAccessConfigurations:
        - {Type: VPC_SUBNET, URI: "subnet:subnet-0123"}
        - {Type: SASL_SCRAM_512_AUTH, URI: "arn:aws:secretsmanager:us-east-1:111122223333:secret:kafka-abcdef"}
"""


def _function(tmp_path: Path, name: str, source: str) -> Function:
    file = tmp_path / name
    file.write_text(source)
    reading = read([file], ReadOptions(root=tmp_path, account="111122223333", region="us-east-1"))
    assert reading.skipped == ()
    (function,) = reading.estates[0].functions
    return function


@pytest.mark.parametrize(("name", "source"), [("main.tf", TERRAFORM), ("template.yaml", TEMPLATE)])
def test_event_sources_and_layers_are_read(tmp_path: Path, name: str, source: str) -> None:
    function = _function(tmp_path, name, source)
    assert [str(layer).split(":")[6] for layer in function.layers] == ["LambdaInsightsExtension"]
    table, kafka = sorted(function.event_sources, key=lambda found: found.arn is None)
    assert str(table.arn).startswith("arn:aws:dynamodb:us-east-1:111122223333:table/jobs/stream/")
    assert (table.secrets, table.in_vpc) == ((), False)
    assert [str(secret) for secret in kafka.secrets] == [
        "arn:aws:secretsmanager:us-east-1:111122223333:secret:kafka-abcdef"
    ]
    assert kafka.in_vpc


CONDITIONAL = """
variable "polls" { type = bool }
resource "aws_lambda_function" "f" {
  function_name = "f"
  role          = "arn:aws:iam::111122223333:role/f"
}
resource "aws_lambda_event_source_mapping" "queue" {
  count            = var.polls ? 1 : 0
  function_name    = aws_lambda_function.f.function_name
  event_source_arn = "arn:aws:sqs:us-east-1:111122223333:jobs"
}
"""
CONDITIONAL_TEMPLATE = """
Parameters: {Polls: {Type: String}}
Conditions: {Polls: !Equals [!Ref Polls, "yes"]}
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties: {FunctionName: f, Role: "arn:aws:iam::111122223333:role/f"}
  Queue:
    Type: AWS::Lambda::EventSourceMapping
    Condition: Polls
    Properties: {FunctionName: !Ref F, EventSourceArn: "arn:aws:sqs:us-east-1:111122223333:jobs"}
"""


@pytest.mark.parametrize(("name", "source"), [("main.tf", CONDITIONAL), ("template.yaml", CONDITIONAL_TEMPLATE)])
def test_a_mapping_that_may_not_be_there_says_so(tmp_path: Path, name: str, source: str) -> None:
    (mapping,) = _function(tmp_path, name, source).event_sources
    assert mapping.uncertain.startswith("whether `")
