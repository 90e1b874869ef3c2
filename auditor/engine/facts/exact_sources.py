"""Source ARNs that name one thing: an intent, a bot, a rule."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.iam.arn import Arn, arn
from auditor.iam.document import Condition, Statement
from auditor.iam.keys import SOURCE_ARN
from auditor.iam.operators import Family, meaning
from auditor.iam.text import Text, text


def is_source_condition(condition: Condition) -> bool:
    """Whether a condition names source ARNs."""
    key, what = condition.key.literal, meaning(condition.operator)
    return key is not None and key.lower() == SOURCE_ARN and what is not None and what.family is not Family.NULL


def sources(statement: Statement) -> Iterator[Text]:
    """The source ARNs that a statement's conditions name."""
    for condition in filter(is_source_condition, statement.conditions):
        for value in condition.values:
            yield value.text


def named_sources(statement: Statement, anywhere: bool) -> Iterator[Text]:
    """For each source ARN that names one intent or one bot: the pattern of everything in it (all
    versions, all aliases). With `anywhere`, region and account may be patterns, and the result
    spans all of them."""
    for source in sources(statement):
        parsed = arn(source)
        if parsed is None or parsed.service.literal is None:
            continue
        if not anywhere and (_wild(parsed.region) or _wild(parsed.account)):
            continue
        whole = _whole(parsed)
        if whole is not None:
            place = "*:*" if anywhere else text(parsed.region, ":", parsed.account)
            yield text("arn:*:", parsed.service, ":", place, ":", whole)


def _whole(parsed: Arn) -> Text | None:
    """Everything in the one intent, bot or other resource that an ARN names."""
    if parsed.resource.startswith("intent:"):
        name = parsed.resource.split(":")[1]
        return None if _wild(name) or not name else text("intent:", name, ":*")
    if parsed.resource.startswith("bot-alias/"):
        bot = parsed.resource.split("/")[1]
        return None if _wild(bot) or not bot else text("bot-alias/", bot, "/*")
    if parsed.service.literal == "execute-api":
        api = parsed.resource.split("/")[0]
        return None if _wild(api) or not api else text(api, "/*")
    if parsed.resource.startswith("log-group:"):
        name = parsed.resource.split(":")[1]
        return None if _wild(name) or not name else text("log-group:", name, ":*")
    if parsed.service.literal == "secretsmanager":
        # Six characters that nobody can know stand behind a secret's name.
        return None if _wild(parsed.resource.map(_without_suffix)) else parsed.resource
    return None if _wild(parsed.resource) else parsed.resource


def _without_suffix(part: str) -> str:
    return part.removesuffix("-??????").removesuffix("-*")


def _wild(part: Text) -> bool:
    return any(isinstance(piece, str) and ("*" in piece or "?" in piece) for piece in part.parts)
