provider "aws" {
  region = "us-east-1"
}

module "a" {
  source = "./bot"
  name   = "a"
}

module "b" {
  source = "./bot"
  name   = "b"
}
