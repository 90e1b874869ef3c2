"""A name that the program itself brings into a question is not exchanged for another."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from auditor.engine.facts.own_words import own_words
from auditor.engine.facts.shape import Around, shape_of
from auditor.estate.estate import Estate
from tests.engine.facts.units import plain


def keys(estate: Estate, around: Around) -> list[object]:
    shapes = (shape_of(((function,), estate.role(function.role)), around) for function in estate.functions)
    return [shape and shape.key for shape in shapes]


def test_the_words_of_other_rooms_are_those_of_whoever_hands_them_in(monkeypatch: pytest.MonkeyPatch) -> None:
    room = ModuleType("room_of_a_test")
    vars(room)["WORD"] = "quark-statement"
    monkeypatch.setitem(sys.modules, room.__name__, room)
    estate = plain(["orders-17", "quark-statement"])
    one, other = keys(estate, Around(()))
    assert one == other
    one, other = keys(estate, Around((), own_words((room.__name__,))))
    assert one != other
