"""How far a permission reaches: each rung of the ladder, and what never matches."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from msgspec.structs import replace

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
NAMES = ("CreatePost", "ReadPost")
POSTS = tuple(map(intent_hook, NAMES))
PRIVATE = {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}
OWN = {"StringEquals": {"AWS:SourceAccount": ACCOUNT_ID}}


def grants(estate: Estate) -> list[InvokeGrant]:
    return [fact for fact in collect(estate) if isinstance(fact, InvokeGrant) and not fact.beyond]


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
    ("the name and what follows it", permission(condition=source_arn(f"{INTENT}:CreatePost*")), POSTS, Reach.ACCOUNT),
    (
        "whatever account says it is its own",
        permission(condition=source_arn("arn:aws:lex:us-east-1:${aws:SourceAccount}:intent:*")),
        POSTS,
        Reach.ANY_ACCOUNT,
    ),
    (
        "the function's account, by a variable",
        permission(condition={"StringEquals": {"aws:SourceAccount": "${aws:ResourceAccount}"}}),
        POSTS,
        Reach.ACCOUNT,
    ),
    (
        "accounts by a pattern",
        permission(condition={"StringLike": {"aws:SourceAccount": "1*"}}),
        POSTS,
        Reach.SOME_ACCOUNTS,
    ),
    (
        "callers of accounts by a pattern",
        permission("*", {"StringLike": {"aws:PrincipalAccount": "2*"}}),
        POSTS,
        Reach.SOME_ACCOUNTS,
    ),
    (
        "two accounts by their numbers",
        permission(condition={"StringEquals": {"aws:SourceAccount": ["222233334444", "333344445555"]}}),
        POSTS,
        Reach.OTHER_ACCOUNT,
    ),
    (
        "what is needed, from any region",
        permission(condition=source_arn(*(f"arn:aws:lex:*:{ACCOUNT_ID}:intent:{name}:*" for name in NAMES))),
        POSTS,
        Reach.ELSEWHERE,
    ),
    (
        "the alias that is needed, from any region",
        permission(LEX_V2, source_arn(f"arn:aws:lex:*:{ACCOUNT_ID}:bot-alias/ABCDEFGHIJ/TSTALIASID")),
        (alias_hook(),),
        Reach.ELSEWHERE,
    ),
    (
        "an intent of another region, which serves nobody",
        permission(condition=source_arn(f"arn:aws:lex:eu-west-1:{ACCOUNT_ID}:intent:CreatePost:*")),
        POSTS,
        Reach.ORPHAN,
    ),
    (
        "the other generation's principal, for just the alias",
        permission(condition=source_arn(f"{ALIAS}/ABCDEFGHIJ/TSTALIASID")),
        (alias_hook(),),
        Reach.NONE,
    ),
    (
        "any value of the set of one",
        permission(condition={"ForAnyValue:ArnLike": {"aws:SourceArn": f"{INTENT}:CreatePost:*"}}),
        POSTS,
        Reach.NONE,
    ),
    (
        "all values, of a key that may be absent",
        permission(condition={"ForAllValues:ArnLike": {"aws:SourceArn": f"{INTENT}:CreatePost:*"}}),
        POSTS,
        Reach.ANY_ACCOUNT,
    ),
    (
        "services alone, by a condition",
        permission("*", {"Bool": {"aws:PrincipalIsAWSService": "true"}}),
        POSTS,
        Reach.ANY_ACCOUNT,
    ),
    (
        "Lex alone, by a condition",
        permission("*", {"StringEquals": {"aws:PrincipalServiceName": "lex.amazonaws.com"}, **OWN}),
        POSTS,
        Reach.ACCOUNT,
    ),
    ("a private network's addresses", permission("*", PRIVATE), POSTS, Reach.NONE),
    (
        "somebody's public addresses",
        permission("*", {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}),
        POSTS,
        Reach.ANYONE,
    ),
    (
        "Lex, over plain HTTP, which Lambda does not take",
        permission(condition={"Bool": {"aws:SecureTransport": "false"}}),
        POSTS,
        Reach.NONE,
    ),
    (
        "Lex, from a VPC, where it is not",
        permission(condition={"StringLike": {"aws:SourceVpc": "*"}}),
        POSTS,
        Reach.NONE,
    ),
    (
        "a user who signs in elsewhere, which counts for roles alone",
        permission({"Federated": "cognito-identity.amazonaws.com"}),
        POSTS,
        Reach.NONE,
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
    (
        "accounts that contradict each other",
        permission(
            condition={
                "ArnLike": {"aws:SourceArn": f"{INTENT}:CreatePost:*"},
                "StringEquals": {"aws:SourceAccount": "999988887777"},
            }
        ),
        "both of its conditions on `aws:SourceArn` and `aws:SourceAccount`",
    ),
    (
        "a wildcard where it is a plain character",
        permission(condition={"StringEquals": {"aws:SourceArn": f"{INTENT}:CreatePost:*"}}),
        "`StringLike` does not",
    ),
    (
        "another partition",
        permission(condition=source_arn(f"arn:aws-us-gov:lex:us-gov-west-1:{ACCOUNT_ID}:intent:CreatePost:*")),
        "partition `aws-us-gov`",
    ),
    ("ids in lower case", permission(LEX_V2, source_arn(f"{ALIAS}/abcdefghij/tstaliasid")), "upper-case"),
    ("no source", permission(condition={"Null": {"aws:SourceArn": "true"}}), "always sends `aws:SourceArn`"),
    ("what Lex never has", permission(condition={"Null": {"aws:SourceVpc": "false"}}), "never sends `aws:SourceVpc`"),
    ("an account that is none", permission(condition={"StringEquals": {"aws:SourceAccount": "mine"}}), "no account id"),
    ("an empty version", permission(condition=source_arn(f"{INTENT}:CreatePost:")), "version is empty"),
]


@pytest.mark.parametrize(("statement", "why"), [case[1:] for case in NEVER], ids=[case[0] for case in NEVER])
def test_a_source_that_lex_never_sends_never_matches(statement: dict[str, Any], why: str) -> None:
    fact = grant(estate_of(statement, hooks=POSTS))
    assert fact.never_matches
    assert why in fact.why_never


def test_a_variable_in_an_old_document_is_plain_text() -> None:
    estate = estate_of(permission(condition=source_arn(f"{INTENT}:${{aws:username}}:*")), hooks=POSTS)
    (function,) = estate.functions
    assert function.resource_policy is not None
    old = replace(function, resource_policy=replace(function.resource_policy, version="2008-10-17"))
    mended = permission(condition={"StringLike": {"aws:SourceAccount": "${aws:ResourceAccount}"}})
    (other,) = estate_of(mended, hooks=POSTS).functions
    assert other.resource_policy is not None
    plain = replace(other, resource_policy=replace(other.resource_policy, version="2008-10-17"))
    assert "2012-10-17" not in grant(dataclasses.replace(estate, functions=(old,))).why_never
    assert "`Version` 2012-10-17" in grant(dataclasses.replace(estate, functions=(plain,))).why_never


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


def test_who_uses_a_network_that_a_permission_names_is_not_known() -> None:
    """A VPC's id does not tell whose it is; a stranger has another one."""
    fact = grant(estate_of(permission("*", {"StringEquals": {"aws:SourceVpce": "vpce-1"}}), hooks=POSTS))
    assert (fact.reach, "aws:sourcevpce" in fact.undetermined) == (Reach.NONE, True)


