variable "function_arn" {
  type = string
}

resource "aws_lex_intent" "order" {
  name              = "Order"
  sample_utterances = ["order please"]

  fulfillment_activity {
    type = "CodeHook"
    code_hook {
      uri             = var.function_arn
      message_version = "1.0"
    }
  }
}
