"""What stands in the way of a need: nothing, another statement, or one that was meant for it."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.engine.fact import InvokeNeed, Obstacle
from auditor.engine.facts import collect
from auditor.estate.estate import Bot, Estate
from auditor.estate.function import LexGeneration
from auditor.iam.text import ACCOUNT, Hole, HoleType, text
from tests.engine.facts.estates import (
    ACCOUNT_ID,
    FUNCTION_ARN,
    alias_hook,
    estate_of,
    intent_hook,
    permission,
    source_arn,
)

INTENT = f"arn:aws:lex:us-east-1:{ACCOUNT_ID}:intent"
POSTS = (intent_hook("CreatePost"), intent_hook("ReadPost"))


def obstacles(estate: Estate) -> list[Obstacle]:
    return [fact.obstacle for fact in collect(estate) if isinstance(fact, InvokeNeed)]


@pytest.mark.parametrize(
    ("resource", "obstacle"),
    [
        (f"{FUNCTION_ARN}:live", Obstacle.QUALIFIER),
        (f"{FUNCTION_ARN}:*", Obstacle.QUALIFIER),
        (f"{FUNCTION_ARN}-other", Obstacle.OTHER_FUNCTION),
        (FUNCTION_ARN.replace("us-east-1", "eu-west-1"), Obstacle.OTHER_FUNCTION),
    ],
)
def test_a_permission_on_another_function_is_not_one_on_another_alias(resource: str, obstacle: Obstacle) -> None:
    assert obstacles(estate_of(permission(Resource=resource), hooks=POSTS[:1])) == [obstacle]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (f"{INTENT}:CreatePost", [Obstacle.DEAD_GRANT, Obstacle.NO_GRANT]),
        (f"{INTENT}:Another", [Obstacle.NO_GRANT, Obstacle.NO_GRANT]),
        (f"arn:aws:lex:us-east-1:{ACCOUNT_ID}:bot:Posts:*", [Obstacle.DEAD_GRANT, Obstacle.DEAD_GRANT]),
        ("arn:aws:lex:us-east-1:999988887777:bot:Posts:*", [Obstacle.NO_GRANT, Obstacle.NO_GRANT]),
        (f"{INTENT}:Posts", [Obstacle.DEAD_GRANT, Obstacle.DEAD_GRANT]),
    ],
)
def test_a_dead_grant_is_meant_for_the_hook_that_it_names(source: str, expected: list[Obstacle]) -> None:
    """One that names a bot of the estate is meant for all of its intents."""
    bots = (Bot(LexGeneration.V1, text("Posts")),)
    dead = permission(condition=source_arn(source))
    assert obstacles(estate_of(dead, hooks=POSTS, bots=bots, intents=("CreatePost", "ReadPost"))) == expected


@pytest.mark.parametrize("principal", [text(ACCOUNT), text(Hole("data.aws_caller_identity.b", HoleType.ACCOUNT))])
def test_an_account_that_is_not_known_is_no_service(principal: Any) -> None:
    """`principal = data.aws_caller_identity.me.account_id` lets no bot in, whichever account it is."""
    (fact,) = (
        fact for fact in collect(estate_of(permission(principal), hooks=POSTS[:1])) if isinstance(fact, InvokeNeed)
    )
    assert (fact.decision.value, fact.obstacle, fact.undetermined) == ("denied", Obstacle.NO_GRANT, "")


def test_what_the_other_generation_may_ask_is_open_and_says_why() -> None:
    (fact,) = (fact for fact in collect(estate_of(permission(), hooks=(alias_hook(),))) if isinstance(fact, InvokeNeed))
    assert fact.undetermined == "`lex.amazonaws.com` may call for this bot too, and only that is allowed"
