"""The configurations under corpus/ as parameters, and what fixing makes of each.

`corpus/NAME/before` is a root module, `corpus/NAME/expected.yaml` says what must become of it,
written by hand from what Terraform and AWS document; `corpus/NAME/after`, where it is there, has
the changed files as a person would write them.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

import auditor
from auditor.pipeline import audit
from auditor.reports.mending import Mending

CORPUS = Path(__file__).parent / "corpus"
FETCHED = "fetched-modules"
"""Stands for `.terraform`, which git ignores."""

IGNORED = ("lex-v1-retired",)
"""Lex V1 has ended: that is told of every permission for it, and is no matter here."""


@dataclass(frozen=True)
class Case:
    """One configuration."""

    name: str

    @property
    def folder(self) -> Path:
        return CORPUS / self.name

    @property
    def expected(self) -> dict[str, Any]:
        loaded: dict[str, Any] = yaml.safe_load((self.folder / "expected.yaml").read_text("utf-8"))
        return loaded

    def copy(self, target: Path) -> Path:
        """A copy of the configuration in a new folder `target`."""
        shutil.copytree(self.folder / "before", target)
        if (target / FETCHED).exists():
            (target / FETCHED).rename(target / ".terraform")
        return target


@dataclass(frozen=True)
class Mended:
    """A case in a folder of its own: its files before and after fixing, by relative paths."""

    folder: Path
    mending: Mending
    before: dict[str, bytes]
    after: dict[str, bytes]


def mend(folder: Path, *, unsafe: bool) -> Mending:
    """What `auditor fix` makes of a folder, from inside of it."""
    here = Path.cwd()
    os.chdir(folder)
    try:
        return auditor.fix(partial(auditor.read, "."), partial(audit, ignore=IGNORED), unsafe=unsafe)
    finally:
        os.chdir(here)


def files(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, by its relative path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


CASES = [Case(folder.name) for folder in sorted(CORPUS.iterdir())]
WANTED = {"case": CASES, "handwritten": [case for case in CASES if (case.folder / "after").is_dir()]}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    for fixture, cases in WANTED.items():
        if fixture in metafunc.fixturenames:
            metafunc.parametrize(fixture, cases, ids=lambda case: case.name)


@pytest.fixture(scope="session")
def mended(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Case], Mended]:
    """Fixes a case, once, and writes the result into its own folder."""
    known: dict[Case, Mended] = {}

    def mend_once(case: Case) -> Mended:
        if case not in known:
            folder = case.copy(tmp_path_factory.mktemp("corpus") / case.name)
            before = files(folder)
            mending = mend(folder, unsafe=case.expected.get("unsafe", False))
            for file, content in mending.files.items():
                (folder / file).write_bytes(content)
            known[case] = Mended(folder, mending, before, files(folder))
        return known[case]

    return mend_once
