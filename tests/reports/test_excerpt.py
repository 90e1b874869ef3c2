"""The marker stands under the exact span, whatever the source holds."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.iam.origin import Origin
from auditor.reports.excerpt import MOST_LINES, show_excerpt
from auditor.reports.screen import Style, draw, width_of


def show(origin: Origin, *lines: str, width: int = 60) -> list[str]:
    excerpt = show_excerpt(origin, {"f": list(lines)}.get, width, Style.HIGH)
    return draw(excerpt, color=False).splitlines()


def test_a_span_in_one_line_is_underlined() -> None:
    assert show(Origin("f", 2, 5, 2, 8), "", 'a = "*" # all') == ['2 │ a = "*" # all', "  │     ^^^"]


def test_tabs_and_wide_characters_keep_the_marker_in_place() -> None:
    """A tab is shown as four columns, a wide character takes two, a combining mark none."""
    assert show(Origin("f", 1, 4, 1, 5), "\té漢*") == ["1 │     é漢*", "  │        ^"]
    assert show(Origin("f", 1, 3, 1, 4), "e\u0301*") == ["1 │ e\u0301*", "  │  ^"]


def test_escapes_in_a_source_are_shown_and_not_sent() -> None:
    shown = show(Origin("f", 1, 2, 1, 3), "\x1b[31m*\u202e")
    assert shown == ["1 │ \\x1b[31m*\\u202e", "  │     ^"]


def test_a_long_span_is_cut_and_says_so() -> None:
    lines = [f"line {number}" for number in range(1, 31)]
    shown = show(Origin("f", 3, 1, 22, 4), *lines)
    assert shown[0] == " 3 ┃ line 3"
    assert len(shown) == MOST_LINES + 1
    assert shown[-1] == "   ┊ 12 more lines"


def test_a_long_line_is_cut_around_the_span() -> None:
    line = "x" * 500 + "SPAN" + "y" * 500
    code, marker = show(Origin("f", 1, 501, 1, 505), line, width=60)
    assert width_of(code) <= 60
    assert code[marker.index("^") : marker.rindex("^") + 1] == "SPAN"


def test_of_a_line_that_is_a_whole_file_only_what_is_shown_is_looked_at() -> None:
    """A thousand findings in one line of a megabyte, each at another place, take moments: not
    one of them looks at every character."""
    line = "SPAN" * 250_000
    began = time.process_time()
    for place in range(1000):
        code, _ = show(Origin("f", 1, 900 * place + 1, 1, 900 * place + 5), line)
        assert "SPAN" in code
    assert time.process_time() - began < 10


@pytest.mark.parametrize(
    "origin",
    [Origin("gone", 1, 1, 1, 2), Origin("f", 9, 1, 9, 2), Origin("f"), Origin(arn="arn:aws:iam::111122223333:role/r")],
)
def test_a_place_that_is_not_there_shows_nothing(origin: Origin) -> None:
    assert show(origin, "one line") == []


def test_without_columns_the_whole_line_is_marked() -> None:
    assert show(Origin("f", 1), "  a = 1  ") == ["1 │   a = 1", "  │   ^^^^^"]


@given(
    line=st.text(st.characters(exclude_characters="\n")),
    column=st.integers(1, 40),
    length=st.integers(0, 40),
    width=st.integers(24, 90),
)
def test_any_line_fits_and_prints(line: str, column: int, length: int, width: int) -> None:
    for shown in show(Origin("f", 1, column, 1, column + length), line, width=width):
        assert width_of(shown) <= width
        assert shown.isprintable()
