"""The root modules under corpus/ as parameters, and what fixing makes of each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ..corpora import Case, Mended, mender

CORPUS = Path(__file__).parent / "corpus"
FETCHED = ("fetched-modules", ".terraform")
"""What stands for `.terraform`, which git ignores."""

IGNORED = ("lex-v1-retired",)
"""Lex V1 has ended: that is told of every permission for it, and is no matter here."""

CASES = [Case(folder, (FETCHED,), IGNORED) for folder in sorted(CORPUS.iterdir())]
WANTED = {"case": CASES, "handwritten": [case for case in CASES if (case.folder / "after").is_dir()]}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    for fixture, cases in WANTED.items():
        if fixture in metafunc.fixturenames:
            metafunc.parametrize(fixture, cases, ids=lambda case: case.name)


@pytest.fixture(scope="session")
def mended(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Case], Mended]:
    """Fixes a case, once, and writes the result into its own folder."""
    return mender(tmp_path_factory.mktemp("corpus"))
