"""Lex bots and the functions that they call."""

from __future__ import annotations

from collections.abc import Callable

from auditor.estate.estate import Estate
from auditor.estate.function import LexGeneration
from auditor.iam.origin import Origin
from auditor.iam.text import ACCOUNT, Hole, HoleType, text

Read = Callable[..., Estate]
FUNCTION = """
provider "aws" {
  region = "us-east-1"
}
resource "aws_lambda_function" "f" {
  function_name = "fn"
  role          = "r"
}
"""
INTENT = """resource "aws_lex_intent" "create" {
  name = "CreatePost"
  dialog_code_hook {
    uri             = %s
    message_version = "1.0"
  }
  fulfillment_activity {
    type = "CodeHook"
    code_hook {
      uri             = local.hook
      message_version = "1.0"
    }
  }
}
locals {
  hook = aws_lambda_function.f.arn
}
"""


def test_an_intent_calls_its_function(read: Read) -> None:
    """Both hooks of one intent to one function are one hook."""
    estate = read({"f.tf": FUNCTION, "i.tf": INTENT % "aws_lambda_function.f.arn"})
    (function,) = estate.functions
    (hook,) = function.hooks
    version = Hole("version of aws_lex_intent.create", HoleType.LEX_VERSION, each=True)
    assert hook.source_arn == text("arn:aws:lex:us-east-1:", ACCOUNT, ":intent:CreatePost:", version)
    assert (hook.generation, hook.qualifier, hook.intent) == (LexGeneration.V1, None, text("CreatePost"))
    assert hook.origin == Origin("i.tf", 10, 7, 10, 35, "aws_lex_intent.create")
    assert function.hooks_known == {LexGeneration.V1}
    assert [(str(intent.name), intent.address) for intent in estate.intents] == [
        ("CreatePost", "aws_lex_intent.create")
    ]
    assert [entry.text for entry in estate.unresolved] == ["r"]


def test_an_alias_is_the_qualifier(read: Read) -> None:
    alias = (
        'resource "aws_lambda_alias" "live" {\n  name = "live"\n  function_name = "fn"\n  function_version = "1"\n}\n'
    )
    estate = read({"f.tf": FUNCTION + alias, "i.tf": INTENT % "aws_lambda_alias.live.arn"})
    hooks = estate.functions[0].hooks
    assert {str(hook.qualifier) if hook.qualifier else None for hook in hooks} == {None, "live"}


def test_a_hook_that_is_not_known_leaves_hooks_not_known(read: Read) -> None:
    estate = read({"f.tf": FUNCTION + 'variable "uri" {}', "i.tf": INTENT % "var.uri"})
    assert [len(function.hooks) for function in estate.functions] == [1]
    assert estate.functions[0].hooks_known == frozenset()
    assert "${var.uri}" in [entry.text for entry in estate.unresolved]


def test_without_lex_hooks_are_not_known(read: Read) -> None:
    assert read(FUNCTION).functions[0].hooks_known == frozenset()


def test_a_bot_without_hooks_is_known_to_call_nothing(read: Read) -> None:
    estate = read(FUNCTION + 'resource "aws_lex_bot" "b" {\n  name = "B"\n}\n')
    assert estate.functions[0].hooks_known == {LexGeneration.V1}
    assert [(bot.generation, str(bot.name), bot.code_hooks) for bot in estate.bots] == [(LexGeneration.V1, "B", False)]


def test_a_hook_to_a_function_elsewhere(read: Read) -> None:
    """Whether it may call is not known: its policy is not in the estate."""
    arn = "arn:aws:lambda:us-east-1:123456789012:function:elsewhere"
    estate = read(INTENT.replace("aws_lambda_function.f.arn", f'"{arn}"') % f'"{arn}"')
    (function,) = estate.functions
    assert (str(function.name), function.resource_policy, len(function.hooks)) == ("elsewhere", None, 1)


V2 = """
resource "aws_lexv2models_bot" "pizza" {
  name = "Pizza"
}
resource "aws_lexv2models_intent" "order" {
  bot_id = aws_lexv2models_bot.pizza.id
  fulfillment_code_hook {
    enabled = %s
  }
}
"""


def test_a_v2_bot_calls_some_function(read: Read) -> None:
    estate = read(FUNCTION + V2 % "true")
    (bot,) = estate.bots
    assert bot.id == text(Hole("aws_lexv2models_bot.pizza.id", HoleType.LEX_ID))
    assert (bot.generation, bot.code_hooks) == (LexGeneration.V2, True)
    assert estate.functions[0].hooks_known == frozenset()


def test_a_v2_bot_whose_hooks_are_off(read: Read) -> None:
    assert [bot.code_hooks for bot in read(FUNCTION + V2 % "false").bots] == [False]


ALIAS = """
resource "awscc_lex_bot_alias" "live" {
  bot_id         = aws_lexv2models_bot.pizza.id
  bot_alias_name = "live"
  bot_alias_locale_settings = [
    for locale in ["en_US", "de_DE"] : {
      locale_id = locale
      bot_alias_locale_setting = {
        enabled = true
        code_hook_specification = {
          lambda_code_hook = {
            lambda_arn                  = aws_lambda_function.f.arn
            code_hook_interface_version = "1.0"
          }
        }
      }
    }
  ]
}
"""


def test_a_v2_alias_calls_its_function(read: Read) -> None:
    function = read(FUNCTION + V2 % "true" + ALIAS).functions[0]
    (hook,) = function.hooks
    bot = Hole("aws_lexv2models_bot.pizza.id", HoleType.LEX_ID)
    alias = Hole("awscc_lex_bot_alias.live.bot_alias_id", HoleType.LEX_ALIAS_ID)
    assert hook.source_arn == text("arn:aws:lex:us-east-1:", ACCOUNT, ":bot-alias/", bot, "/", alias)
    assert function.hooks_known == {LexGeneration.V2}


def test_the_test_alias_of_a_v2_bot(read: Read) -> None:
    bot = """
resource "awscc_lex_bot" "b" {
  name = "B"
  test_bot_alias_settings = {
    bot_alias_locale_settings = [{
      bot_alias_locale_setting = {
        code_hook_specification = { lambda_code_hook = { lambda_arn = aws_lambda_function.f.arn } }
      }
    }]
  }
}
"""
    (hook,) = read(FUNCTION + bot).functions[0].hooks
    assert str(hook.source_arn).endswith("/TSTALIASID")
