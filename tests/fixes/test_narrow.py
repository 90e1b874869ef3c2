"""Statement ids of the permissions that fixes add."""

from __future__ import annotations

import pytest

from auditor.estate.function import Hook
from auditor.fixes.narrow import statement_ids
from auditor.needs import NeedKind, derive
from tests.engine.facts.estates import alias_hook, estate_of, intent_hook, permission


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
