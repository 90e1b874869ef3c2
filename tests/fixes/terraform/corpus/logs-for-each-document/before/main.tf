provider "aws" {
  region = "us-east-1"
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

locals {
  names = toset(["a", "b"])
}

resource "aws_iam_role" "bot" {
  for_each = local.names

  name               = each.key
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_lambda_function" "bot" {
  for_each = local.names

  function_name = each.key
  role          = aws_iam_role.bot[each.key].arn
  runtime       = "python3.12"
  handler       = "index.handler"
  filename      = "bot.zip"
}

data "aws_iam_policy_document" "logs" {
  for_each = local.names

  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["*"]
  }
}

resource "aws_iam_role_policy" "logs" {
  for_each = local.names

  name   = "logs"
  role   = aws_iam_role.bot[each.key].id
  policy = data.aws_iam_policy_document.logs[each.key].json
}
