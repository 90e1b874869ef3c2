"""Lex: bots, intents, and the functions that they call."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.estate.estate import Bot, Intent
from auditor.estate.function import TEST_ALIAS, LexGeneration
from auditor.iam.node import Node
from auditor.iam.origin import Origin
from auditor.iam.text import Hole, Text, text
from auditor.sources.declared.lex import FoundHook, Lex, alias_hook, called_function, intent_hook
from auditor.sources.terraform.configuration import MANAGED
from auditor.sources.terraform.evaluation.value import EvaluationError, as_text
from auditor.sources.terraform.interface import Resources, View
from auditor.sources.terraform.resource import Resource

_V1_TYPES = ("aws_lex_intent", "aws_lex_bot", "aws_lex_bot_alias", "aws_lex_slot_type")
_V2_HOOKS = ("fulfillment_code_hook", "dialog_code_hook")


def read_lex(root: Resources) -> Lex:
    missed: set[LexGeneration] = set()
    hooks = [*_v1_hooks(root, missed), *_v2_hooks(root, missed)]
    intents = [Intent(i.text("name"), i.address, i.origin) for i in root.instances(MANAGED, "aws_lex_intent")]
    return Lex(
        tuple(hooks),
        (*_v1_bots(root, hooks), *_v2_bots(root)),
        tuple(intents),
        frozenset(LexGeneration) - missed,
        any(next(root.instances(MANAGED, type_), None) for type_ in _V1_TYPES),
    )


def _v1_hooks(root: Resources, missed: set[LexGeneration]) -> Iterator[FoundHook]:
    for intent in root.instances(MANAGED, "aws_lex_intent"):
        if intent.uncertain:
            missed.add(LexGeneration.V1)
        called: set[tuple[Text, Text | None]] = set()
        for view in _code_hooks(intent.view):
            uri = view.argument("uri")
            if uri is None or uri.unknown is not None:
                missed.add(LexGeneration.V1)
                intent.book.note(view.origin, str(uri.text) if uri is not None else "code_hook")
                continue
            function = called_function(_text_of(uri), intent, view.place("uri"), intent.book)
            if (function.arn, function.qualifier) not in called:
                called.add((function.arn, function.qualifier))
                yield intent_hook(intent, intent.text("name"), function, view.place("uri"))


def _code_hooks(intent: View) -> Iterator[View]:
    """The blocks of an intent with the `uri` of a function."""
    for activity in intent.blocks("fulfillment_activity"):
        yield from (activity,) if activity.unknown is not None else activity.blocks("code_hook")
    yield from intent.blocks("dialog_code_hook")


def _v2_hooks(root: Resources, missed: set[LexGeneration]) -> Iterator[FoundHook]:
    for alias in root.instances(MANAGED, "awscc_lex_bot_alias"):
        yield from _alias_hooks(alias, alias.argument("bot_alias_locale_settings"), alias.text("bot_alias_id"), missed)
    for bot in root.instances(MANAGED, "awscc_lex_bot"):
        settings = bot.argument("test_bot_alias_settings")
        yield from _alias_hooks(bot, settings, TEST_ALIAS, missed)


def _alias_hooks(
    instance: Resource, settings: Node | None, alias: Text, missed: set[LexGeneration]
) -> Iterator[FoundHook]:
    if settings is None:
        return
    bot = instance.text("bot_id")
    called: set[tuple[Text, Text | None]] = set()
    for found, origin in _lambda_arns(settings):
        if found.unknown is not None:
            missed.add(LexGeneration.V2)
            instance.book.note(origin, str(found.text))
            continue
        function = called_function(_text_of(found), instance, origin, instance.book)
        if (function.arn, function.qualifier) not in called:
            called.add((function.arn, function.qualifier))
            yield alias_hook(instance, bot, alias, function, origin)


def _lambda_arns(value: Node) -> Iterator[tuple[Node, Origin]]:
    """The `lambda_arn` of every locale that is not switched off; a hole where settings are not
    known."""
    waiting = [value]
    while waiting:
        part = waiting.pop(0)
        if part.unknown is not None:
            yield part, part.origin
        elif part.items is not None:
            waiting.extend(part.items)
        elif part.members is not None:
            enabled = part.members.get("enabled")
            if enabled is not None and enabled.value is False:
                continue
            for member in part.members:
                if member.key.literal == "lambda_arn":
                    yield member.value, member.origin
                elif member.value.items is not None or member.value.members is not None:
                    waiting.append(member.value)
                elif member.value.unknown is not None and member.key.literal in _NESTED:
                    yield member.value, member.origin


_NESTED = frozenset({"bot_alias_locale_setting", "code_hook_specification", "lambda_code_hook"})


def _v1_bots(root: Resources, hooks: list[FoundHook]) -> Iterator[Bot]:
    hooked = {found.hook.intent for found in hooks if found.hook.generation is LexGeneration.V1}
    for bot in root.instances(MANAGED, "aws_lex_bot"):
        names = (view.argument("intent_name") for view in bot.view.blocks("intent"))
        called = any(name is not None and name.text in hooked for name in names)
        yield Bot(LexGeneration.V1, bot.text("name"), None, called, bot.address, bot.origin)


def _v2_bots(root: Resources) -> Iterator[Bot]:
    hooked: set[Text] = set()
    for intent in root.instances(MANAGED, "aws_lexv2models_intent"):
        views = [view for type_ in _V2_HOOKS for view in intent.view.blocks(type_)]
        if any(_is_on(view, root) for view in views):
            hooked.add(intent.text("bot_id"))
    for type_ in ("aws_lexv2models_bot", "awscc_lex_bot"):
        for bot in root.instances(MANAGED, type_):
            id_ = bot.text("id")
            called = id_ in hooked or _mentions_hook(bot.argument("bot_locales"))
            yield Bot(LexGeneration.V2, bot.text("name"), id_, called, bot.address, bot.origin)


def _is_on(view: View, root: Resources) -> bool:
    enabled = view.argument("enabled")
    if enabled is not None and enabled.unknown is not None:
        root.book.note(enabled.origin, str(enabled.text))
    return enabled is not None and enabled.value is True


def _mentions_hook(value: Node | None) -> bool:
    waiting = [value] if value is not None else []
    while waiting:
        part = waiting.pop()
        waiting.extend(part.items or ())
        for member in part.members or ():
            inner = member.value.members
            on = inner.get("enabled") if inner is not None else None
            if member.key.literal in _V2_HOOKS and on is not None and on.value is True:
                return True
            waiting.append(member.value)
    return False


def _text_of(value: Node) -> Text:
    try:
        return as_text(value)
    except EvaluationError:
        return text(Hole("a text that is none"))
