resource "aws_cloudwatch_log_group" "hook" {
  name              = "/aws/lambda/hook"
  retention_in_days = 30
}

data "aws_iam_policy_document" "logs" {
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.hook.arn}:*"]
  }
}

resource "aws_iam_role_policy" "logs" {
  name   = "logs"
  role   = aws_iam_role.hook.id
  policy = data.aws_iam_policy_document.logs.json
}
