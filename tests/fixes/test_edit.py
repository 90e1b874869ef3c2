"""Edits of a file, and where what stands in it is afterwards."""

from __future__ import annotations

import random

import pytest

from auditor.fixes.edit import Edit, edited, moved

CONTENT = b"ab{cdef}gh{ijklm}n"
SPANS = [(2, 8), (10, 17)]


def held(content: bytes, spans: list[tuple[int, int]]) -> list[bytes]:
    return [content[start:end] for start, end in spans]


@pytest.mark.parametrize("seed", range(20))
def test_spans_move_with_what_they_hold(seed: int) -> None:
    """Each span has its braces after any edits inside of them, and what stands between is as before."""
    chance = random.Random(seed)
    edits = []
    for start, end in SPANS:
        first = chance.randrange(start + 1, end)
        edits.append(Edit("f", first, chance.randrange(first, end), "x\n" * chance.randrange(4)))
    content, _ = edited(CONTENT, edits)
    spans = moved(CONTENT, edits, SPANS)
    assert all(part.startswith(b"{") and part.endswith(b"}") for part in held(content, spans))
    assert content[: spans[0][0]] == b"ab"
    assert content[spans[0][1] : spans[1][0]] == b"gh"


def test_spans_count_the_line_ends_of_the_file() -> None:
    content = b"{a\r\n}{b}"
    edits = [Edit("f", 1, 1, "\n")]
    after, _ = edited(content, edits)
    assert held(after, moved(content, edits, [(0, 5), (5, 8)])) == [b"{\r\na\r\n}", b"{b}"]


@pytest.mark.parametrize(
    "edit", [Edit("f", 1, 3, ""), Edit("f", 2, 2, "x"), Edit("f", 8, 8, "x"), Edit("f", 0, 0, "x")]
)
def test_an_edit_outside_of_all_spans_leaves_them_unknown(edit: Edit) -> None:
    assert moved(CONTENT, [edit], SPANS) == []
