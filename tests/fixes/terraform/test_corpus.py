"""Each configuration of the corpus is mended as its hand-written expectation says."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator

from ..corpora import Case, Mended, require_as_expected, require_handwritten, require_line_ends, require_settled

_COMMENT = re.compile(r"#[^\n\r]*|//[^\n\r]*|/\*.*?\*/", re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')


def comments(content: bytes) -> list[str]:
    return _COMMENT.findall(_STRING.sub('""', content.decode()))


def test_what_is_mended_and_what_is_left(case: Case, mended: Callable[[Case], Mended]) -> None:
    """Every finding is mended or left as expected, and what is left says why."""
    require_as_expected(case, mended(case).mending)


def test_gap_is_told(case: Case, mended: Callable[[Case], Mended]) -> None:
    """Where Terraform would take access away before it gives the new one, that is told."""
    assert case.expected.get("gap", False) == any(done.gap for done in mended(case).mending.outcome.done)


def test_after_is_as_written_by_hand(handwritten: Case, mended: Callable[[Case], Mended]) -> None:
    """The changed files are, byte for byte, what a person would write."""
    require_handwritten(handwritten, mended(handwritten))


def test_second_run_changes_nothing(case: Case, mended: Callable[[Case], Mended]) -> None:
    """What was written is left alone, and every finding that stays is still told."""
    require_settled(case, mended(case))


def removed_comments(before: bytes, after: bytes) -> Iterator[str]:
    matcher = difflib.SequenceMatcher(None, comments(before), comments(after), autojunk=False)
    for tag, start, end, at, until in matcher.get_opcodes():
        assert tag in ("equal", "delete"), comments(after)[at:until]
        if tag == "delete":
            yield from comments(before)[start:end]


def test_comments_stay(case: Case, mended: Callable[[Case], Mended]) -> None:
    """No comment goes, moves or comes into being, but for those of what was taken out."""
    result = mended(case)
    gone = [c for file, content in result.before.items() for c in removed_comments(content, result.after[file])]
    assert case.expected.get("comments_gone", []) == gone


def test_line_ends_stay(case: Case, mended: Callable[[Case], Mended]) -> None:
    """A file keeps its line ends, and its end without one."""
    require_line_ends(mended(case))
