data "aws_iam_policy_document" "assume_function" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "function" {
  name               = "pizza-order"
  assume_role_policy = data.aws_iam_policy_document.assume_function.json
}

resource "aws_cloudwatch_log_group" "pizza_order" {
  name              = "/aws/lambda/pizza-order"
  retention_in_days = 30
}

data "aws_iam_policy_document" "logs" {
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.pizza_order.arn}:*"]
  }
}

resource "aws_iam_role_policy" "logs" {
  name   = "logs"
  role   = aws_iam_role.function.name
  policy = data.aws_iam_policy_document.logs.json
}

resource "aws_lambda_function" "pizza_order" {
  function_name = "pizza-order"
  role          = aws_iam_role.function.arn
  runtime       = "python3.12"
  handler       = "pizza.handler"
  filename      = "${path.module}/pizza.zip"
}

# Every alias of this bot, and no other bot: Terraform's AWS provider cannot make a bot alias, so
# the alias that calls is not known here.
resource "aws_lambda_permission" "lex_bot" {
  statement_id   = "AllowPizzaBotAliases"
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.pizza_order.function_name
  principal      = "lexv2.amazonaws.com"
  source_arn     = "arn:aws:lex:us-east-1:${data.aws_caller_identity.current.account_id}:bot-alias/${aws_lexv2models_bot.pizza.id}/*"
  source_account = data.aws_caller_identity.current.account_id
}
