variable "number" {}

variable "role" {}

variable "source_arn" {}

resource "aws_lambda_function" "called" {
  function_name = "called-${var.number}"
  role          = var.role
  runtime       = "python3.12"
  handler       = "called.handler"
  filename      = "${path.module}/function.zip"
}

resource "aws_lambda_permission" "news" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.called.arn
  principal     = "sns.amazonaws.com"
  source_arn    = var.source_arn
}

output "function" {
  value = aws_lambda_function.called.arn
}
