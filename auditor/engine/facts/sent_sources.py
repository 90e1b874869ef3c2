"""Whether a service can ever send what a statement asks for."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

from msgspec.structs import replace

from auditor.engine.facts.source_domains import NOT_SENT, any_source
from auditor.engine.facts.why_never import Caller, why_never
from auditor.estate.estate import Estate
from auditor.estate.function import LexGeneration
from auditor.estate.service import Service, SourceAccount, SourceForm
from auditor.estate.services import BOT_ALIAS, INTENT, LEX_V1, LEX_V2
from auditor.iam.access import Domain, Outcome, Question, escape
from auditor.iam.access.glimpse import glimpse
from auditor.iam.access.known import known_of
from auditor.iam.access.question import one_of
from auditor.iam.decide import Policies
from auditor.iam.document import Pattern, Policy, PolicyKind, Statement
from auditor.iam.frozen import Frozen
from auditor.iam.keys import SOURCE_ACCOUNT, SOURCE_ARN, condition_keys
from auditor.iam.request import service
from auditor.iam.statements import allow, policy_of
from auditor.iam.text import Text, text
from auditor.needs.invoke import INVOKE


class SentSources(Frozen):
    """What a statement's source ARNs can match. `why` is a clause for a message."""

    never: bool = False
    crossed: bool = False
    why: str = ""


def look_at_sources(statement: Statement, policy: Policy, row: Service, function: Text, estate: Estate) -> SentSources:
    """Ask whether some source of some account can satisfy the statement's conditions; of Lex first as
    the principal's own generation sends its ARN, then as the other does."""
    alone, bare = _alone(statement, policy)
    principal, lex = row.principal, row.principal in (LEX_V1, LEX_V2)
    forms = row.forms[:1] if lex else row.forms
    bots = _bots_taken_for_intents(principal, estate)

    def satisfiable(asked: Policy, form: SourceForm, partition: Text = estate.partition) -> Outcome:
        new = Policies(asked)
        keys = sorted(condition_keys(new))
        sent = replace(any_source((form,), partition), absent=False)
        domains = {**known_of(service(principal), keys, function), SOURCE_ARN: sent}
        if row.account is SourceAccount.REFUSED:
            domains[SOURCE_ACCOUNT] = NOT_SENT
        target = Domain((function,), (function,))
        question = Question((service(principal),), (INVOKE,), target, domains)
        for source in _spelled_out(statement):
            if sent.admits(source) and glimpse(new, bots, _with_source(question, source)) is not None:
                return Outcome.FOUND
        return escape(new, bots, question).outcome

    if any(satisfiable(alone, form) is not Outcome.NONE for form in forms):
        return SentSources()
    if lex:
        crossed = _crossed(satisfiable(alone, row.forms[1]), row)
        if crossed is not None:
            return crossed

    def holds(asked: Policy, partition: Text = estate.partition) -> bool:
        return any(satisfiable(asked, form, partition) is not Outcome.NONE for form in row.forms)

    return SentSources(never=True, why=why_never(alone, bare, Caller(row, lex), estate, holds))


def _crossed(other: Outcome, row: Service) -> SentSources | None:
    """What there is to say where the ARN of Lex's other generation may satisfy a statement."""
    if other is Outcome.UNDETERMINED:
        return SentSources()
    if other is Outcome.FOUND:
        sent = "an intent" if row.forms[1] is INTENT else "a bot alias"
        return SentSources(crossed=True, why=f"`{row.principal}` is given the ARN of {sent}")
    return None


def lex_forms(principal: str) -> tuple[SourceForm, ...]:
    """What Lex sends, the principal's own generation first: either may stand for both."""
    return (INTENT, BOT_ALIAS) if principal == LEX_V1 else (BOT_ALIAS, INTENT)


def _alone(statement: Statement, policy: Policy) -> tuple[Policy, Statement]:
    """The conditions of a statement by themselves, on whatever function."""
    bare = replace(
        statement,
        actions=(Pattern(text("*")),),
        not_action=False,
        resources=(Pattern(text("*")),),
        not_resource=False,
    )
    return replace(policy, unknown=()).with_statements((bare,)), bare


def _spelled_out(statement: Statement) -> Iterator[Text]:
    """Source ARNs that a statement itself names, with a version or an alias where any will do."""
    for condition in statement.conditions:
        if condition.key.map(str.lower).literal == SOURCE_ARN:
            for value in condition.values:
                yield value.text.map(lambda part: _ANY_ALIAS.sub(r"\1TSTALIASID", _ANY_VERSION.sub(r"\g<1>1", part)))


_ANY_VERSION = re.compile(r"(:)\*$")
_ANY_ALIAS = re.compile(r"(/)\*$")


def _with_source(question: Question, source: Text) -> Question:
    return dataclasses.replace(question, domains={**question.domains, SOURCE_ARN: one_of(source)})


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
