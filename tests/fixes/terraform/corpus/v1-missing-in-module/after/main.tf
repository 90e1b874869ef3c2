provider "aws" {
  region = "us-east-1"
}

module "hook" {
  source = "./hook"
}

resource "aws_lex_intent" "order" {
  name              = "Order"
  sample_utterances = ["order please"]

  fulfillment_activity {
    type = "CodeHook"
    code_hook {
      uri             = module.hook.arn
      message_version = "1.0"
    }
  }

  depends_on = [module.hook]
}
