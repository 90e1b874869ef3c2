"""How far a permission reaches: each rung of the ladder, and what never matches."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.engine.fact import InvokeGrant, Reach
from auditor.engine.facts import collect
from auditor.estate.estate import Bot, Estate
from auditor.estate.function import LexGeneration
from auditor.iam.decide import decide
from auditor.iam.text import ACCOUNT, text
from tests.engine.facts.estates import (
    ACCOUNT_ID,
    FUNCTION_ARN,
    alias_hook,
    estate_of,
    intent_hook,
    permission,
    source_arn,
)

LEX_V2 = {"Service": "lexv2.amazonaws.com"}
INTENT = f"arn:aws:lex:us-east-1:{ACCOUNT_ID}:intent"
ALIAS = f"arn:aws:lex:us-east-1:{ACCOUNT_ID}:bot-alias"
POSTS = (intent_hook("CreatePost"), intent_hook("ReadPost"))
OWN = {"StringEquals": {"AWS:SourceAccount": ACCOUNT_ID}}


def grants(estate: Estate) -> list[InvokeGrant]:
    return [fact for fact in collect(estate) if isinstance(fact, InvokeGrant)]


def grant(estate: Estate) -> InvokeGrant:
    (found,) = grants(estate)
    return found


def _without_absent(statement: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in statement.items() if value is not None}


CASES: list[tuple[str, dict[str, Any], Any, Reach]] = [
    ("no condition", permission(), POSTS, Reach.ANY_ACCOUNT),
    ("no condition, hooks not known", permission(), None, Reach.ANY_ACCOUNT),
    (
        "account wildcard",
        permission(condition=source_arn("arn:aws:lex:us-east-1:*:intent:*")),
        POSTS,
        Reach.ANY_ACCOUNT,
    ),
    (
        "one name in any account",
        permission(condition=source_arn("arn:aws:lex:*:*:intent:CreatePost:*")),
        POSTS,
        Reach.ANY_ACCOUNT,
    ),
    ("account alone", permission(condition=OWN), POSTS, Reach.ACCOUNT),
    ("any intent", permission(condition=source_arn(f"{INTENT}:*")), POSTS, Reach.ACCOUNT),
    ("name prefix", permission(condition=source_arn(f"{INTENT}:Create*")), POSTS, Reach.ACCOUNT),
    ("name prefix, hooks not known", permission(condition=source_arn(f"{INTENT}:Create*")), None, Reach.ACCOUNT),
    (
        "exact intents",
        permission(condition=source_arn(f"{INTENT}:CreatePost:*", f"{INTENT}:ReadPost:*")),
        POSTS,
        Reach.NONE,
    ),
    ("one exact intent of two", permission(condition=source_arn(f"{INTENT}:ReadPost:*")), POSTS, Reach.NONE),
    ("one version", permission(condition=source_arn(f"{INTENT}:ReadPost:$LATEST")), POSTS, Reach.NONE),
    ("an intent nobody needs", permission(condition=source_arn(f"{INTENT}:Other:*")), POSTS, Reach.ORPHAN),
    ("an intent, hooks not known", permission(condition=source_arn(f"{INTENT}:Other:*")), None, Reach.NONE),
    ("any intent, hooks not known", permission(condition=source_arn(f"{INTENT}:*")), None, Reach.ACCOUNT),
    (
        "another account's intent",
        permission(condition=source_arn("arn:aws:lex:us-east-1:999988887777:intent:CreatePost:*")),
        POSTS,
        Reach.OTHER_ACCOUNT,
    ),
    (
        "source account of another",
        permission(condition={"StringEquals": {"aws:SourceAccount": "999988887777"}}),
        POSTS,
        Reach.OTHER_ACCOUNT,
    ),
    (
        "organisation",
        permission(condition={"StringEquals": {"aws:SourceOrgID": "o-abcdefghij"}}),
        POSTS,
        Reach.ORGANISATION,
    ),
    (
        "guard that passes when absent",
        permission(condition={"ArnLikeIfExists": {"aws:SourceArn": f"{INTENT}:CreatePost:*"}}),
        POSTS,
        Reach.ANY_ACCOUNT,
    ),
    ("no V2 condition", permission(LEX_V2), (alias_hook(),), Reach.ANY_ACCOUNT),
    ("V2 alias exact", permission(LEX_V2, source_arn(f"{ALIAS}/ABCDEFGHIJ/TSTALIASID")), (alias_hook(),), Reach.NONE),
    ("V2 any alias of the bot", permission(LEX_V2, source_arn(f"{ALIAS}/ABCDEFGHIJ/*")), (alias_hook(),), Reach.BOT),
    ("V2 any alias, aliases not known", permission(LEX_V2, source_arn(f"{ALIAS}/ABCDEFGHIJ/*")), None, Reach.NONE),
    ("V2 any bot", permission(LEX_V2, source_arn(f"{ALIAS}/*")), (alias_hook(),), Reach.ACCOUNT),
    ("V2 any bot, not known", permission(LEX_V2, source_arn(f"{ALIAS}/*")), None, Reach.ACCOUNT),
    ("V2 bot prefix", permission(LEX_V2, source_arn(f"{ALIAS}/ABC*/TSTALIASID")), (alias_hook(),), Reach.ACCOUNT),
    ("V2 bot nobody needs", permission(LEX_V2, source_arn(f"{ALIAS}/ZZZZZZZZZZ/*")), (alias_hook(),), Reach.ORPHAN),
    ("everyone", permission("*"), POSTS, Reach.ANYONE),
    (
        "everyone of an organisation",
        permission("*", {"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}),
        POSTS,
        Reach.ORGANISATION,
    ),
    (
        "everyone of an account",
        permission("*", {"StringEquals": {"aws:PrincipalAccount": "999988887777"}}),
        POSTS,
        Reach.OTHER_ACCOUNT,
    ),
    (
        "everyone of the own account",
        permission("*", {"StringEquals": {"aws:PrincipalAccount": ACCOUNT_ID}}),
        POSTS,
        Reach.NONE,
    ),
    ("everyone for an own intent", permission("*", source_arn(f"{INTENT}:CreatePost:*")), POSTS, Reach.NONE),
    ("another account", permission({"AWS": "999988887777"}), POSTS, Reach.OTHER_ACCOUNT),
    ("another account's role", permission({"AWS": "arn:aws:iam::999988887777:role/x"}), POSTS, Reach.OTHER_ACCOUNT),
    ("the own account", permission({"AWS": f"arn:aws:iam::{ACCOUNT_ID}:root"}), POSTS, Reach.NONE),
    ("a bucket without condition", permission({"Service": "s3.amazonaws.com"}), POSTS, Reach.ANY_ACCOUNT),
    (
        "a topic",
        permission({"Service": "sns.amazonaws.com"}, source_arn(f"arn:aws:sns:us-east-1:{ACCOUNT_ID}:t")),
        None,
        Reach.NONE,
    ),
    ("any skill", permission({"Service": "alexa-appkit.amazon.com"}), None, Reach.ANY_ACCOUNT),
    (
        "one skill",
        permission(
            {"Service": "alexa-appkit.amazon.com"}, {"StringEquals": {"lambda:EventSourceToken": "amzn1.ask.skill.x"}}
        ),
        None,
        Reach.NONE,
    ),
    ("everyone, on some versions", permission("*", Resource=f"{FUNCTION_ARN}:prod*"), POSTS, Reach.ANYONE),
    ("Lex, on versions of one letter", permission(Resource=f"{FUNCTION_ARN}:?"), POSTS, Reach.ANY_ACCOUNT),
    ("everyone, through a URL", permission("*", Action="lambda:InvokeFunctionUrl*"), POSTS, Reach.ANYONE),
    ("everyone, changing the code", permission("*", Action="lambda:Updat?FunctionCode"), POSTS, Reach.ANYONE),
    (
        "everyone but the own account",
        {**permission(), "NotPrincipal": {"AWS": ACCOUNT_ID}, "Principal": None},
        POSTS,
        Reach.ANYONE,
    ),
    ("a service nobody lists", permission({"Service": "new.amazonaws.com"}), None, Reach.ANY_ACCOUNT),
]


@pytest.mark.parametrize(("statement", "hooks", "reach"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_a_permission_reaches_as_far_as_its_witness(statement: dict[str, Any], hooks: Any, reach: Reach) -> None:
    fact = grant(estate_of(_without_absent(statement), hooks=hooks))
    assert reach == fact.reach
    assert (reach is Reach.NONE) == (fact.witness is None)
    if fact.witness is not None and fact.witness_in is not None:
        assert decide(fact.witness, fact.witness_in).allowed


def test_a_deny_that_binds_the_account_is_seen() -> None:
    deny = permission(condition={"StringNotEquals": {"AWS:SourceAccount": ACCOUNT_ID}}, Effect="Deny")
    assert grant(estate_of(permission(), deny, hooks=POSTS)).reach is Reach.ACCOUNT


def test_a_literal_account_is_neither_ours_nor_foreign_where_ours_is_not_known() -> None:
    exact = permission(condition=source_arn("arn:aws:lex:us-east-1:999988887777:intent:CreatePost:*"))
    hooks = (intent_hook("CreatePost", ACCOUNT),)
    fact = grant(estate_of(exact, hooks=hooks, account_known=False))
    assert (fact.reach, bool(fact.undetermined)) == (Reach.NONE, True)


def test_the_narrower_rung_is_told_where_worlds_differ() -> None:
    """`intent:*` of a literal account is too broad if it is ours and foreign if it is not."""
    wide = permission(condition=source_arn("arn:aws:lex:us-east-1:999988887777:intent:*"))
    fact = grant(estate_of(wide, hooks=POSTS, account_known=False))
    assert fact.reach is Reach.ACCOUNT


def test_an_unscoped_permission_is_told_without_knowing_the_account() -> None:
    fact = grant(estate_of(permission(), hooks=POSTS, account_known=False))
    assert fact.reach is Reach.ANY_ACCOUNT
    assert fact.witness is not None
    assert tuple(str(v) for v in fact.witness.value("aws:SourceAccount") or ()) == ("444455556666",)


NEVER = [
    ("no version part", permission(condition=source_arn(f"{INTENT}:CreatePost")), "`:*`"),
    ("a V1 bot", permission(condition=source_arn(f"arn:aws:lex:us-east-1:{ACCOUNT_ID}:bot:Posts:*")), "not the bot"),
    (
        "a V2 bot",
        permission(LEX_V2, source_arn(f"arn:aws:lex:us-east-1:{ACCOUNT_ID}:bot/ABCDEFGHIJ")),
        "bot-alias/BOT/ALIAS",
    ),
    (
        "below a V2 bot",
        permission(LEX_V2, source_arn(f"arn:aws:lex:us-east-1:{ACCOUNT_ID}:bot/ABCDEFGHIJ/*")),
        "bot-alias/BOT/ALIAS",
    ),
    (
        "placeholder",
        permission(LEX_V2, source_arn("arn:aws:lex:us-east-1:<account-id>:bot-alias/ABCDEFGHIJ/*")),
        "<account-id>",
    ),
    (
        "a typing slip",
        permission(condition=source_arn("arn:aws:lex:us-east-1:123456789012 ID:intent:CreatePost:*")),
        "123456789012 ID",
    ),
    (
        "another service",
        permission(condition=source_arn(f"arn:aws:events:us-east-1:{ACCOUNT_ID}:intent:CreatePost:*")),
        "events",
    ),
    ("no ARN", permission(condition=source_arn("CreatePost")), "no ARN"),
]


@pytest.mark.parametrize(("statement", "why"), [case[1:] for case in NEVER], ids=[case[0] for case in NEVER])
def test_a_source_that_lex_never_sends_never_matches(statement: dict[str, Any], why: str) -> None:
    fact = grant(estate_of(statement, hooks=POSTS))
    assert fact.never_matches
    assert why in fact.why_never


def test_a_bots_name_as_intent_never_matches_only_where_the_bot_is_known_and_the_intent_is_not() -> None:
    named = permission(condition=source_arn(f"{INTENT}:Posts:*"))
    bot = Bot(LexGeneration.V1, text("Posts"))
    assert grant(estate_of(named, hooks=POSTS, bots=(bot,), intents=("CreatePost",))).never_matches
    assert not grant(estate_of(named, hooks=POSTS, intents=("CreatePost",))).never_matches
    assert not grant(estate_of(named, hooks=POSTS, bots=(bot,), intents=("CreatePost", "Posts"))).never_matches


@pytest.mark.parametrize(
    ("principal", "source"),
    [({"Service": "lex.amazonaws.com"}, f"{ALIAS}/ABCDEFGHIJ/*"), (LEX_V2, f"{INTENT}:CreatePost:*")],
)
def test_a_principal_with_the_other_generations_arn_is_crossed(principal: dict[str, str], source: str) -> None:
    fact = grant(estate_of(permission(principal, source_arn(source)), hooks=POSTS))
    assert (fact.crossed, fact.never_matches) == (True, False)
