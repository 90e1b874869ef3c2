"""Why no request of a service satisfies a statement, in words: found by asking about parts of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations
from typing import Protocol

from msgspec.structs import replace

from auditor.engine.facts.exact_sources import is_source_condition
from auditor.estate.estate import Estate
from auditor.estate.service import Service, SourceAccount, SourceForm
from auditor.estate.services import LEX_V1
from auditor.iam.arn import arn
from auditor.iam.document import Condition, Operator, Pattern, Policy, Statement
from auditor.iam.frozen import Frozen
from auditor.iam.keys import SOURCE_ACCOUNT, SOURCE_ARN
from auditor.iam.operators import Family, meaning
from auditor.iam.text import HoleType, Text, text

_ACCOUNT = re.compile(r"\d{12}", re.ASCII)
_LIKE = {"StringEquals": "StringLike", "StringEqualsIgnoreCase": "StringLike"}


class Holds(Protocol):
    """Whether some request of the caller satisfies a policy, for sources of a partition."""

    def __call__(self, asked: Policy, partition: Text = ...) -> bool: ...


class Caller(Frozen):
    """Who is meant by a statement; `row` is None where that is no service."""

    row: Service | None = None
    lex: bool = False

    @property
    def name(self) -> str:
        """How a message calls it."""
        if self.row is None:
            return "a request"
        return "Lex" if self.lex else f"`{self.row.principal}`"

    @property
    def services(self) -> set[str]:
        """The services whose ARNs it sends."""
        return {form.template.split(":")[2] for form in self.row.forms} if self.row is not None else set()


def why_never(policy: Policy, statement: Statement, caller: Caller, estate: Estate, holds: Holds) -> str:
    """A clause for a message. `policy` has the statement alone."""

    def with_conditions(*conditions: Condition, version: Policy = policy) -> Policy:
        return version.with_statements((replace(statement, conditions=conditions),))

    for condition in statement.conditions:
        if not holds(with_conditions(condition)):
            return _why_condition(condition, policy, caller, estate, with_conditions, holds)
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
    caller: Caller,
    estate: Estate,
    with_conditions: _WithConditions,
    holds: Holds,
) -> str:
    key = str(condition.key).lower()
    what = meaning(condition.operator)
    if what is not None and what.family is Family.NULL:
        wanted = str(condition.values[0].text).lower() == "true" if condition.values else False
        return (
            f"{caller.name} {'always' if wanted else 'never'} sends `{condition.key}`, and the condition wants it "
            + ("absent" if wanted else "there")
        )
    shown = f"`{condition.values[0].text}`" if condition.values else "its value"
    if not policy.variables and holds(with_conditions(condition, version=replace(policy, version=_WITH_VARIABLES))):
        return f"without `Version` 2012-10-17, `${{...}}` in {shown} is plain text"
    like = _LIKE.get(condition.operator.name)
    if like is not None and holds(with_conditions(replace(condition, operator=_named(condition.operator, like)))):
        return f"`{condition.operator}` takes the `*` or `?` in {shown} for a plain character; `{like}` does not"
    if key == SOURCE_ACCOUNT and caller.row is not None and caller.row.account is SourceAccount.REFUSED:
        return f"{caller.name} sends no source account, so a condition on it refuses every call"
    if key == SOURCE_ACCOUNT and caller.row is not None:
        return f"{shown} is no account id"
    if not is_source_condition(condition):
        named = f"`{condition.key}` that is {shown}" if key != SOURCE_ARN else "such source"
        return f"{caller.name} {'has' if caller.row is None else 'sends'} no {named}"
    return _why_source(condition, caller, estate, with_conditions, holds)


_WITH_VARIABLES = "2012-10-17"


def _named(operator: Operator, name: str) -> Operator:
    return replace(operator, name=name)


def _why_source(
    condition: Condition, caller: Caller, estate: Estate, with_conditions: _WithConditions, holds: Holds
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
    if parsed.service.literal not in (*caller.services, "*", None):
        return f"{shown} is an ARN of `{parsed.service}`, not of {_of(caller)}"
    if not caller.lex:
        forms = " or ".join(f"`{_shown(form)}`" for form in caller.row.forms) if caller.row is not None else "any"
        return f"{shown} has a form that {caller.name} never sends, which is {forms}"
    if holds(with_conditions(replace(condition, values=tuple(_upper_ids(condition))))):
        return f"Lex's ids are upper-case letters and digits, and those in {shown} are not"
    assert caller.row is not None, "Lex is a service"
    return _why_resource(parsed.resource, caller.row.principal, estate) or f"{shown} has a form that Lex never sends"


def _of(caller: Caller) -> str:
    return "Lex" if caller.lex else f"what {caller.name} calls for"


def _shown(form: SourceForm) -> str:
    """A form as a person writes it."""
    return form.template.replace("{partition}", "aws").replace("{", "<").replace("}", ">")


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
