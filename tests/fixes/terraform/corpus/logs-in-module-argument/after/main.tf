provider "aws" {
  region = "us-east-1"
}

data "aws_caller_identity" "current" {}

module "bot" {
  source = "./bot"

  targets = ["arn:aws:logs:us-east-1:${data.aws_caller_identity.current.account_id}:log-group:/aws/lambda/bot:*"]
}
