"""Corpora of sources that are fixed: what both languages share.

`corpus/NAME/before` is a source, `corpus/NAME/expected.yaml` says what must become of it, written by
hand from what AWS and its tools document; `corpus/NAME/after`, where it is there, has the changed
files as a person would write them.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import yaml

import auditor
from auditor.pipeline import audit
from auditor.reports.mending import Mending


@dataclass(frozen=True)
class Case:
    """One source. `hidden` are the names of its folders that git would ignore, by those that stand
    for them in the corpus; `ignored` are rules that are no matter here."""

    folder: Path
    hidden: tuple[tuple[str, str], ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def expected(self) -> dict[str, Any]:
        loaded: dict[str, Any] = yaml.safe_load((self.folder / "expected.yaml").read_text("utf-8"))
        return loaded

    def copy(self, target: Path) -> Path:
        """A copy of the source in a new folder `target`."""
        shutil.copytree(self.folder / "before", target)
        for there, name in self.hidden:
            if (target / there).exists():
                (target / there).rename(target / name)
        return target


@dataclass(frozen=True)
class Mended:
    """A case in a folder of its own: its files before and after fixing, by relative paths."""

    folder: Path
    mending: Mending
    before: dict[str, bytes]
    after: dict[str, bytes]


def mend(folder: Path, *, unsafe: bool, ignored: Sequence[str] = ()) -> Mending:
    """What `auditor fix` makes of a folder, from inside of it."""
    here = Path.cwd()
    os.chdir(folder)
    try:
        return auditor.fix(partial(auditor.read, "."), partial(audit, ignore=ignored), unsafe=unsafe)
    finally:
        os.chdir(here)


def files(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, by its relative path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def mender(below: Path) -> Callable[[Case], Mended]:
    """Fixes a case, once, and writes the result into its own folder below `below`."""
    known: dict[Case, Mended] = {}

    def mend_once(case: Case) -> Mended:
        if case not in known:
            folder = case.copy(below / case.name)
            before = files(folder)
            mending = mend(folder, unsafe=case.expected.get("unsafe", False), ignored=case.ignored)
            for file, content in mending.files.items():
                (folder / file).write_bytes(content)
            known[case] = Mended(folder, mending, before, files(folder))
        return known[case]

    return mend_once


def require_as_expected(case: Case, mending: Mending) -> None:
    """Every finding is mended or left as expected, and what is left says why."""
    done = sorted(finding.rule for each in mending.outcome.done for finding in each.findings)
    left = sorted([finding.finding.rule, finding.why] for finding in mending.outcome.left)
    wanted = sorted(case.expected.get("left", []))
    assert (sorted(case.expected["mended"]), [rule for rule, _ in wanted]) == (done, [rule for rule, _ in left])
    assert [why for _, why in wanted] == [told[: len(why)] for (_, why), (_, told) in zip(wanted, left, strict=True)]


def require_handwritten(case: Case, mended: Mended) -> None:
    """The changed files are, byte for byte, what a person would write."""
    assert files(case.folder / "after") == {file: mended.after[file] for file in mended.mending.files}


def require_settled(case: Case, mended: Mended) -> None:
    """A second run changes nothing, and every finding that stays is still told."""
    again = mend(mended.folder, unsafe=case.expected.get("unsafe", False), ignored=case.ignored)
    assert ("", len(mended.mending.outcome.left)) == (again.diff, len(again.outcome.left))


def require_line_ends(mended: Mended) -> None:
    """A file keeps its line ends, and its end without one."""
    for file in mended.mending.files:
        before, after = mended.before[file], mended.after[file]
        bare = after.replace(b"\r\n", b"")
        assert b"\r" not in bare, file
        assert (b"\r\n" in before) == (b"\r\n" in after), file
        assert not (b"\r\n" in before and b"\n" in bare), file
        assert before.endswith(b"\n") == after.endswith(b"\n"), file
