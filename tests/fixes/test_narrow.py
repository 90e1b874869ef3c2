"""The permissions that fixes add, and their statement ids."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from auditor.estate.function import Hook, LogGroup
from auditor.fixes.narrow import log_statements, permission_for, statement_ids
from auditor.iam.decide import Policies, decide
from auditor.iam.document import PolicyKind
from auditor.iam.request import Request, aws, context, service
from auditor.iam.statements import policy_of
from auditor.iam.text import text
from auditor.needs import NeedKind, derive
from tests.engine.facts.estates import ACCOUNT_ID, alias_hook, estate_of, intent_hook, permission


def ids(*used: str, hooks: tuple[Hook, ...]) -> list[str]:
    estate = estate_of(*(permission(Sid=sid) for sid in used), hooks=hooks)
    function = estate.functions[0]
    return statement_ids(function, [n for n in derive(function, estate) if n.kind is NeedKind.INVOKE])


POSTS = (intent_hook("CreatePost"), intent_hook("ReadPost"))


@pytest.mark.parametrize(
    ("used", "expected"),
    [
        ((), ["LexV1-CreatePost", "LexV1-ReadPost"]),
        (("AllowLex",), ["LexV1-CreatePost", "LexV1-ReadPost"]),
        (("LexV1-ReadPost",), ["LexV1-CreatePost-2", "LexV1-ReadPost-2"]),
        (("LexV1-ReadPost", "LexV1-CreatePost-2"), ["LexV1-CreatePost-3", "LexV1-ReadPost-3"]),
    ],
)
def test_an_id_that_is_taken_is_not_given_again(used: tuple[str, ...], expected: list[str]) -> None:
    """AddPermission refuses an id that another statement has; all of one fix end alike."""
    assert ids(*used, hooks=POSTS) == expected


def test_needs_of_one_name_get_ids_of_their_own() -> None:
    """A bot's two aliases have one name, and long names may differ at their end only."""
    twice = (intent_hook("Post", qualifier="live"), intent_hook("Post", qualifier="test"))
    long = (intent_hook("x" * 120 + "a"), intent_hook("x" * 120 + "b"))
    for hooks in (twice, long, (alias_hook(), alias_hook())):
        given = ids(hooks=hooks)
        assert len(set(given)) == len(given) == 2
        assert all(1 <= len(one) <= 100 for one in given)


def test_the_permission_for_a_need_allows_it_and_nothing_else() -> None:
    estate = estate_of(hooks=(intent_hook("CreatePost"),))
    (need,) = derive(estate.functions[0], estate)
    policies = Policies(policy_of(PolicyKind.RESOURCE, (permission_for(need),)))
    source, account = f"arn:aws:lex:us-east-1:{ACCOUNT_ID}:intent:CreatePost:1", ACCOUNT_ID

    def sends(principal: str = "lex.amazonaws.com", **keys: str) -> bool:
        known = {f"aws:{key}": value for key, value in keys.items()}
        request = Request(service(principal), need.request.action, need.request.resource, context(known))
        return decide(request, policies).allowed

    assert sends(SourceArn=source, SourceAccount=account)
    assert not sends()
    assert not sends(SourceAccount=account)
    assert not sends(SourceArn=source)
    assert not sends(SourceArn=source.replace("CreatePost", "ReadPost"), SourceAccount=account)
    assert not sends(SourceArn=source.replace(account, "444455556666"), SourceAccount="444455556666")
    assert not sends("lexv2.amazonaws.com", SourceArn=source, SourceAccount=account)


@pytest.mark.parametrize("name", ["a${var.x}b", "${*}", "a${", "$${aws:username}"])
def test_a_dollar_in_a_name_begins_no_policy_variable(name: str) -> None:
    """IAM user guide, policy variables: `${$}` is a dollar; a variable without a value matches nothing."""
    source = f"arn:aws:lex:us-east-1:{ACCOUNT_ID}:bot-alias/{name}/TSTALIASID"
    hook = replace(alias_hook(), source_arn=text(source))
    estate = estate_of(hooks=(hook,))
    (need,) = derive(estate.functions[0], estate)
    policies = Policies(policy_of(PolicyKind.RESOURCE, (permission_for(need),)))
    assert decide(need.request, policies).allowed
    other = {
        "aws:SourceArn": source.replace("a", "x"),
        "aws:username": "x",
        "var.x": "x",
        "aws:SourceAccount": ACCOUNT_ID,
    }
    asked = Request(need.request.principal, need.request.action, need.request.resource, context(other))
    assert decide(asked, policies).denied

    function = replace(estate.functions[0], log_group=LogGroup(text(f"/aws/lambda/{name}")))
    (statement,) = log_statements([function], estate, create=False)
    own = Policies(identity=(policy_of(PolicyKind.IDENTITY, (statement,)),))
    group = f"arn:aws:logs:us-east-1:{ACCOUNT_ID}:log-group:/aws/lambda"
    for stream, expected in ((f"{group}/{name}:log-stream:s", True), (f"{group}/other:log-stream:s", False)):
        request = Request(aws(f"arn:aws:iam::{ACCOUNT_ID}:role/r"), "logs:PutLogEvents", text(stream))
        assert decide(request, own).allowed is expected
