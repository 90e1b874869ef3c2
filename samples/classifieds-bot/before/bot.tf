resource "aws_lex_slot_type" "category" {
  name           = "Category"
  create_version = true

  enumeration_value {
    value = "bicycle"
  }

  enumeration_value {
    value = "book"
  }

  enumeration_value {
    value = "sofa"
  }
}

resource "aws_lex_intent" "create_post" {
  name              = "CreatePost"
  create_version    = true
  sample_utterances = ["I want to sell a {Category}", "Sell my {Category} for {Price} dollars"]

  slot {
    name              = "Category"
    slot_type         = aws_lex_slot_type.category.name
    slot_type_version = aws_lex_slot_type.category.version
    slot_constraint   = "Required"
    priority          = 1

    value_elicitation_prompt {
      max_attempts = 3

      message {
        content      = "What do you want to sell?"
        content_type = "PlainText"
      }
    }
  }

  slot {
    name            = "Price"
    slot_type       = "AMAZON.NUMBER"
    slot_constraint = "Required"
    priority        = 2

    value_elicitation_prompt {
      max_attempts = 3

      message {
        content      = "For how many dollars?"
        content_type = "PlainText"
      }
    }
  }

  dialog_code_hook {
    uri             = local.code_hook
    message_version = "1.0"
  }

  fulfillment_activity {
    type = "CodeHook"

    code_hook {
      uri             = local.code_hook
      message_version = "1.0"
    }
  }
}

resource "aws_lex_intent" "read_post" {
  name              = "ReadPost"
  create_version    = true
  sample_utterances = ["Show me post {PostId}", "Read a post"]

  slot {
    name            = "PostId"
    slot_type       = "AMAZON.NUMBER"
    slot_constraint = "Required"
    priority        = 1

    value_elicitation_prompt {
      max_attempts = 3

      message {
        content      = "Which post do you want to read?"
        content_type = "PlainText"
      }
    }
  }

  dialog_code_hook {
    uri             = local.code_hook
    message_version = "1.0"
  }

  fulfillment_activity {
    type = "CodeHook"

    code_hook {
      uri             = local.code_hook
      message_version = "1.0"
    }
  }
}

resource "aws_lex_intent" "update_post" {
  name              = "UpdatePost"
  create_version    = true
  sample_utterances = ["Change the price of post {PostId}", "Make post {PostId} {Price} dollars"]

  slot {
    name            = "PostId"
    slot_type       = "AMAZON.NUMBER"
    slot_constraint = "Required"
    priority        = 1

    value_elicitation_prompt {
      max_attempts = 3

      message {
        content      = "Which post do you want to change?"
        content_type = "PlainText"
      }
    }
  }

  slot {
    name            = "Price"
    slot_type       = "AMAZON.NUMBER"
    slot_constraint = "Required"
    priority        = 2

    value_elicitation_prompt {
      max_attempts = 3

      message {
        content      = "For how many dollars?"
        content_type = "PlainText"
      }
    }
  }

  dialog_code_hook {
    uri             = local.code_hook
    message_version = "1.0"
  }

  fulfillment_activity {
    type = "CodeHook"

    code_hook {
      uri             = local.code_hook
      message_version = "1.0"
    }
  }
}

resource "aws_lex_intent" "delete_post" {
  name              = "DeletePost"
  create_version    = true
  sample_utterances = ["Delete post {PostId}", "I sold it"]

  slot {
    name            = "PostId"
    slot_type       = "AMAZON.NUMBER"
    slot_constraint = "Required"
    priority        = 1

    value_elicitation_prompt {
      max_attempts = 3

      message {
        content      = "Which post shall I delete?"
        content_type = "PlainText"
      }
    }
  }

  dialog_code_hook {
    uri             = local.code_hook
    message_version = "1.0"
  }

  fulfillment_activity {
    type = "CodeHook"

    code_hook {
      uri             = local.code_hook
      message_version = "1.0"
    }
  }
}

resource "aws_lex_bot" "classifieds" {
  name             = "Classifieds"
  locale           = "en-US"
  child_directed   = false
  create_version   = true
  process_behavior = "BUILD"

  intent {
    intent_name    = aws_lex_intent.create_post.name
    intent_version = aws_lex_intent.create_post.version
  }

  intent {
    intent_name    = aws_lex_intent.read_post.name
    intent_version = aws_lex_intent.read_post.version
  }

  intent {
    intent_name    = aws_lex_intent.update_post.name
    intent_version = aws_lex_intent.update_post.version
  }

  intent {
    intent_name    = aws_lex_intent.delete_post.name
    intent_version = aws_lex_intent.delete_post.version
  }

  abort_statement {
    message {
      content      = "Sorry, I cannot help with that."
      content_type = "PlainText"
    }
  }
}

resource "aws_lex_bot_alias" "live" {
  name        = "live"
  bot_name    = aws_lex_bot.classifieds.name
  bot_version = aws_lex_bot.classifieds.version
}
