"""Which folders are given to the Terraform reader, and with which root.

A stand-in takes the reader's place, so that only the choice of folders is tested here.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import pytest

from auditor.estate.estate import Estate, Reading, Skipped, SourceKind
from auditor.sources.options import ReadOptions
from auditor.sources.read import read


@dataclass
class StandIn:
    """Records the folders it is asked to read; `calls` are the modules that a folder calls."""

    calls: dict[str, set[Path]] = field(default_factory=dict)
    asked: list[tuple[str, Path]] = field(default_factory=list)

    def read_module(self, folder: Path, _: ReadOptions, root: Path) -> tuple[Estate | None, tuple[Skipped, ...]]:
        self.asked.append((folder.name, root))
        return Estate(SourceKind.TERRAFORM, folder.name), ()

    def called_modules(self, folder: Path) -> set[Path]:
        return self.calls.get(folder.name, set())


@pytest.fixture
def terraform(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> StandIn:
    stand_in = StandIn()
    module = ModuleType("auditor.sources.terraform")
    module.read_module = stand_in.read_module  # type: ignore[attr-defined] # a module made here
    module.called_modules = stand_in.called_modules  # type: ignore[attr-defined] # a module made here
    monkeypatch.setitem(sys.modules, "auditor.sources.terraform", module)
    monkeypatch.chdir(tmp_path)
    for file in ("app/main.tf", "app/more.tf", "mod/main.tf", "js/x.tf.json", "app/b.yaml"):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text("function: {name: f}" if file.endswith("yaml") else "")
    stand_in.calls["app"] = {tmp_path / "mod"}
    return stand_in


def roots(reading: Reading) -> list[str]:
    return [estate.root for estate in reading.estates if estate.kind is SourceKind.TERRAFORM]


def test_each_root_module_below_a_folder_is_an_estate(terraform: StandIn, tmp_path: Path) -> None:
    reading = read(["."])
    assert roots(reading) == ["app", "js"]
    assert [estate.kind for estate in reading.estates][-1] is SourceKind.BUNDLE
    assert {root for _, root in terraform.asked} == {tmp_path.resolve()}
    assert reading.sources == ("app/main.tf", "app/more.tf", "js/x.tf.json", "app/b.yaml")


def test_a_file_of_terraform_stands_for_its_folder(terraform: StandIn, tmp_path: Path) -> None:
    reading = read(["app/main.tf", "app/more.tf"])
    assert terraform.asked == [("app", (tmp_path / "app").resolve())]
    assert [estate.kind for estate in reading.estates] == [SourceKind.TERRAFORM]


def test_a_folder_that_the_user_names_is_read_though_another_calls_it(terraform: StandIn) -> None:
    assert roots(read(["app", "mod"])) == ["app", "mod"]


def test_the_root_of_the_options_is_passed_on(terraform: StandIn, tmp_path: Path) -> None:
    read(["app"], ReadOptions(root=tmp_path))
    assert terraform.asked == [("app", tmp_path.resolve())]


def test_the_kind_chooses_what_of_a_folder_is_read(terraform: StandIn) -> None:
    assert [e.kind for e in read(["app"], ReadOptions(as_kind="terraform")).estates] == [SourceKind.TERRAFORM]
    assert [e.kind for e in read(["app"], ReadOptions(as_kind="bundle")).estates] == [SourceKind.BUNDLE]


def test_an_excluded_folder_is_no_module(terraform: StandIn) -> None:
    assert roots(read(["."], ReadOptions(exclude=("js",)))) == ["app"]
