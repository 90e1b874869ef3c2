terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}
provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "fake"
  secret_key                  = "fake"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
}
locals {
  buckets = ["one", "two"]
}
data "aws_iam_policy_document" "source" {
  statement {
    sid       = "Kept"
    actions   = ["s3:GetObject"]
    resources = ["arn:aws:s3:::kept/*"]
  }
  statement {
    sid       = "Replaced"
    actions   = ["s3:*"]
    resources = ["*"]
  }
}
data "aws_iam_policy_document" "override" {
  statement {
    sid       = "Overridden"
    effect    = "Deny"
    actions   = ["sqs:*"]
    resources = ["*"]
  }
  statement {
    actions   = ["sns:Publish"]
    resources = ["arn:aws:sns:eu-west-1:123456789012:topic"]
  }
}
data "aws_iam_policy_document" "whole" {
  policy_id                 = "id"
  source_policy_documents   = [data.aws_iam_policy_document.source.json]
  override_policy_documents = [data.aws_iam_policy_document.override.json]
  statement {
    sid     = "Replaced"
    actions = ["s3:ListBucket"]
    resources = [for b in local.buckets : "arn:aws:s3:::${b}"]
  }
  statement {
    sid         = "Overridden"
    not_actions = ["sqs:SendMessage"]
    not_resources = ["arn:aws:sqs:eu-west-1:123456789012:q"]
  }
  dynamic "statement" {
    for_each = toset(local.buckets)
    content {
      actions   = ["s3:PutObject", "s3:GetObject"]
      resources = ["arn:aws:s3:::${statement.value}/&{aws:username}/*"]
      condition {
        test     = "StringLike"
        variable = "s3:prefix"
        values   = ["", "home/", "home/&{aws:username}/"]
      }
      condition {
        test     = "StringLike"
        variable = "aws:PrincipalTag/x"
        values   = [statement.key]
      }
      condition {
        test     = "ArnEquals"
        variable = "aws:SourceArn"
        values   = ["arn:aws:sns:eu-west-1:123456789012:topic"]
      }
    }
  }
}
data "aws_iam_policy_document" "trust" {
  version = "2008-10-17"
  statement {
    effect  = "Allow"
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com", "edgelambda.amazonaws.com"]
    }
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::123456789012:root"]
    }
  }
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = [true]
    }
  }
  statement {
    effect  = "Deny"
    actions = ["sts:*"]
    not_principals {
      type        = "AWS"
      identifiers = ["*"]
    }
  }
}
output "whole" {
  value = data.aws_iam_policy_document.whole.json
}
output "trust" {
  value = data.aws_iam_policy_document.trust.json
}
