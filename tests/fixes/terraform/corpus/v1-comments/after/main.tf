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

# Lex calls the bot.
resource "aws_lambda_permission" "lex" { # ours
  # the name
  statement_id  = "LexV1-Order"           # kept short
  action        = "lambda:InvokeFunction" // call
  function_name = aws_lambda_function.bot.function_name
  /* who */
  principal      = "lex.amazonaws.com" # the service
  source_arn     = "arn:aws:lex:us-east-1:111122223333:intent:Order:*"
  source_account = "111122223333"
  # the end

  lifecycle {
    create_before_destroy = true
  }
}
# after it
