"""A configuration of many functions, each with what surrounds one in practice."""

from __future__ import annotations

from pathlib import Path

IN_A_FILE = 50

_MAIN = """terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {
  region = "us-east-1"
}

data "aws_caller_identity" "current" {}

locals {
  account = data.aws_caller_identity.current.account_id
}
"""

_FUNCTION = """
resource "aws_lambda_function" "f_%(n)d" {
  function_name = "function-%(n)d"
  role          = aws_iam_role.f_%(n)d.arn
  runtime       = "python3.12"
  handler       = "index.handler"
  filename      = "${path.module}/function.zip"
}

resource "aws_iam_role" "f_%(n)d" {
  name = "function-%(n)d"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_cloudwatch_log_group" "f_%(n)d" {
  name = "/aws/lambda/function-%(n)d"
}

data "aws_iam_policy_document" "f_%(n)d" {
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.f_%(n)d.arn}:*"]
  }

  statement {
    actions   = ["dynamodb:GetItem", "dynamodb:PutItem"]
    resources = ["arn:aws:dynamodb:us-east-1:${local.account}:table/table-%(n)d"]
  }
}

resource "aws_iam_role_policy" "f_%(n)d" {
  name   = "function-%(n)d"
  role   = aws_iam_role.f_%(n)d.name
  policy = data.aws_iam_policy_document.f_%(n)d.json
}

resource "aws_lambda_permission" "f_%(n)d" {
  statement_id   = "AllowLex"
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.f_%(n)d.function_name
  principal      = "lexv2.amazonaws.com"
%(scope)s}
"""

_SCOPE = """  source_arn     = "arn:aws:lex:us-east-1:${local.account}:bot-alias/BOT%(n)07d/TSTALIASID"
  source_account = local.account
"""


def write_functions(folder: Path, count: int) -> None:
    """Write `count` functions into a folder, some to a file; every tenth may be called by anyone's bot."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "main.tf").write_text(_MAIN, "utf-8")
    for first in range(0, count, IN_A_FILE):
        blocks = []
        for number in range(first, min(first + IN_A_FILE, count)):
            scope = _SCOPE % {"n": number} if number % 10 else ""
            blocks.append(_FUNCTION % {"n": number, "scope": scope})
        (folder / f"functions_{first}.tf").write_text("".join(blocks), "utf-8")
