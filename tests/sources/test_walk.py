"""A walk meets what is ours in a fixed order, and always ends."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from auditor.sources.options import ReadOptions
from auditor.sources.repository import audited_root, ignored_below, repository_of
from auditor.sources.walk import walk


def make(folder: Path, *files: str) -> None:
    for file in files:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text("{}")


def names(folder: Path, paths: tuple[Path, ...]) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in paths]


def test_files_and_modules_come_sorted(tmp_path: Path) -> None:
    make(tmp_path, "b/x.yaml", "b/main.tf", "a/y.json", "a/z.tf.json", "c.yml", "c.txt", "b/old.tf.bak", "d.template")
    met = walk(tmp_path, ())
    assert names(tmp_path, met.files) == ["c.yml", "d.template", "a/y.json", "b/x.yaml"]
    assert names(tmp_path, met.modules) == ["a", "b"]


def test_folders_of_tools_are_left_out(tmp_path: Path) -> None:
    make(tmp_path, ".git/a.json", "node_modules/m/a.json", ".terraform/m/main.tf", "a/.terraform/x.json", "b.json")
    met = walk(tmp_path, ())
    assert (names(tmp_path, met.files), met.modules) == (["b.json"], ())


@pytest.mark.parametrize("glob", ["gen", "gen/", "./gen", "gen/*", "g*n*", "*.json"])
def test_excluded_files_are_left_out(tmp_path: Path, glob: str) -> None:
    make(tmp_path, "gen/a.json", "gen/deep/b.json", "c.yaml")
    assert names(tmp_path, walk(tmp_path, (glob,)).files) == ["c.yaml"]


def test_what_git_ignores_is_left_out(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / ".gitignore").write_text("build/\nlocal.json\n")
    make(tmp_path, "build/a.json", "é/local.json", "é/b.json")
    assert names(tmp_path, walk(tmp_path, ()).files) == ["é/b.json"]
    assert names(tmp_path / "é", walk(tmp_path / "é", ()).files) == ["b.json"]


def test_an_ignored_folder_that_the_user_names_is_read(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / ".gitignore").write_text("build/\n")
    make(tmp_path, "build/x/a.json")
    assert names(tmp_path / "build", walk(tmp_path / "build", ()).files) == ["x/a.json"]
    assert names(tmp_path / "build/x", walk(tmp_path / "build/x", ()).files) == ["a.json"]


def test_without_git_nothing_is_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    monkeypatch.setenv("PATH", "")
    assert ignored_below(tmp_path) == frozenset()


def test_a_circle_of_links_has_an_end(tmp_path: Path) -> None:
    make(tmp_path, "a/x.json")
    (tmp_path / "a/up").symlink_to(tmp_path)
    (tmp_path / "self.json").symlink_to("self.json")
    assert names(tmp_path, walk(tmp_path, ()).files) == ["a/x.json"]


def test_links_that_lead_out_are_not_followed(tmp_path: Path) -> None:
    make(tmp_path, "out/secret.json", "top/a.json")
    (tmp_path / "top/link.json").symlink_to(tmp_path / "out/secret.json")
    (tmp_path / "top/folder").symlink_to(tmp_path / "out")
    (tmp_path / "top/same.json").symlink_to("a.json")
    assert names(tmp_path / "top", walk(tmp_path / "top", ()).files) == ["a.json", "same.json"]


def test_what_is_no_regular_file_is_not_met(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "folder.json").mkdir()
    assert walk(tmp_path, ()).files == ()


def test_the_root_is_the_repository_else_the_path(tmp_path: Path) -> None:
    make(tmp_path, "repo/infra/main.tf", "alone/main.tf")
    subprocess.run(["git", "init", "-q", str(tmp_path / "repo")], check=True)
    repository = (tmp_path / "repo").resolve()
    assert repository_of(tmp_path / "repo/infra") == repository
    assert audited_root(tmp_path / "repo/infra", ReadOptions()) == repository
    assert audited_root(tmp_path / "repo/infra/main.tf", ReadOptions()) == repository
    assert audited_root(tmp_path / "repo/infra", ReadOptions(root=tmp_path)) == tmp_path.resolve()


def test_a_worktree_of_git_is_a_repository(tmp_path: Path) -> None:
    make(tmp_path, "infra/main.tf")
    (tmp_path / ".git").write_text("gitdir: elsewhere\n")
    assert repository_of(tmp_path / "infra") == tmp_path.resolve()
