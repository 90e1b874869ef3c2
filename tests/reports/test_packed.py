"""A packed text comes back whole, and knows its sizes."""

from __future__ import annotations

import gzip

from hypothesis import given
from hypothesis import strategies as some

from auditor.reports.packed import Packed

texts = some.text(some.characters(codec=None))


@given(pieces=some.lists(texts))
def test_a_text_comes_back(pieces: list[str]) -> None:
    assert "".join(Packed.of(pieces)) == "".join(pieces)


def test_its_sizes_are_those_of_the_text_and_of_a_gzip_file_of_it() -> None:
    text = "ä statement" * 10_000
    packed = Packed.of([text[:500], text[500:]])
    assert packed.length == len(text.encode())
    assert gzip.decompress(b"".join(packed.parts)) == text.encode()
    assert packed.size == sum(map(len, packed.parts)) < packed.length / 100
