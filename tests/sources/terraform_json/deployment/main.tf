provider "aws" {
  region = "eu-west-1"
}

provider "aws" {
  alias  = "west"
  region = var.second_region
}

variable "second_region" {
  default = "us-west-2"
}

variable "stage" {
  type = string
}

variable "token" {
  type      = string
  sensitive = true
  default   = "swordfish"
}

variable "shops" {
  default = ["north", "south"]
}

data "aws_caller_identity" "me" {}

data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "shop" {
  for_each           = toset(var.shops)
  name               = "${each.key}-${var.stage}"
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

resource "aws_iam_role" "report" {
  name_prefix        = "report-"
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

resource "aws_cloudwatch_log_group" "shop" {
  for_each = toset(var.shops)
  name     = "/aws/lambda/${each.key}"
}

data "aws_iam_policy_document" "shop" {
  for_each = toset(var.shops)

  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.shop[each.key].arn}:*"]
  }

  statement {
    actions   = ["s3:GetObject"]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceAccount"
      values   = [data.aws_caller_identity.me.account_id]
    }
  }
}

resource "aws_iam_role_policy" "shop" {
  for_each = toset(var.shops)
  role     = aws_iam_role.shop[each.key].id
  policy   = data.aws_iam_policy_document.shop[each.key].json
}

resource "aws_iam_role_policy" "report" {
  name = "report"
  role = aws_iam_role.report.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "logs:PutLogEvents", Resource = "${aws_cloudwatch_log_group.shop["north"].arn}:*" }]
  })
}

resource "aws_iam_role_policy_attachment" "report" {
  role       = aws_iam_role.report.name
  policy_arn = aws_iam_policy.read.arn
}

resource "aws_iam_policy" "read" {
  name   = "read"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:ListAllMyBuckets", Resource = "*" }] })
}

resource "aws_lambda_function" "shop" {
  for_each      = toset(var.shops)
  function_name = each.key
  role          = aws_iam_role.shop[each.key].arn
  runtime       = "python3.12"
  handler       = "shop.handler"
  filename      = "${path.module}/function.zip"

  environment {
    variables = { TOKEN = var.token }
  }
}

resource "aws_lambda_function" "report" {
  provider      = aws.west
  function_name = "report"
  role          = aws_iam_role.report.arn
  runtime       = "python3.12"
  handler       = "report.handler"
  filename      = "${path.module}/function.zip"
}

resource "aws_lex_intent" "order" {
  name = "Order"

  fulfillment_activity {
    type = "CodeHook"

    code_hook {
      message_version = "1.0"
      uri             = aws_lambda_function.shop["north"].arn
    }
  }
}

resource "aws_lambda_permission" "order" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.shop["north"].arn
  principal     = "lex.amazonaws.com"
  source_arn    = "${aws_lex_intent.order.arn}:*"
}

resource "aws_lambda_permission" "anyone" {
  for_each      = toset(var.shops)
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.shop[each.key].arn
  principal     = "lexv2.amazonaws.com"
}

resource "aws_sns_topic" "news" {
  name = "news"
}

module "caller" {
  source     = "./caller"
  count      = 2
  number     = count.index
  role       = aws_iam_role.report.arn
  source_arn = aws_sns_topic.news.arn
}

resource "aws_lambda_permission" "bucket" {
  action        = "lambda:InvokeFunction"
  function_name = module.caller[1].function
  principal     = "s3.amazonaws.com"
}
