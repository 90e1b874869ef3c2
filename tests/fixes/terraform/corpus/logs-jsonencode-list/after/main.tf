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

data "aws_caller_identity" "current" {}

resource "aws_iam_role_policy" "logs" {
  name = "logs"
  role = aws_iam_role.bot.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        # write logs
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "arn:aws:logs:us-east-1:${data.aws_caller_identity.current.account_id}:log-group:/aws/lambda/bot:*" # anywhere
      },
      {
        Effect = "Allow"
        Action = "logs:CreateLogGroup"
        Resource = [
          "arn:aws:logs:us-east-1:${data.aws_caller_identity.current.account_id}:log-group:/aws/lambda/bot",
          "arn:aws:logs:us-east-1:${data.aws_caller_identity.current.account_id}:log-group:/aws/lambda/bot:*",
        ]
      },
    ]
  })
}
