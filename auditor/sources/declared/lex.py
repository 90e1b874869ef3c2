"""Lex bots' links to functions.

Sources: the Lex V1 and V2 developer guides: a V1 intent calls with its own ARN and a version, a
V2 bot with the ARN of the alias.
"""

from __future__ import annotations

from collections.abc import Iterable

from auditor.estate.estate import Bot, Intent, Skipped
from auditor.estate.function import Hook, LexGeneration
from auditor.iam.frozen import Frozen
from auditor.iam.origin import Origin
from auditor.iam.text import Hole, HoleType, Text, text
from auditor.sources.declared.declaration import Declaration
from auditor.sources.declared.function_name import NamedFunction, behind_gateway, named_function
from auditor.sources.declared.hole_book import HoleBook


class FoundHook(Frozen):
    """A hook and the function that it calls."""

    hook: Hook
    function: NamedFunction


class Lex(Frozen):
    """What a configuration says about Lex. `complete` tells for which generations every hook of
    the configuration is among `hooks`, `v1_declared` whether it declares anything of Lex V1."""

    hooks: tuple[FoundHook, ...]
    bots: tuple[Bot, ...]
    intents: tuple[Intent, ...]
    complete: frozenset[LexGeneration]
    v1_declared: bool

    def known(self, hooks: Iterable[Hook]) -> frozenset[LexGeneration]:
        """The generations of which `hooks`, those of one function, are all that call it: a V2 bot
        may also be tied to a function elsewhere, so there one must be seen."""
        hooked = {hook.generation for hook in hooks}
        known = set()
        if LexGeneration.V1 in self.complete and self.v1_declared:
            known.add(LexGeneration.V1)
        if LexGeneration.V2 in self.complete and LexGeneration.V2 in hooked:
            known.add(LexGeneration.V2)
        return frozenset(known)


def intent_hook(declaration: Declaration, intent: Text, function: NamedFunction, origin: Origin) -> FoundHook:
    """The hook of a V1 intent, which calls in every version."""
    version = Hole(f"version of {declaration.address}", HoleType.LEX_VERSION, each=True)
    source = text(declaration.home.lex_arn(text("intent:", intent)), ":", version)
    hook = Hook(LexGeneration.V1, source, intent, function.qualifier, intent=intent, origin=origin)
    return FoundHook(hook, function)


def alias_hook(declaration: Declaration, bot: Text, alias: Text, function: NamedFunction, origin: Origin) -> FoundHook:
    """The hook of a V2 bot's alias; `bot` and `alias` are ids."""
    source = declaration.home.lex_arn(text("bot-alias/", bot, "/", alias))
    name = text(bot, "/", alias)
    hook = Hook(LexGeneration.V2, source, name, function.qualifier, bot=bot, alias=alias, origin=origin)
    return FoundHook(hook, function)


def called_function(written: Text, declaration: Declaration, place: Origin, book: HoleBook) -> NamedFunction:
    """The function of a hook. An address of API Gateway is no function's ARN to Lex (lex-models:
    LambdaARN; lexv2-models: LambdaARN): that is told, and the hook read as it is meant."""
    if behind_gateway(written) is not None:
        message = f"`{written}` is where API Gateway calls a function, and Lex refuses it as a code hook"
        book.skip(Skipped(place, message, "write the function's `arn`, not its `invoke_arn`"))
    return named_function(written, declaration.home)
