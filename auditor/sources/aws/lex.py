"""Which Lex bots call which functions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from typing import Any

from auditor.sources.arns import function_arn
from auditor.sources.aws.caller import Answer
from auditor.sources.aws.errors import AbsentError, CallError, UnavailableError
from auditor.sources.aws.gaps import Gaps
from auditor.sources.aws.operations import (
    GET_BOT_ALIAS,
    GET_INTENT,
    LIST_BOT_ALIASES,
    LIST_BOTS,
    LIST_INTENT_VERSIONS,
    LIST_INTENTS,
)
from auditor.sources.aws.session import Place

Hooks = dict[str, list[Answer]]
"""The hooks of each function, by its unqualified ARN, as a bundle writes them."""


def read_hooks(place: Place, executor: Executor, gaps: Gaps) -> Hooks:
    """The hooks of both generations. What could not be read makes the list of its generation
    unknown."""
    v1 = executor.submit(_gather, _intents, place, "hooks_v1")
    v2 = executor.submit(_gather, _aliases, place, "hooks_v2")
    hooks: Hooks = {}
    for found, missed in (v1.result(), v2.result()):
        gaps.join(missed)
        for arn, hook in found:
            if hook not in hooks.setdefault(arn, []):
                hooks[arn].append(hook)
    return hooks


def _gather(read: Any, place: Place, unknown: str) -> tuple[list[tuple[str, Answer]], Gaps]:
    gaps = Gaps()
    found: list[tuple[str, Answer]] = []
    try:
        found.extend(read(place, gaps))
    except CallError as error:
        gaps.note(error, unknown)
    return found, gaps


def _aliases(place: Place, gaps: Gaps) -> Iterator[tuple[str, Answer]]:
    """Lex V2: each alias has a function for each locale (DescribeBotAlias)."""
    if not place.caller.offers(LIST_BOTS):
        return
    for bot in place.caller.items(LIST_BOTS, place.arn("lex", "bot/*")):
        bot_id = bot["botId"]
        try:
            listed = list(place.caller.items(LIST_BOT_ALIASES, place.arn("lex", f"bot/{bot_id}"), botId=bot_id))
        except AbsentError:
            continue
        except CallError as error:
            gaps.note(error, "hooks_v2")
            continue
        for alias in listed:
            alias_id = alias["botAliasId"]
            try:
                described = place.caller.ask(
                    GET_BOT_ALIAS,
                    place.arn("lex", f"bot-alias/{bot_id}/{alias_id}"),
                    botId=bot_id,
                    botAliasId=alias_id,
                )
            except AbsentError:
                continue
            except CallError as error:
                gaps.note(error, "hooks_v2")
                continue
            yield from _locales(bot_id, alias_id, described.get("botAliasLocaleSettings") or {})


def _locales(bot: str, alias: str, settings: Answer) -> Iterator[tuple[str, Answer]]:
    locales: dict[tuple[str, str | None], list[str]] = {}
    for locale, setting in sorted(settings.items()):
        code_hook = (setting.get("codeHookSpecification") or {}).get("lambdaCodeHook") or {}
        called = function_arn(code_hook.get("lambdaARN", ""))
        if called is not None and setting.get("enabled", True):
            locales.setdefault((called.unqualified, called.qualifier), []).append(locale)
    for (arn, qualifier), names in locales.items():
        yield arn, _qualified({"lex": "v2", "bot": bot, "alias": alias, "locales": names}, qualifier)


def _intents(place: Place, gaps: Gaps) -> Iterator[tuple[str, Answer]]:
    """Lex V1: each version of an intent has its functions. It has ended: where nobody answers, or
    the endpoint does not know the call, there are no intents."""
    try:
        intents = list(place.caller.items(LIST_INTENTS, place.arn("lex", "intent:*")))
    except (UnavailableError, AbsentError):
        return
    for intent in intents:
        name = intent["name"]
        about = place.arn("lex", f"intent:{name}")
        try:
            versions = {found["version"] for found in place.caller.items(LIST_INTENT_VERSIONS, about, name=name)}
            for version in sorted(versions | {"$LATEST"}):
                described = place.caller.ask(GET_INTENT, f"{about}:{version}", name=name, version=version)
                for arn, qualifier in _called(described):
                    yield arn, _qualified({"lex": "v1", "intent": name}, qualifier)
        except AbsentError:
            continue
        except CallError as error:
            gaps.note(error, "hooks_v1")


def _called(intent: Answer) -> Iterator[tuple[str, str | None]]:
    uris: Iterable[str] = (
        ((intent.get("dialogCodeHook") or {}).get("uri") or ""),
        (((intent.get("fulfillmentActivity") or {}).get("codeHook") or {}).get("uri") or ""),
    )
    for uri in uris:
        called = function_arn(uri)
        if called is not None:
            yield called.unqualified, called.qualifier


def _qualified(hook: Answer, qualifier: str | None) -> Answer:
    return {**hook, "qualifier": qualifier} if qualifier else hook
