"""Whether Lex can ever send a source ARN that a statement asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from auditor.engine.facts.exact_sources import sources
from auditor.engine.facts.source_domains import SOURCE_ARN, any_source
from auditor.estate.estate import Estate
from auditor.estate.function import LexGeneration
from auditor.iam.access import Domain, Outcome, Question, escape
from auditor.iam.arn import arn
from auditor.iam.decide import Policies
from auditor.iam.document import Pattern, Policy, PolicyKind, Statement
from auditor.iam.request import service
from auditor.iam.statements import allow, policy_of
from auditor.iam.text import HoleType, Text, text
from auditor.needs.services import BOT_ALIAS, INTENT, LEX_V1, SourceForm

_ACCOUNT = re.compile(r"\d{12}", re.ASCII)


@dataclass(frozen=True, slots=True)
class LexSources:
    """What a statement's source ARNs can match. `why` is a clause for a message."""

    never: bool = False
    crossed: bool = False
    why: str = ""
    undetermined: str = ""


def look_at_sources(statement: Statement, policy: Policy, principal: str, estate: Estate) -> LexSources:
    """Ask whether some bot of some account can satisfy the statement's conditions, first as the
    principal's own generation sends its ARN, then as the other does."""
    bare = replace(statement, actions=(Pattern(text("*")),), resources=(Pattern(text("*")),))
    alone = Policies(replace(policy, unknown=()).with_statements((bare,)))
    forms = (INTENT, BOT_ALIAS) if principal == LEX_V1 else (BOT_ALIAS, INTENT)
    bots = _bots_taken_for_intents(principal, estate)
    own = _satisfiable(alone, principal, forms[0], estate, bots)
    if own is not Outcome.NONE:
        return LexSources()
    other = _satisfiable(alone, principal, forms[1], estate, bots)
    if other is Outcome.UNDETERMINED:
        return LexSources()
    if other is Outcome.FOUND:
        sent = "an intent" if forms[1] is INTENT else "a bot alias"
        return LexSources(crossed=True, why=f"`{principal}` is given the ARN of {sent}")
    return LexSources(never=True, why=_why(statement, principal, estate))


def _satisfiable(alone: Policies, principal: str, form: SourceForm, estate: Estate, known_not: Policies) -> Outcome:
    sent = replace(any_source((form,), estate.partition), absent=False)
    anything = Domain((text("*"),), (text("*"),))
    question = Question((service(principal),), ("lambda:InvokeFunction",), anything, {SOURCE_ARN: sent})
    return escape(alone, known_not, question).outcome


def _bots_taken_for_intents(principal: str, estate: Estate) -> Policies:
    """Intents of the own estate that are known not to exist: their name is a bot's."""
    intents = {intent.name for intent in estate.intents}
    bots = [bot.name for bot in estate.bots if bot.generation is LexGeneration.V1 and bot.name not in intents]
    if not estate.intents:
        bots = []
    return Policies(
        policy_of(
            PolicyKind.RESOURCE,
            (
                allow(
                    ("*",),
                    (text("*"),),
                    (service(principal),),
                    {("ArnLike", "aws:SourceArn"): (text("arn:*:lex:*:*:intent:", name, ":*"),)},
                )
                for name in bots
            ),
        )
    )


def _why(statement: Statement, principal: str, estate: Estate) -> str:
    """What is wrong with the first source ARN, in words."""
    first = next(sources(statement), None)
    if first is None:
        return "no request that Lex sends satisfies its conditions"
    parsed = arn(first)
    shown = f"`{first}`"
    if parsed is None:
        return f"{shown} is no ARN"
    account = parsed.account.literal
    if account is not None and "*" not in account and not _ACCOUNT.fullmatch(account):
        return f"`{account}` is no account id"
    if parsed.service.literal not in ("lex", "*", None):
        return f"{shown} is an ARN of `{parsed.service}`, not of Lex"
    return _why_resource(parsed.resource, principal, estate) or f"{shown} has a form that Lex never sends"


def _why_resource(resource: Text, principal: str, estate: Estate) -> str:
    pieces = resource.split(":")
    if resource.startswith("intent:"):
        if any(bot.name == pieces[1] for bot in estate.bots):
            return f"`{pieces[1]}` is a bot of this estate, and Lex V1 names the intent"
        if len(pieces) == len(("intent", "name")):
            return "Lex sends the intent's ARN with a version, so the pattern has to end in `:*`"
    if str(resource).startswith(("bot/", "bot:")):
        if principal == LEX_V1:
            return "Lex V1 names the intent, `intent:NAME:VERSION`, not the bot"
        return "Lex V2 names the bot's alias, `bot-alias/BOT/ALIAS`, not the bot"
    if resource.startswith("bot-alias/") and not any(hole.type is HoleType.ANYTHING for hole in resource.holes):
        return "an alias's ARN is `bot-alias/BOT/ALIAS` with ids of ten letters and digits"
    return ""
