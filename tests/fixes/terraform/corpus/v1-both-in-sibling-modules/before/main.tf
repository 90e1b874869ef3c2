provider "aws" {
  region = "us-east-1"
}

module "hook" {
  source = "./hook"
}

module "bot" {
  source = "./bot"

  function_arn = module.hook.arn
}
