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

resource "aws_iam_role" "bot" {
  name               = "bot"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_lambda_function" "bot" {
  function_name = "bot"
  role          = aws_iam_role.bot.arn
  runtime       = "python3.12"
  handler       = "index.handler"
  filename      = "bot.zip"
}

data "aws_iam_policy_document" "logs" {
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["arn:aws:logs:us-east-1:111122223333:log-group:/aws/lambda/bot:*"]
  }
}

resource "aws_iam_role_policy" "logs" {
  name   = "logs"
  role   = aws_iam_role.bot.id
  policy = data.aws_iam_policy_document.logs.json
}
