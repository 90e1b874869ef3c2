provider "aws" {
  region = "us-east-1"
}

module "all" {
  source = "./all"
}
