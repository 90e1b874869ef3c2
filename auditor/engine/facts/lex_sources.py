"""Whether Lex can ever send a source ARN that a statement asks for."""

from __future__ import annotations

from dataclasses import dataclass, replace

from auditor.engine.facts.source_domains import any_source
from auditor.engine.facts.why_never import why_never
from auditor.estate.estate import Estate
from auditor.estate.function import LexGeneration
from auditor.iam.access import Domain, Outcome, Question, escape
from auditor.iam.access.known import known_of
from auditor.iam.decide import Policies
from auditor.iam.document import Pattern, Policy, PolicyKind, Statement
from auditor.iam.keys import SOURCE_ARN, condition_keys
from auditor.iam.request import service
from auditor.iam.statements import allow, policy_of
from auditor.iam.text import Text, text
from auditor.needs.invoke import INVOKE
from auditor.needs.services import BOT_ALIAS, INTENT, LEX_V1, SourceForm


@dataclass(frozen=True, slots=True)
class LexSources:
    """What a statement's source ARNs can match. `why` is a clause for a message."""

    never: bool = False
    crossed: bool = False
    why: str = ""
    undetermined: str = ""


def look_at_sources(statement: Statement, policy: Policy, principal: str, function: Text, estate: Estate) -> LexSources:
    """Ask whether some bot of some account can satisfy the statement's conditions, first as the
    principal's own generation sends its ARN, then as the other does."""
    bare = replace(
        statement,
        actions=(Pattern(text("*")),),
        not_action=False,
        resources=(Pattern(text("*")),),
        not_resource=False,
    )
    alone = replace(policy, unknown=()).with_statements((bare,))
    forms = (INTENT, BOT_ALIAS) if principal == LEX_V1 else (BOT_ALIAS, INTENT)
    bots = _bots_taken_for_intents(principal, estate)

    def satisfiable(asked: Policy, form: SourceForm, partition: Text = estate.partition) -> Outcome:
        new = Policies(asked)
        keys = sorted(condition_keys(new))
        sent = replace(any_source((form,), partition), absent=False)
        domains = {**known_of(service(principal), keys, function), SOURCE_ARN: sent}
        target = Domain((function,), (function,))
        return escape(new, bots, Question((service(principal),), (INVOKE,), target, domains)).outcome

    if satisfiable(alone, forms[0]) is not Outcome.NONE:
        return LexSources()
    other = satisfiable(alone, forms[1])
    if other is Outcome.UNDETERMINED:
        return LexSources()
    if other is Outcome.FOUND:
        sent = "an intent" if forms[1] is INTENT else "a bot alias"
        return LexSources(crossed=True, why=f"`{principal}` is given the ARN of {sent}")

    def holds(asked: Policy, partition: Text = estate.partition) -> bool:
        return any(satisfiable(asked, form, partition) is not Outcome.NONE for form in forms)

    return LexSources(never=True, why=why_never(alone, bare, principal, estate, holds))


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
