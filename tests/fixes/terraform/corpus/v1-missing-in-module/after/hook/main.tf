resource "aws_lambda_function" "bot" {
  function_name = "bot"
  role          = "arn:aws:iam::111122223333:role/bot"
  runtime       = "python3.12"
  handler       = "index.handler"
  filename      = "bot.zip"
}

resource "aws_lambda_permission" "lex_v1_order" {
  statement_id   = "LexV1-Order"
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.bot.function_name
  principal      = "lex.amazonaws.com"
  source_arn     = "arn:aws:lex:us-east-1:111122223333:intent:Order:*"
  source_account = "111122223333"
}

output "arn" {
  value = aws_lambda_function.bot.arn
}
