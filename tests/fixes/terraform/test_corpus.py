"""Each configuration of the corpus is mended as its hand-written expectation says."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator

from .conftest import Case, Mended, mend

_COMMENT = re.compile(r"#[^\n\r]*|//[^\n\r]*|/\*.*?\*/", re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')


def comments(content: bytes) -> list[str]:
    return _COMMENT.findall(_STRING.sub('""', content.decode()))


def test_what_is_mended_and_what_is_left(case: Case, mended: Callable[[Case], Mended]) -> None:
    """Every finding is mended or left as expected, and what is left says why."""
    outcome = mended(case).mending.outcome
    done = sorted(finding.rule for each in outcome.done for finding in each.findings)
    left = sorted([finding.finding.rule, finding.why] for finding in outcome.left)
    wanted = sorted(case.expected.get("left", []))
    assert (sorted(case.expected["mended"]), [rule for rule, _ in wanted]) == (done, [rule for rule, _ in left])
    assert [why for _, why in wanted] == [told[: len(why)] for (_, why), (_, told) in zip(wanted, left, strict=True)]


def test_gap_is_told(case: Case, mended: Callable[[Case], Mended]) -> None:
    """Where Terraform would take access away before it gives the new one, that is told."""
    assert case.expected.get("gap", False) == any(done.gap for done in mended(case).mending.outcome.done)


def test_after_is_as_written_by_hand(handwritten: Case, mended: Callable[[Case], Mended]) -> None:
    """The changed files are, byte for byte, what a person would write."""
    result = mended(handwritten)
    root = handwritten.folder / "after"
    wanted = {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}
    assert wanted == {file: result.after[file] for file in result.mending.files}


def test_second_run_changes_nothing(case: Case, mended: Callable[[Case], Mended]) -> None:
    """What was written is left alone, and every finding that stays is still told."""
    result = mended(case)
    again = mend(result.folder, unsafe=case.expected.get("unsafe", False))
    assert ("", len(result.mending.outcome.left)) == (again.diff, len(again.outcome.left))


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
    result = mended(case)
    for file in result.mending.files:
        before, after = result.before[file], result.after[file]
        bare = after.replace(b"\r\n", b"")
        assert b"\r" not in bare, file
        assert (b"\r\n" in before) == (b"\r\n" in after), file
        assert not (b"\r\n" in before and b"\n" in bare), file
        assert before.endswith(b"\n") == after.endswith(b"\n"), file
