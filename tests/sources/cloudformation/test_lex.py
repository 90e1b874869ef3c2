"""Lex V2 bots and the functions that their aliases call.

Expectations: the CloudFormation template reference, AWS::Lex::Bot and AWS::Lex::BotAlias; Lex V2
calls with the ARN of the alias, of which the test alias has the id `TSTALIASID`.
"""

from __future__ import annotations

from collections.abc import Callable

from auditor.estate.function import LexGeneration

from .conftest import Read, only

BOT = """Resources:
  F: {Type: AWS::Lambda::Function, Properties: {FunctionName: f}}
  Live: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref F, Name: live, FunctionVersion: '1'}}
  Bot:
    Type: AWS::Lex::Bot
    Properties:
      Name: PizzaBot
      BotLocales:
        - LocaleId: en_US
          Intents: [{Name: Order, FulfillmentCodeHook: {Enabled: true}}]
"""
SETTING = "{CodeHookSpecification: {LambdaCodeHook: {CodeHookInterfaceVersion: '1.0', LambdaArn: %s}}, Enabled: %s}"
ALIAS = """  Alias:
    Type: AWS::Lex::BotAlias
    Properties:
      BotAliasName: live
      BotId: !Ref Bot
      BotAliasLocaleSettings:
        - LocaleId: en_US
          BotAliasLocaleSetting: %s
"""


def setting(arn: str, enabled: str = "true") -> str:
    return SETTING % (arn, enabled)


def test_an_alias_calls_its_function(read: Read) -> None:
    estate = read(BOT + ALIAS % setting("!GetAtt F.Arn"))
    function = only(estate.functions)
    (hook,) = function.hooks
    assert str(hook.source_arn) == "arn:aws:lex:${region}:${account}:bot-alias/${Bot}/${Alias.BotAliasId}"
    assert hook.qualifier is None
    assert (str(hook.origin), hook.origin.address) == ("template.yaml:18:120", "Alias")
    assert function.hooks_known == {LexGeneration.V2}
    assert [(str(bot.name), str(bot.id), bot.code_hooks) for bot in estate.bots] == [("PizzaBot", "${Bot}", True)]


def test_the_test_alias_of_a_bot_has_a_known_id(read: Read) -> None:
    extra = (
        "      TestBotAliasSettings:\n        BotAliasLocaleSettings: [{LocaleId: en_US, BotAliasLocaleSetting: %s}]\n"
    )
    (hook,) = only(read(BOT + extra % setting("!GetAtt F.Arn")).functions).hooks
    assert str(hook.source_arn) == "arn:aws:lex:${region}:${account}:bot-alias/${Bot}/TSTALIASID"


def test_a_hook_may_call_an_alias_of_the_function(read: Read) -> None:
    for written in ("!Ref Live", "!Sub '${F.Arn}:live'"):
        (hook,) = only(read(BOT + ALIAS % setting(written)).functions).hooks
        assert str(hook.qualifier) == "live"


def test_a_locale_that_is_switched_off_calls_nobody(read: Read) -> None:
    assert only(read(BOT + ALIAS % setting("!GetAtt F.Arn", "false")).functions).hooks == ()


def test_an_unknown_function_is_unresolved_and_hooks_are_not_all_known(read: Read) -> None:
    text = BOT + ALIAS % setting("!Ref Which") + "Parameters: {Which: {Type: String}}\n"
    estate = read(text)
    assert only(estate.functions).hooks_known == frozenset()
    assert "${Which}" in [entry.text for entry in estate.unresolved]


def test_both_functions_of_a_choice_are_called(read: Read) -> None:
    other = "  G: {Type: AWS::Lambda::Function, Properties: {FunctionName: g}}\n"
    text = BOT + other + ALIAS % setting("!If [C, !GetAtt F.Arn, !GetAtt G.Arn]")
    text += "Parameters: {Which: {Type: String}}\nConditions: {C: !Equals [!Ref Which, x]}\n"
    assert [len(function.hooks) for function in read(text).functions] == [1, 1]


def test_an_address_of_api_gateway_is_no_hook(read_wrong: Callable[..., object]) -> None:
    uri = "!Sub 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${F.Arn}/invocations'"
    estate, told = read_wrong(BOT + ALIAS % setting(uri))  # type: ignore[misc] # the fixture's pair
    assert "Lex refuses it as a code hook" in told[0][1]
    assert len(only(estate.functions).hooks) == 1
