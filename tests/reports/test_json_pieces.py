"""JSON in pieces is the JSON of the standard library."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as some

from auditor.reports.json_pieces import Members, json_pieces

leaves = some.none() | some.booleans() | some.integers() | some.text()
values = some.recursive(leaves, lambda part: some.lists(part) | some.dictionaries(some.text(), part), max_leaves=20)


def lazily(value: Any) -> Any:
    """The same value with every object and list to be written piece by piece."""
    if isinstance(value, dict):
        return Members({key: lazily(member) for key, member in value.items()})
    return iter([lazily(entry) for entry in value]) if isinstance(value, list) else value


@given(value=values, step=some.integers(1, 3))
def test_a_value_in_pieces_is_the_text_that_json_gives(value: Any, step: int) -> None:
    expected = json.dumps(value, indent=step, ensure_ascii=False)
    assert "".join(json_pieces(lazily(value), step)) == expected
    assert "".join(json_pieces(value, step)) == expected


def test_an_entry_is_made_when_its_turn_comes() -> None:
    made: list[int] = []

    def entries() -> Iterator[int]:
        for number in range(3):
            made.append(number)
            yield number

    pieces = json_pieces(entries(), 2)
    while "1" not in next(pieces):
        pass
    assert made == [0, 1]
