data "aws_iam_policy_document" "assume_bot" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lexv2.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "bot" {
  name               = "pizza-bot"
  assume_role_policy = data.aws_iam_policy_document.assume_bot.json
}

resource "aws_lexv2models_bot" "pizza" {
  name                        = "PizzaBot"
  role_arn                    = aws_iam_role.bot.arn
  idle_session_ttl_in_seconds = 300

  data_privacy {
    child_directed = false
  }
}

resource "aws_lexv2models_bot_locale" "english" {
  bot_id                           = aws_lexv2models_bot.pizza.id
  bot_version                      = "DRAFT"
  locale_id                        = "en_US"
  n_lu_intent_confidence_threshold = 0.4
}

resource "aws_lexv2models_intent" "order_pizza" {
  bot_id      = aws_lexv2models_bot.pizza.id
  bot_version = aws_lexv2models_bot_locale.english.bot_version
  locale_id   = aws_lexv2models_bot_locale.english.locale_id
  name        = "OrderPizza"

  sample_utterance {
    utterance = "I want a pizza"
  }

  fulfillment_code_hook {
    enabled = true
  }
}
