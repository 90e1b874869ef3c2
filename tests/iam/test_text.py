"""Texts with holes."""

from __future__ import annotations

import pytest

from auditor.iam.text import ACCOUNT, EMPTY, Hole, HoleType, text

ENV = Hole("var.env")


def test_neighbouring_literals_become_one():
    assert text("a", "", "b", ENV, text("c", "d")).parts == ("ab", ENV, "cd")


def test_the_empty_text_has_no_parts():
    assert (text(""), bool(text("")), text().literal) == (EMPTY, False, "")


@pytest.mark.parametrize(
    ("written", "literal", "hole"),
    [(text("ab"), "ab", None), (text(ENV), None, ENV), (text("a", ENV), None, None), (text(), "", None)],
)
def test_a_text_knows_whether_it_is_a_literal_or_a_hole(written, literal, hole):
    assert (written.literal, written.hole) == (literal, hole)


def test_holes_are_filled_with_strings_and_texts_and_left_where_nothing_is_known():
    written = text("a-", ENV, "-", ACCOUNT, "-", Hole("x"))
    values = {ENV: "dev", ACCOUNT: text("1", Hole("y"))}
    assert written.fill(values.get) == text("a-dev-1", Hole("y"), "-", Hole("x"))


def test_a_hole_that_is_filled_with_nothing_joins_its_neighbours():
    assert text("a", ENV, "b").fill(lambda _: "").literal == "ab"


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        (-1, (text("a"), text(ENV), text("c"), text("d"))),
        (1, (text("a"), text(ENV, ":c:d"))),
        (0, (text("a:", ENV, ":c:d"),)),
        (9, (text("a"), text(ENV), text("c"), text("d"))),
    ],
)
def test_splitting_counts_separators_in_the_literal_parts(most, expected):
    assert text("a:", ENV, ":c:d").split(":", most) == expected


def test_the_limit_of_a_split_counts_over_all_parts():
    assert text("a:b", ENV, "c:d:e").split(":", 2) == (text("a"), text("b", ENV, "c"), text("d:e"))


def test_a_hole_is_never_split_and_begins_with_nothing_known():
    assert text(ENV).split(":") == (text(ENV),)
    assert (text(ENV, "a").startswith("a"), text("a", ENV).startswith("a")) == (False, True)
    assert (text("a", ENV).endswith("a"), text(ENV, "a").endswith("a")) == (False, True)


def test_a_hole_is_shown_by_its_name_and_one_for_all_values_as_a_star():
    assert str(text("a-", ENV, "-", Hole("v", HoleType.NAME, each=True))) == "a-${var.env}-*"


def test_a_change_reaches_literal_parts_only():
    assert text("Ab", Hole("X"), "C").map(str.lower) == text("ab", Hole("X"), "c")
