"""The `when` of a rule, against facts: words, lists, not, any, and all of them together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from auditor.engine.condition import Condition, holds
from auditor.engine.errors import Faults
from auditor.engine.fact import FactKind, Reach
from auditor.engine.when import read_when
from auditor.iam.node import Plain, node

Make = Callable[..., Any]


def _when(written: Plain, kind: FactKind = FactKind.INVOKE_GRANT) -> Condition:
    faults = Faults()
    condition = read_when(node(written), kind, faults)
    assert faults.found == []
    return condition


@pytest.mark.parametrize(
    ("written", "lex", "reach", "expected"),
    [
        ({}, True, Reach.NONE, True),
        ({"lex": True}, True, Reach.NONE, True),
        ({"lex": True}, False, Reach.NONE, False),
        ({"lex": "true"}, True, Reach.NONE, True),
        ({"lex": [True, False]}, False, Reach.NONE, True),
        ({"reach": "account"}, True, Reach.ACCOUNT, True),
        ({"reach": "account"}, True, Reach.ANY_ACCOUNT, False),
        ({"reach": ["account", "bot"]}, True, Reach.BOT, True),
        ({"reach": ["account", "bot"]}, True, Reach.NONE, False),
        ({"lex": True, "reach": "bot"}, True, Reach.BOT, True),
        ({"lex": True, "reach": "bot"}, False, Reach.BOT, False),
        ({"lex": True, "reach": "bot"}, True, Reach.NONE, False),
        ({"not": {"lex": True}}, True, Reach.NONE, False),
        ({"not": {"lex": True}}, False, Reach.NONE, True),
        ({"not": {"lex": True, "reach": "bot"}}, True, Reach.NONE, True),
        ({"not": {"lex": True, "reach": "bot"}}, True, Reach.BOT, False),
        ({"any": [{"lex": True}, {"reach": "bot"}]}, False, Reach.BOT, True),
        ({"any": [{"lex": True}, {"reach": "bot"}]}, True, Reach.NONE, True),
        ({"any": [{"lex": True}, {"reach": "bot"}]}, False, Reach.NONE, False),
        ({"lex": True, "any": [{"reach": "bot"}, {"not": {"reach": "none"}}]}, True, Reach.ACCOUNT, True),
        ({"lex": True, "any": [{"reach": "bot"}, {"not": {"reach": "none"}}]}, True, Reach.NONE, False),
        ({"not": {"any": [{"lex": True}, {"reach": "bot"}]}}, False, Reach.NONE, True),
    ],
)
def test_a_when_holds_as_it_is_written(
    invoke_grant: Make, written: Plain, lex: bool, reach: Reach, expected: bool
) -> None:
    assert holds(_when(written), invoke_grant(lex=lex, reach=reach)) is expected


@pytest.mark.parametrize(
    ("written", "actions", "expected"),
    [
        ("some", ("logs:DeleteLogGroup",), True),
        ("some", (), False),
        ("none", (), True),
        ("none", ("logs:DeleteLogGroup",), False),
        (["some", "none"], (), True),
    ],
)
def test_a_list_is_asked_whether_it_has_entries(
    log_grant: Make, written: Plain, actions: tuple[str, ...], expected: bool
) -> None:
    condition = _when({"beyond_writing": written}, FactKind.LOG_GRANT)
    assert holds(condition, log_grant(beyond_writing=actions)) is expected


def test_a_text_is_compared_as_a_whole(invoke_grant: Make) -> None:
    assert holds(_when({"service": "lex.amazonaws.com"}), invoke_grant(service="lex.amazonaws.com"))
    assert not holds(_when({"service": "lex*"}), invoke_grant(service="lex.amazonaws.com"))
