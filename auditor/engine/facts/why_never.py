"""Why no request of Lex satisfies a statement, in words: found by asking about parts of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from typing import Protocol

from auditor.engine.facts.exact_sources import is_source_condition
from auditor.estate.estate import Estate
from auditor.iam.arn import arn
from auditor.iam.document import Condition, Operator, Pattern, Policy, Statement
from auditor.iam.keys import SOURCE_ACCOUNT, SOURCE_ARN
from auditor.iam.operators import Family, meaning
from auditor.iam.text import HoleType, Text, text
from auditor.needs.services import LEX_V1

_ACCOUNT = re.compile(r"\d{12}", re.ASCII)
_LIKE = {"StringEquals": "StringLike", "StringEqualsIgnoreCase": "StringLike"}


class Holds(Protocol):
    """Whether some request of Lex satisfies a policy, for sources of a partition."""

    def __call__(self, asked: Policy, partition: Text = ...) -> bool: ...


def why_never(policy: Policy, statement: Statement, principal: str, estate: Estate, holds: Holds) -> str:
    """A clause for a message. `policy` has the statement alone."""

    def with_conditions(*conditions: Condition, version: Policy = policy) -> Policy:
        return version.with_statements((replace(statement, conditions=conditions),))

    for condition in statement.conditions:
        if not holds(with_conditions(condition)):
            return _why_condition(condition, policy, principal, estate, with_conditions, holds)
    for one, other in combinations(statement.conditions, 2):
        if not holds(with_conditions(one, other)):
            keys = " and ".join(dict.fromkeys(f"`{condition.key}`" for condition in (one, other)))
            return f"no request meets both of its conditions on {keys}"
    return "no request meets all of its conditions"


class _WithConditions(Protocol):
    def __call__(self, *conditions: Condition, version: Policy = ...) -> Policy: ...


def _why_condition(
    condition: Condition,
    policy: Policy,
    principal: str,
    estate: Estate,
    with_conditions: _WithConditions,
    holds: Holds,
) -> str:
    key = str(condition.key).lower()
    what = meaning(condition.operator)
    if what is not None and what.family is Family.NULL:
        wanted = str(condition.values[0].text).lower() == "true" if condition.values else False
        return f"Lex {'always' if wanted else 'never'} sends `{condition.key}`, and the condition wants it " + (
            "absent" if wanted else "there"
        )
    shown = f"`{condition.values[0].text}`" if condition.values else "its value"
    if not policy.variables and holds(with_conditions(condition, version=replace(policy, version=_WITH_VARIABLES))):
        return f"without `Version` 2012-10-17, `${{...}}` in {shown} is plain text"
    like = _LIKE.get(condition.operator.name)
    if like is not None and holds(with_conditions(replace(condition, operator=_named(condition.operator, like)))):
        return f"`{condition.operator}` takes the `*` or `?` in {shown} for a plain character; `{like}` does not"
    if key == SOURCE_ACCOUNT:
        return f"{shown} is no account id"
    if not is_source_condition(condition):
        return f"Lex sends no `{condition.key}` that is {shown}" if key != SOURCE_ARN else "Lex sends no such source"
    return _why_source(condition, principal, estate, with_conditions, holds)


_WITH_VARIABLES = "2012-10-17"


def _named(operator: Operator, name: str) -> Operator:
    return replace(operator, name=name)


def _why_source(
    condition: Condition, principal: str, estate: Estate, with_conditions: _WithConditions, holds: Holds
) -> str:
    """What is wrong with the first source ARN of a condition."""
    first = condition.values[0].text
    parsed = arn(first)
    shown = f"`{first}`"
    if parsed is None:
        return f"{shown} is no ARN"
    if parsed.partition.literal is not None and holds(with_conditions(condition), parsed.partition):
        return f"{shown} is of the partition `{parsed.partition}`, and the function is in `{estate.partition}`"
    account = parsed.account.literal
    if account is not None and "*" not in account and "?" not in account and not _ACCOUNT.fullmatch(account):
        return f"`{account}` is no account id"
    if parsed.service.literal not in ("lex", "*", None):
        return f"{shown} is an ARN of `{parsed.service}`, not of Lex"
    if holds(with_conditions(replace(condition, values=tuple(_upper_ids(condition))))):
        return f"Lex's ids are upper-case letters and digits, and those in {shown} are not"
    return _why_resource(parsed.resource, principal, estate) or f"{shown} has a form that Lex never sends"


def _upper_ids(condition: Condition) -> Iterator[Pattern]:
    """The values of a condition with what may be ids in upper case."""
    for value in condition.values:
        parsed = arn(value.text)
        if parsed is not None and str(parsed.resource).lower().startswith("bot-alias/"):
            kind, *ids = parsed.resource.split("/")
            upper = (part.map(str.upper) for part in ids)
            resource = text(kind, *(piece for part in upper for piece in ("/", part)))
            yield replace(value, text=replace(parsed, resource=resource).text)
        else:
            yield value


def _why_resource(resource: Text, principal: str, estate: Estate) -> str:
    pieces = resource.split(":")
    if resource.startswith("intent:"):
        if any(bot.name == pieces[1] for bot in estate.bots):
            return f"`{pieces[1]}` is a bot of this estate, and Lex V1 names the intent"
        if len(pieces) == len(("intent", "name")):
            return "Lex sends the intent's ARN with a version, so the pattern has to end in `:*`"
        if len(pieces) > len(("intent", "name")) and not pieces[2]:
            return "the intent's version is empty: it is `$LATEST` or a number, or `*` for each"
        return "an intent's name has letters and single underscores, and its version is `$LATEST` or a number"
    if str(resource).startswith(("bot/", "bot:")):
        if principal == LEX_V1:
            return "Lex V1 names the intent, `intent:NAME:VERSION`, not the bot"
        return "Lex V2 names the bot's alias, `bot-alias/BOT/ALIAS`, not the bot"
    if resource.startswith("bot-alias/") and not any(hole.type is HoleType.ANYTHING for hole in resource.holes):
        return "an alias's ARN is `bot-alias/BOT/ALIAS` with ids of ten letters and digits"
    return ""