def test_a_witness_comes_from_a_region_that_there_is() -> None:
    anywhere = permission(LEX_V2, source_arn(f"arn:aws:lex:*:{ACCOUNT_ID}:bot-alias/ABCDEFGHIJ/TSTALIASID"))
    fact = grant(estate_of(anywhere, hooks=(alias_hook(),)))
    assert fact.witness is not None
    (source,) = fact.witness.value("aws:SourceArn") or ()
    assert str(source).split(":")[3] in ("eu-west-1", "us-west-2")


def test_the_caller_of_a_witness_is_the_one_that_its_context_names() -> None:
    pattern = permission("*", {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/ci"}})
    fact = grant(estate_of(pattern, hooks=POSTS))
    assert fact.witness is not None
    assert (str(fact.witness.principal),) == tuple(map(str, fact.witness.value("aws:PrincipalArn") or ()))


def test_a_name_that_lex_v1_does_not_take_never_matches() -> None:
    """IntentName `^([A-Za-z]_?)+$`, version `$LATEST` or a number (Lex V1 model)."""
    for source in ("Create__Post:*", "Create2:*", "CreatePost:LATEST", "CreatePost:"):
        assert grant(estate_of(permission(condition=source_arn(f"{INTENT}:{source}")), hooks=POSTS)).never_matches, (
            source
        )
    assert not grant(estate_of(permission(condition=source_arn(f"{INTENT}:Create_Post:$LATEST")))).never_matches


def test_all_actions_but_one_are_a_way_to_invoke() -> None:
    but_one = {**permission(LEX_V2, source_arn(f"{ALIAS}/ABCDEFGHIJ/TSTALIASID")), "NotAction": "lambda:DeleteFunction"}
    del but_one["Action"]
    fact = grant(estate_of(but_one, hooks=(alias_hook(),)))
    assert (fact.never_matches, len(fact.serves)) == (False, 1)


@pytest.mark.parametrize("wide", [permission(), permission(condition=OWN)])
def test_a_wide_grant_that_only_the_other_generation_could_use_is_crossed(wide: dict[str, Any]) -> None:
    assert grant(estate_of(wide, hooks=(alias_hook(),))).crossed
    exact = permission(LEX_V2, source_arn(f"{ALIAS}/ABCDEFGHIJ/TSTALIASID"))
    assert not any(fact.crossed for fact in grants(estate_of(wide, exact, hooks=(alias_hook(),))))
