"""Each template of the corpus is mended as its hand-written expectation says."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable

import pytest

from ..corpora import Case, Mended, require_as_expected, require_handwritten, require_line_ends, require_settled


def lint(content: bytes) -> Counter[tuple[str, str]]:
    """What cfn-lint says of a template: rules and messages, wherever they are."""
    api = pytest.importorskip("cfnlint.api", reason="cfn-lint is not installed")
    found = api.lint(content.decode(), None, ["us-east-1"])
    return Counter((match.rule.id, match.message) for match in found)


def test_what_is_mended_and_what_is_left(case: Case, mended: Callable[[Case], Mended]) -> None:
    """Every finding is mended or left as expected, and what is left says why."""
    require_as_expected(case, mended(case).mending)


def test_gap_is_told(case: Case, mended: Callable[[Case], Mended]) -> None:
    """Where CloudFormation may take access away before it gives the new one, that is told."""
    assert case.expected.get("gap", False) == any(done.gap for done in mended(case).mending.outcome.done)


def test_after_is_as_written_by_hand(handwritten: Case, mended: Callable[[Case], Mended]) -> None:
    """The changed files are, byte for byte, what a person would write."""
    require_handwritten(handwritten, mended(handwritten))


def test_every_mended_case_has_its_after(case: Case) -> None:
    assert bool(case.expected["mended"]) == (case.folder / "after").is_dir()


def test_second_run_changes_nothing(case: Case, mended: Callable[[Case], Mended]) -> None:
    """What was written is left alone, and every finding that stays is still told."""
    require_settled(case, mended(case))


def test_comments_stay(case: Case, mended: Callable[[Case], Mended]) -> None:
    """No comment goes or comes into being, but for those of what was taken out."""
    result = mended(case)
    gone: list[str] = []
    for file in result.mending.files:
        before, after = (
            [line.strip() for line in side[file].decode().splitlines() if line.strip().startswith("#")]
            for side in (result.before, result.after)
        )
        changes = [line for line in difflib.ndiff(before, after) if line[0] in "+-"]
        assert all(line.startswith("-") for line in changes)
        gone += [line[2:] for line in changes]
    assert case.expected.get("comments_gone", []) == gone


def test_line_ends_stay(case: Case, mended: Callable[[Case], Mended]) -> None:
    """A file keeps its line ends, and its end without one."""
    require_line_ends(mended(case))


def test_cfn_lint_has_nothing_new_to_say(handwritten: Case, mended: Callable[[Case], Mended]) -> None:
    """The official linter knows the changed templates as well as those before."""
    result = mended(handwritten)
    for file in result.mending.files:
        assert not lint(result.after[file]) - lint(result.before[file])
