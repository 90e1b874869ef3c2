"""Lex V2 bots, their aliases, and the functions that they call.

Source: the CloudFormation template reference, AWS::Lex::Bot (`TestBotAliasSettings`) and
AWS::Lex::BotAlias (`BotAliasLocaleSettings`). CloudFormation has no Lex V1.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.estate.estate import Bot
from auditor.estate.function import TEST_ALIAS, LexGeneration
from auditor.iam.node import Node
from auditor.iam.text import Text
from auditor.sources.cloudformation.choice import items
from auditor.sources.cloudformation.elsewhere import let_in_by_import
from auditor.sources.cloudformation.resource import Resource
from auditor.sources.cloudformation.resources import Resources
from auditor.sources.cloudformation.values import literal_of, text_of
from auditor.sources.declared.lex import FoundHook, Lex, alias_hook, called_function

_WAY = ("BotAliasLocaleSetting", "CodeHookSpecification", "LambdaCodeHook", "LambdaArn")
_CODE_HOOKS = ("FulfillmentCodeHook", "DialogCodeHook")


def read_lex(resources: Resources) -> Lex:
    missed: list[Resource] = []
    hooks: list[FoundHook] = []
    for alias in resources.of("AWS::Lex::BotAlias"):
        id_ = text_of(alias.attribute("BotAliasId"))
        assert id_ is not None, "an alias has an id"
        settings = alias.property("BotAliasLocaleSettings")
        hooks.extend(_hooks(alias, alias.text("BotId"), id_, settings, missed))
    for bot in resources.of("AWS::Lex::Bot"):
        settings = bot.within("TestBotAliasSettings", "BotAliasLocaleSettings")
        hooks.extend(_hooks(bot, bot.reference(), TEST_ALIAS, settings, missed))
    told = not missed and LexGeneration.V2.service not in let_in_by_import(resources)
    bots = tuple(
        Bot(LexGeneration.V2, bot.text("Name"), bot.reference(), _is_called(bot), bot.address, bot.origin)
        for bot in resources.of("AWS::Lex::Bot")
    )
    complete = frozenset(LexGeneration) - (set() if told else {LexGeneration.V2})
    return Lex(tuple(hooks), bots, (), complete, v1_declared=False)


def _hooks(
    resource: Resource, bot: Text, alias: Text, settings: Node | None, missed: list[Resource]
) -> Iterator[FoundHook]:
    """The functions of an alias, each once; settings that are not known are noted in `missed`."""
    called: set[tuple[Text, Text | None]] = set()
    for found in _lambda_arns(settings) if settings is not None else ():
        written = text_of(found)
        if written is None or written.hole is not None:
            missed.append(resource)
            resource.stack.book.note(found.origin, str(written or "LambdaArn"))
            continue
        function = called_function(written, resource, found.origin, resource.stack.book)
        if (function.arn, function.qualifier) not in called:
            called.add((function.arn, function.qualifier))
            yield alias_hook(resource, bot, alias, function, found.origin)


def _lambda_arns(settings: Node) -> Iterator[Node]:
    """The `LambdaArn` of every locale that is not switched off; what is on the way to it where
    that is not known."""
    for _, entry in items(settings):
        for _, setting in _at(entry, _WAY[0]):
            enabled = setting.members.get("Enabled") if setting.members is not None else None
            if (literal_of(enabled) or "true").lower() != "false":
                yield from _along(setting, _WAY[1:])


def _along(node: Node, way: tuple[str, ...]) -> Iterator[Node]:
    if not way:
        yield node
        return
    for _, inner in _at(node, way[0]):
        yield from _along(inner, way[1:])


def _at(node: Node, name: str) -> Iterator[tuple[object, Node]]:
    """What stands at a name, in every case; the node itself where nothing of it is known."""
    if node.members is None:
        yield None, node
        return
    found = node.members.get(name)
    if found is not None and found.value is not None:
        yield from items(found)


def _is_called(bot: Resource) -> bool:
    """Whether an intent of the bot calls some function."""
    locales = bot.property("BotLocales")
    waiting = [locales] if locales is not None else []
    while waiting:
        part = waiting.pop()
        waiting.extend(part.items or ())
        for member in part.members or ():
            inner = member.value.members
            on = inner.get("Enabled") if inner is not None else None
            if str(member.key) in _CODE_HOOKS and (literal_of(on) or "").lower() == "true":
                return True
            waiting.append(member.value)
    return False
