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

resource "aws_lexv2models_bot" "pizza" {
  name                        = "pizza"
  idle_session_ttl_in_seconds = 60
  role_arn                    = "arn:aws:iam::111122223333:role/lex"

  data_privacy {
    child_directed = false
  }
}

resource "aws_lexv2models_bot_locale" "english" {
  bot_id                           = aws_lexv2models_bot.pizza.id
  bot_version                      = "DRAFT"
  locale_id                        = "en_US"
  n_lu_intent_confidence_threshold = 0.7
}

resource "aws_lexv2models_intent" "order" {
  bot_id      = aws_lexv2models_bot.pizza.id
  bot_version = aws_lexv2models_bot_locale.english.bot_version
  locale_id   = aws_lexv2models_bot_locale.english.locale_id
  name        = "Order"

  fulfillment_code_hook {
    enabled = true
  }
}

resource "aws_lambda_permission" "lex" {
  statement_id  = "AllowLex"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.bot.function_name
  principal     = "lexv2.amazonaws.com"
}
