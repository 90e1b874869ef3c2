provider "aws" {
  region = "us-east-1"
}

resource "aws_iam_role" "bot" {
  name = "bot"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = ["lambda.amazonaws.com", "ec2.amazonaws.com"] }
    }]
  })
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
