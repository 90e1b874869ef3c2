# Ours alone.
resource "aws_lambda_permission" "old" {
  statement_id  = "Old"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.bot.function_name
  principal     = "lex.amazonaws.com"
  source_arn    = "arn:aws:lex:us-east-1:111122223333:bot:Shop"
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
}

# Lex named it once.
# Not any longer.
resource "aws_lambda_permission" "older" {
  statement_id  = "Older"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.bot.function_name
  principal     = "lex.amazonaws.com"
  source_arn    = "arn:aws:lex:us-east-1:111122223333:bot:Shop2"
} # gone

# Lex calls it now.
resource "aws_lambda_permission" "lex" {
  statement_id  = "AllowLex"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.bot.function_name
  principal     = "lex.amazonaws.com"
  source_arn    = "arn:aws:lex:us-east-1:111122223333:intent:Order:*"
}
