provider "aws" {
  region = "us-east-1"
}

module "bot" {
  source = "./bot"
}
