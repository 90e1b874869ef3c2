"""No value can leave its place in a message."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.engine.message import LONGEST_VALUE, Message


@pytest.mark.parametrize(
    ("template", "value", "expected"),
    [
        ("`{x}` is open", "f", "`f` is open"),
        ("`{x}` is open", "a`b", "`a\\u0060b` is open"),
        ("because {x}", "of `b`", "because of `b`"),
        ("`{x}`", "a\nb\tc\x1b[31m", "`a\\u000ab\\u0009c\\u001b[31m`"),
        ("`{x}`", "a\u202eb", "`a\\u202eb`"),
        ("`{x}`", "{x}", "`{x}`"),
        ("`{x}:{x}`", "f`", "`f\\u0060:f\\u0060`"),
        ("`a` {x} `{x}`", "`", "`a` ` `\\u0060`"),
        ("`{x}`", "é ü 猫", "`é ü 猫`"),
        ("all of {x}", ("a",), "all of `a`"),
        ("all of {x}", ("a", "b", "c`"), "all of `a`, `b` and `c\\u0060`"),
        ("all of {x}", ("a", "b", "c", "d"), "all of `a`, `b`, `c` and `d`"),
        ("all of {x}", ("a", "b", "c", "d", "e", "f"), "all of `a`, `b`, `c`, `d` and 2 more"),
        ("none of {x}!", (), "none of !"),
    ],
)
def test_a_value_is_shown_safely(template: str, value: str | tuple[str, ...], expected: str) -> None:
    assert Message(template).fill(lambda _: value) == expected


def test_a_long_value_is_cut() -> None:
    shown = Message("{x}").fill(lambda _: "a" * 10_000)
    assert shown == "a" * (LONGEST_VALUE - 1) + "…"


@given(st.text())
def test_a_message_is_one_line_and_its_backticks_stay_paired(value: str) -> None:
    shown = Message("`{x}` is open").fill(lambda _: value)
    assert shown.count("`") == 2
    assert shown.isprintable()
    assert shown.endswith("` is open")


@pytest.mark.parametrize(
    ("template", "names", "stray"),
    [
        ("`{a}` and {b}", ("a", "b"), False),
        ("{a", (), True),
        ("a}", (), True),
        ("{{a}}", ("a",), True),
        ("{}", ("",), False),
        ("none", (), False),
    ],
)
def test_placeholders_are_found(template: str, names: tuple[str, ...], stray: bool) -> None:
    message = Message(template)
    assert (message.placeholders, message.stray_brace) == (names, stray)
