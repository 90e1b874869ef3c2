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

data "aws_iam_policy_document" "logs" {
  statement {
    actions = [
      "logs:CreateLogStream",
      "logs:PutLogEvents",
      "logs:CreateLogGroup",
    ]
    resources = ["*"]
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
}

resource "aws_lambda_permission" "allow_lex" {
  statement_id  = "AllowLex"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.classifieds_lambda.function_name
  principal     = "lex.amazonaws.com"
}
