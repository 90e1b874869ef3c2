provider "aws" {
  region = "us-east-1"
}

module "bot" {
  source  = "registry.example.com/team/bot/aws"
  version = "1.0.0"
}
