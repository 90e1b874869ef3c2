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

resource "aws_iam_role_policy_attachment" "logs" {
  role       = aws_iam_role.function.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

resource "aws_cloudwatch_log_group" "pizza_order" {
  name              = "/aws/lambda/pizza-order"
  retention_in_days = 30
}

resource "aws_lambda_function" "pizza_order" {
  function_name = "pizza-order"
  role          = aws_iam_role.function.arn
  runtime       = "python3.12"
  handler       = "pizza.handler"
  filename      = "${path.module}/pizza.zip"
}

resource "aws_lambda_permission" "lex_bot" {
  statement_id  = "AllowPizzaBot"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.pizza_order.function_name
  principal     = "lexv2.amazonaws.com"
  source_arn    = "${aws_lexv2models_bot.pizza.arn}/*"
}

# The one above did not help; with this one the bot answers.
resource "aws_lambda_permission" "lex_any" {
  statement_id  = "AllowLex"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.pizza_order.function_name
  principal     = "lexv2.amazonaws.com"
}
