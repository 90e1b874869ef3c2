"""How far a permission reaches where the id of the bot that calls is not known."""

from __future__ import annotations

import pytest

from auditor.engine.fact import Reach
from auditor.estate.function import Hook, LexGeneration
from auditor.iam.text import Hole, HoleType, Text, text
from tests.engine.facts.estates import estate_of, permission, source_arn
from tests.engine.facts.test_invoke_grant import ALIAS, LEX_V2, grant

UNKNOWN_BOT = Hole("aws_lexv2models_bot.b.id", HoleType.LEX_ID)


@pytest.mark.parametrize(
    ("pattern", "reach"),
    [
        (text(f"{ALIAS}/*"), Reach.ACCOUNT),
        (text(f"{ALIAS}/*/TSTALIASID"), Reach.ACCOUNT),
        (text(f"{ALIAS}/", UNKNOWN_BOT, "/*"), Reach.BOT),
        (text(f"{ALIAS}/", UNKNOWN_BOT, "/TSTALIASID"), Reach.NONE),
        (text(f"{ALIAS}/ZZZZZZZZZZ/*"), Reach.BOT),
    ],
    ids=str,
)
def test_a_bot_whose_id_is_not_known_is_one_bot(pattern: Text, reach: Reach) -> None:
    """Every bot of the account is more than it, whatever its id turns out to be. A literal id may be its
    own: even then the bot's other aliases are not needed."""
    source = text(f"{ALIAS}/", UNKNOWN_BOT, "/TSTALIASID")
    hook = Hook(LexGeneration.V2, source, text("b/TSTALIASID"), bot=text(UNKNOWN_BOT), alias=text("TSTALIASID"))
    fact = grant(estate_of(permission(LEX_V2, source_arn(pattern)), hooks=(hook,)))
    assert (fact.reach, fact.undetermined) == (reach, "")
