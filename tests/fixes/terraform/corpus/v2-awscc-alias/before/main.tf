terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
    awscc = {
      source = "hashicorp/awscc"
    }
  }
}

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

resource "awscc_lex_bot" "pizza" {
  name                        = "pizza"
  idle_session_ttl_in_seconds = 60
  role_arn                    = "arn:aws:iam::111122223333:role/lex"
  data_privacy = {
    child_directed = false
  }
}

resource "awscc_lex_bot_alias" "live" {
  bot_id         = awscc_lex_bot.pizza.id
  bot_alias_name = "live"
  bot_alias_locale_settings = [{
    locale_id = "en_US"
    bot_alias_locale_setting = {
      enabled = true
      code_hook_specification = {
        lambda_code_hook = {
          code_hook_interface_version = "1.0"
          lambda_arn                  = aws_lambda_function.bot.arn
        }
      }
    }
  }]
}

resource "aws_lambda_permission" "lex" {
  statement_id  = "AllowLex"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.bot.function_name
  principal     = "lexv2.amazonaws.com"
}
