provider "aws" {
  region = "us-east-1"
}

locals {
  targets = ["*"]
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "a" {
  name               = "a"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_lambda_function" "a" {
  function_name = "a"
  role          = aws_iam_role.a.arn
  runtime       = "python3.12"
  handler       = "index.handler"
  filename      = "bot.zip"
}

resource "aws_iam_role" "b" {
  name               = "b"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_lambda_function" "b" {
  function_name = "b"
  role          = aws_iam_role.b.arn
  runtime       = "python3.12"
  handler       = "index.handler"
  filename      = "bot.zip"
}

data "aws_iam_policy_document" "a" {
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = local.targets
  }
}

resource "aws_iam_role_policy" "a" {
  name   = "logs"
  role   = aws_iam_role.a.id
  policy = data.aws_iam_policy_document.a.json
}

data "aws_iam_policy_document" "b" {
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = local.targets
  }
}

resource "aws_iam_role_policy" "b" {
  name   = "logs"
  role   = aws_iam_role.b.id
  policy = data.aws_iam_policy_document.b.json
}
