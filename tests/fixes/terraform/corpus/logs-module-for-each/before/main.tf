provider "aws" {
  region = "us-east-1"
}

module "bot" {
  source   = "./bot"
  for_each = toset(["a", "b"])

  name = each.key
}
