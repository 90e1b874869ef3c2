provider "aws" {
  region = "us-east-1"
}

provider "aws" {
  alias  = "other"
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
  provider = aws.other

  name               = "bot"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_lambda_function" "bot" {
  provider = aws.other

  function_name = "bot"
  role          = aws_iam_role.bot.arn
  runtime       = "python3.12"
  handler       = "index.handler"
  filename      = "bot.zip"
}

resource "aws_iam_role_policy_attachment" "logs" {
  provider   = aws.other
  role       = aws_iam_role.bot.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

resource "aws_cloudwatch_log_group" "bot" {
  provider = aws.other

  name = "/aws/lambda/bot"
}
