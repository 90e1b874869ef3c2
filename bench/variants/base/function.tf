data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

resource "aws_lambda_function" "hook" {
  function_name = "hook"
  role          = aws_iam_role.hook.arn
  filename      = "hook.zip"
  handler       = "index.handler"
  runtime       = "python3.13"
}
