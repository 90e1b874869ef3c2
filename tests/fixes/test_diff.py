"""A unified diff of what changes, as `git apply` takes it."""

from __future__ import annotations

import difflib
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.fixes.diff import unified_diff

LINES = st.lists(st.sampled_from((b"", b"a", b"  a", b"b", b"a: b", "é".encode())), max_size=40)
MANY = st.lists(st.sampled_from((b"x", b"y")), max_size=60)


def content(lines: list[bytes], ends: bool) -> bytes:
    return b"\n".join(lines) + (b"\n" if lines and ends else b"")


@settings(max_examples=300)
@given(st.one_of(LINES, MANY), st.data())
def test_a_diff_is_of_the_lines_that_difflib_tells(lines: list[bytes], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(lines)))
    until = data.draw(st.integers(at, min(len(lines), at + 3)))
    changed = [*lines[:at], *data.draw(st.lists(st.sampled_from((b"new", b"a")), max_size=3)), *lines[until:]]
    ends = data.draw(st.booleans())
    before, after = content(lines, ends), content(changed, ends)
    told = unified_diff({"f": before}, {"f": after}).splitlines()
    removed = sum(line.startswith("-") for line in told[2:])
    added = sum(line.startswith("+") for line in told[2:])
    assert removed <= until - at + 1
    assert added - removed == len(after.decode().splitlines()) - len(before.decode().splitlines())
    assert bool(told) == (before != after)
    if told:
        # Both are of one context; where the same lines change, the hunks are those of difflib.
        theirs = list(difflib.unified_diff(before.decode().splitlines(), after.decode().splitlines(), lineterm=""))
        same = [line for line in told if line[:1] in "+-"] == [line for line in theirs if line[:1] in "+-"]
        assert not same or [x for x in told if x[:1] == "@"] == [x for x in theirs if x[:1] == "@"]


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
@settings(max_examples=40)
@given(MANY, MANY, st.booleans(), st.booleans())
def test_git_applies_it(
    tmp_path_factory: pytest.TempPathFactory, one: list[bytes], two: list[bytes], a: bool, b: bool
) -> None:
    before, after = content(one, a), content(two, b)
    if before == after or not before or not after:
        return
    folder = tmp_path_factory.mktemp("tree")
    file = folder / "f"
    file.write_bytes(before)
    told = unified_diff({"f": before}, {"f": after})
    applied = subprocess.run(["git", "apply", "-"], input=told.encode(), cwd=folder, capture_output=True, check=False)
    assert (applied.returncode, file.read_bytes()) == (0, after), applied.stderr


def test_a_small_change_of_a_large_file_tells_its_line() -> None:
    before = b"line\n" * 200_000
    after = before[:500_000] + b"new\n" + before[500_000:]
    [hunk] = [line for line in unified_diff({"f": before}, {"f": after}).splitlines() if line.startswith("@@")]
    assert hunk == "@@ -99998,6 +99998,7 @@"


def test_a_file_is_named_by_path(tmp_path: Path) -> None:
    told = unified_diff({"a b": b"x\n"}, {"a b": b"y\n"})
    assert told.splitlines()[:2] == ["--- a/a b\t", "+++ b/a b\t"]
