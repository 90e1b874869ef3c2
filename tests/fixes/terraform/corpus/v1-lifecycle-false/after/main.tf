provider "aws" {
  region = "us-east-1"
}

resource "aws_lambda_function" "bot" {
  function_name = "bot"
  role          = "arn:aws:iam::111122223333:role/bot"
  runtime       = "python3.12"
  handler       = "index.handler"
  filename      = "bot.zip"
}

resource "aws_lex_intent" "order" {
  name              = "Order"
  sample_utterances = ["order please"]

  fulfillment_activity {
    type = "CodeHook"
    code_hook {
      uri             = aws_lambda_function.bot.arn
      message_version = "1.0"
    }
  }

  depends_on = [aws_lambda_permission.lex]
}

resource "aws_lambda_permission" "lex" {
  statement_id   = "LexV1-Order"
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.bot.function_name
  principal      = "lex.amazonaws.com"
  source_arn     = "arn:aws:lex:us-east-1:111122223333:intent:Order:*"
  source_account = "111122223333"

  lifecycle {
    create_before_destroy = true # no hurry
  }
}
