terraform {
  required_version = ">= 1.3"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}

provider "aws" {
  region = "us-east-1"
}

data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

locals {
  function_name = "classifieds_lambda"
  code_hook     = aws_lambda_function.classifieds_lambda.arn
  intents       = toset(["CreatePost", "ReadPost", "UpdatePost", "DeletePost"])
  account_id    = data.aws_caller_identity.current.account_id
  region        = data.aws_region.current.name
}
