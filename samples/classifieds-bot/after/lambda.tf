data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "classifieds_lambda" {
  name               = local.function_name
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

resource "aws_cloudwatch_log_group" "classifieds_lambda" {
  name              = "/aws/lambda/${local.function_name}"
  retention_in_days = 30
}

data "aws_iam_policy_document" "logs" {
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.classifieds_lambda.arn}:*"]
  }
}

resource "aws_iam_policy" "logs" {
  name   = "${local.function_name}_logs"
  policy = data.aws_iam_policy_document.logs.json
}

resource "aws_iam_role_policy_attachment" "logs" {
  role       = aws_iam_role.classifieds_lambda.name
  policy_arn = aws_iam_policy.logs.arn
}

resource "aws_lambda_function" "classifieds_lambda" {
  function_name = local.function_name
  role          = aws_iam_role.classifieds_lambda.arn
  runtime       = "python3.12"
  handler       = "classifieds.handler"
  filename      = "${path.module}/../classifieds_lambda.zip"

  depends_on = [
    aws_cloudwatch_log_group.classifieds_lambda,
    aws_iam_role_policy_attachment.logs,
  ]
}

# The intents' ARNs are written by name: Lex refuses an intent whose function it cannot call, so
# the permission must be there before the intent, and cannot refer to it.
resource "aws_lambda_permission" "allow_lex" {
  for_each = local.intents

  statement_id   = "AllowLex${each.key}"
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.classifieds_lambda.function_name
  principal      = "lex.amazonaws.com"
  source_arn     = "arn:aws:lex:${local.region}:${local.account_id}:intent:${each.key}:*"
  source_account = local.account_id
}
