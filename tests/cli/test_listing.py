"""The lines of a file, one at a time."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from auditor.cli.listing import Lines, list_lines


@given(st.lists(st.sampled_from(("", "a", "  b", "é", "c\r")), max_size=300), st.booleans())
def test_the_lines_are_those_of_the_text(written: list[str], mark: bool) -> None:
    content = "\n".join(written)
    lines = Lines((b"\xef\xbb\xbf" if mark else b"") + content.encode())
    expected = [line.removesuffix("\r") for line in content.split("\n")]
    assert (len(lines), list(lines), lines[-1], lines[1:70]) == (len(expected), expected, expected[-1], expected[1:70])


def test_a_file_that_is_gone_has_none(tmp_path: Path) -> None:
    assert list_lines(None)(str(tmp_path / "gone")) is None


def test_what_came_through_standard_input_is_a_file_too() -> None:
    lines = list_lines(b"a\nb")("<stdin>")
    assert lines is not None
    assert list(lines) == ["a", "b"]
