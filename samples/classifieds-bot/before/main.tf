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

locals {
  function_name = "classifieds_lambda"
  code_hook     = aws_lambda_function.classifieds_lambda.arn
}
