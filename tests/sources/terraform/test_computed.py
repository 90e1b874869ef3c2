"""Attributes that AWS computes become the text they will have.

Expected texts: the ARN formats of the service authorization reference, and the attribute
references of the AWS provider's documentation.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from auditor.estate.estate import Estate
from auditor.iam.node import Node
from auditor.sources.options import ReadOptions
from auditor.sources.terraform.reading import RootReading

HERE = {"region": "eu-west-1", "account": "111122223333"}
LAMBDA = "arn:aws:lambda:eu-west-1:111122223333:function:f"
SOURCE = """
resource "aws_lambda_function" "f" {
  function_name = "f"
}
resource "aws_lambda_alias" "live" {
  name          = "live"
  function_name = aws_lambda_function.f.arn
}
resource "aws_iam_role" "r" {
  name = "r"
  path = "/svc/"
}
resource "aws_iam_policy" "p" {
  name = "p"
}
resource "aws_lex_intent" "i" {
  name = "CreatePost"
}
resource "aws_lex_bot" "b" {
  name = "Bot"
}
resource "aws_lex_bot_alias" "a" {
  name     = "live"
  bot_name = aws_lex_bot.b.name
}
resource "aws_lexv2models_bot" "v2" {
  name = "V2"
}
resource "awscc_lex_bot_alias" "v2" {
  bot_id = "ABCDEFGHIJ"
}
resource "aws_cloudwatch_log_group" "g" {
  name = "/aws/lambda/f"
}
resource "aws_cloudwatch_log_group" "prefixed" {
  name_prefix = "/x/"
}
resource "aws_s3_bucket" "s" {
  bucket = "b"
}
resource "aws_sns_topic" "t" {
  name = "t"
}
resource "aws_sqs_queue" "q" {
  name = "q"
}
resource "aws_dynamodb_table" "d" {
  name = "d"
}
resource "aws_cloudwatch_event_rule" "e" {
  name = "e"
}
resource "aws_cloudwatch_event_rule" "bus" {
  name           = "e"
  event_bus_name = "bus"
}
resource "aws_api_gateway_rest_api" "api" {
  name = "api"
}
resource "aws_ssm_parameter" "s" {
  name = "/app/key"
}
resource "aws_lambda_function" "west" {
  function_name = "w"
  region        = "us-west-2"
}
data "aws_arn" "a" {
  arn = aws_sqs_queue.q.arn
}
data "aws_lambda_function" "theirs" {
  function_name = "theirs"
}
"""


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("aws_lambda_function.f.arn", LAMBDA),
        ("aws_lambda_function.f.id", "f"),
        ("aws_lambda_function.f.qualified_arn", f"{LAMBDA}:${{aws_lambda_function.f.version}}"),
        (
            "aws_lambda_function.f.invoke_arn",
            f"arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{LAMBDA}/invocations",
        ),
        ("aws_lambda_function.f.description", "${aws_lambda_function.f.description}"),
        ("aws_lambda_function.west.arn", "arn:aws:lambda:us-west-2:111122223333:function:w"),
        ("aws_lambda_alias.live.arn", f"{LAMBDA}:live"),
        ("aws_iam_role.r.arn", "arn:aws:iam::111122223333:role/svc/r"),
        ("aws_iam_policy.p.arn", "arn:aws:iam::111122223333:policy/p"),
        ("aws_lex_intent.i.arn", "arn:aws:lex:eu-west-1:111122223333:intent:CreatePost"),
        ("aws_lex_intent.i.version", "${aws_lex_intent.i.version}"),
        ("aws_lex_bot.b.arn", "arn:aws:lex:eu-west-1:111122223333:bot:Bot"),
        ("aws_lex_bot_alias.a.arn", "arn:aws:lex:eu-west-1:111122223333:bot:Bot:live"),
        ("aws_lexv2models_bot.v2.arn", "arn:aws:lex:eu-west-1:111122223333:bot/${aws_lexv2models_bot.v2.id}"),
        (
            "awscc_lex_bot_alias.v2.arn",
            "arn:aws:lex:eu-west-1:111122223333:bot-alias/ABCDEFGHIJ/${awscc_lex_bot_alias.v2.bot_alias_id}",
        ),
        ("aws_cloudwatch_log_group.g.arn", "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/f"),
        ("aws_cloudwatch_log_group.prefixed.name", "/x/${aws_cloudwatch_log_group.prefixed.name}"),
        ("aws_s3_bucket.s.arn", "arn:aws:s3:::b"),
        ("aws_sns_topic.t.arn", "arn:aws:sns:eu-west-1:111122223333:t"),
        ("aws_sqs_queue.q.arn", "arn:aws:sqs:eu-west-1:111122223333:q"),
        ("aws_dynamodb_table.d.arn", "arn:aws:dynamodb:eu-west-1:111122223333:table/d"),
        ("aws_cloudwatch_event_rule.e.arn", "arn:aws:events:eu-west-1:111122223333:rule/e"),
        ("aws_cloudwatch_event_rule.bus.arn", "arn:aws:events:eu-west-1:111122223333:rule/bus/e"),
        (
            "aws_api_gateway_rest_api.api.execution_arn",
            "arn:aws:execute-api:eu-west-1:111122223333:${aws_api_gateway_rest_api.api.id}",
        ),
        ("aws_ssm_parameter.s.arn", "arn:aws:ssm:eu-west-1:111122223333:parameter/app/key"),
        ("data.aws_arn.a.resource", "q"),
        ("data.aws_arn.a.account", "111122223333"),
        ("data.aws_lambda_function.theirs.arn", LAMBDA.removesuffix("f") + "theirs"),
        ('provider::aws::arn_parse(aws_sqs_queue.q.arn)["service"]', "sqs"),
        ('provider::aws::arn_build("aws", "sqs", "r", "1", "q")', "arn:aws:sqs:r:1:q"),
    ],
)
def test_a_reference(write: Callable[..., object], tmp_path: object, reference: str, expected: str) -> None:
    folder = write(SOURCE + f"locals {{\n  asked = {reference}\n}}\n")
    reading = RootReading(folder, ReadOptions(**HERE), folder)  # type: ignore[arg-type] # a path and two strings
    value = reading.root.local("asked")
    assert isinstance(value, Node)
    assert str(value.text) == expected


def test_a_queue_s_arn_in_another_partition(read: Callable[..., Estate]) -> None:
    role = 'resource "aws_iam_role" "r" {\n  name = "r"\n  assume_role_policy = "{}"\n}\n'
    estate = read(role, region="us-gov-west-1")
    assert str(estate.roles[0].arn) == "arn:aws-us-gov:iam::${account}:role/r"
