"""A folder that another one calls as a module is read through its callers only."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.sources.modules import root_modules


@pytest.mark.parametrize(
    ("folders", "calls", "expected"),
    [
        (["a", "b"], {}, ["a", "b"]),
        (["a", "m"], {"a": {"m"}}, ["a"]),
        (["m", "a", "b"], {"a": {"m"}, "b": {"m"}}, ["a", "b"]),
        (["a", "m", "n"], {"a": {"m"}, "m": {"n"}}, ["a"]),
        (["a"], {"a": {"elsewhere"}}, ["a"]),
        (["a"], {"a": {"a"}}, ["a"]),
        (["a", "b"], {"a": {"b"}, "b": {"a"}}, ["a"]),
        (["a", "b", "c"], {"a": {"b"}, "b": {"a"}, "c": {"b"}}, ["c"]),
    ],
)
def test_root_modules(tmp_path: Path, folders: list[str], calls: dict[str, set[str]], expected: list[str]) -> None:
    called = {tmp_path / folder: {tmp_path / name for name in names} for folder, names in calls.items()}
    roots = root_modules([tmp_path / folder for folder in folders], lambda folder: called.get(folder, set()))
    assert [root.name for root in roots] == expected
