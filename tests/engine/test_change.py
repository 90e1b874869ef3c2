"""What a change of policies lets in, where the audited account is not known."""

from __future__ import annotations

import pytest

from auditor.engine.change import Difference, Place, difference
from auditor.iam.access import Outcome
from auditor.iam.decide import Policies
from auditor.iam.document import PolicyKind
from auditor.iam.request import service
from auditor.iam.statements import allow, policy_of
from auditor.iam.text import ACCOUNT, Hole, Text, text

LITERAL = "999988887777"
FUNCTION = text("arn:aws:lambda:us-east-1:", ACCOUNT, ":function:f")


def bots_of(account: Hole | str) -> Policies:
    """A permission for every intent of an account."""
    source = text("arn:aws:lex:us-east-1:", account, ":intent:*")
    conditions = {("ArnLike", "AWS:SourceArn"): [source]}
    invoke = allow(("lambda:InvokeFunction",), (FUNCTION,), (service("lex.amazonaws.com"),), conditions)
    return Policies(policy_of(PolicyKind.RESOURCE, (invoke,)))


def ask(new: Policies, old: Policies, account: Text) -> Difference:
    return difference(new, old, Place(account, text("us-east-1"), (FUNCTION,)))


def test_a_literal_account_may_be_the_own_one_or_not() -> None:
    """Its bots are new where it is not, and were let in before where it is."""
    found = ask(bots_of(LITERAL), bots_of(ACCOUNT), text(ACCOUNT))
    assert (found.outcome, found.request) == (Outcome.UNDETERMINED, None)
    assert found.reason == "it depends on which account and region are the audited ones"


@pytest.mark.parametrize(("own", "outcome"), [(LITERAL, Outcome.NONE), ("111122223333", Outcome.FOUND)])
def test_an_account_that_is_known_decides(own: str, outcome: Outcome) -> None:
    assert ask(bots_of(LITERAL), bots_of(own), text(own)).outcome is outcome


def test_what_is_new_in_every_account_is_found() -> None:
    assert ask(bots_of("*"), bots_of(ACCOUNT), text(ACCOUNT)).outcome is Outcome.FOUND


def test_the_same_unknown_account_is_nothing_new() -> None:
    assert ask(bots_of(ACCOUNT), bots_of(ACCOUNT), text(ACCOUNT)) == Difference(Outcome.NONE)
