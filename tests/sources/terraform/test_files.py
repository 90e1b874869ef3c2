"""Functions read files below the audited root, and nothing that is secret."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from auditor.estate.estate import Estate, Skipped
from auditor.sources.options import ReadOptions
from auditor.sources.terraform import read_module

Write = Callable[..., Path]
USER = 'resource "aws_lambda_function" "f" {\n  function_name = chomp(%s)\n  role = "r"\n}\n'


def name_of(folder: Path, root: Path) -> str:
    estate: Estate | None
    skipped: tuple[Skipped, ...]
    estate, skipped = read_module(folder, ReadOptions(), root)
    assert estate is not None
    assert skipped == ()
    return str(estate.functions[0].name)


def test_a_file_below_the_root(write: Write) -> None:
    root = write({"app/main.tf": USER % 'file("${path.module}/../name.txt")', "name.txt": "from-file\n"})
    assert name_of(root / "app", root) == "from-file"


@pytest.mark.parametrize(
    "call",
    [
        'file("../secret.txt")',
        'file("/etc/hostname")',
        'filebase64("../secret.txt")',
        'templatefile("../secret.txt", {})',
        'fileexists("../secret.txt")',
        'filesha256("../secret.txt")',
        'file("link.txt")',
        'file("../app/../secret.txt")',
    ],
)
def test_a_file_outside_the_root_is_a_hole(write: Write, call: str) -> None:
    """Also where a link inside the root leads to it."""
    root = write({"app/main.tf": USER % call, "secret.txt": "hunter2\n"})
    (root / "app/link.txt").symlink_to(root / "secret.txt")
    estate, _ = read_module(root / "app", ReadOptions(), root / "app")
    assert estate is not None
    assert estate.functions[0].name.hole is not None
    assert "hunter2" not in repr(estate)
    assert any("outside the audited root" in entry.text for entry in estate.unresolved)


def test_a_path_with_a_null_byte_is_a_hole(write: Write) -> None:
    root = write(USER % 'file("x\\u0000y")')
    assert name_of(root, root) == '${chomp(file("x\\u0000y"))}'


def test_the_folder_of_git_is_not_read(write: Write) -> None:
    root = write({"main.tf": USER % 'file(".git/config")', ".git/config": "token\n"})
    assert "token" not in name_of(root, root)


def test_what_git_ignores_is_not_read(write: Write) -> None:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    functions = "".join(
        (USER % f'file("{name}")').replace('"f"', f'"{name[0]}"') for name in ("secret.txt", "open.txt")
    )
    root = write({"main.tf": functions, "secret.txt": "hunter2\n", "open.txt": "open\n", ".gitignore": "secret.*\n"})
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    estate, _ = read_module(root, ReadOptions(), root)
    assert estate is not None
    assert [str(function.name) for function in estate.functions] == ['${chomp(file("secret.txt"))}', "open"]


def test_a_file_that_is_not_there_fails_like_in_terraform(write: Write) -> None:
    root = write(USER % 'try(file("none.txt"), "fallback")')
    assert name_of(root, root) == "fallback"


def test_a_broken_policy_file_is_not_shown(write: Write) -> None:
    """The defect names the place, and none of the text."""
    role = 'resource "aws_iam_role" "r" {\n  name = "r"\n  assume_role_policy = file("key.pem")\n}\n'
    root = write({"main.tf": role, "key.pem": "-----BEGIN KEY-----\nabc\n"})
    estate, _ = read_module(root, ReadOptions(), root)
    assert estate is not None
    trust = estate.roles[0].trust
    assert trust is not None
    assert [defect.message for defect in trust.defects] == ["the policy's text is no JSON"]
    assert "BEGIN" not in repr(estate)


def test_a_template_that_fails_does_not_show_its_text(write: Write) -> None:
    root = write({"main.tf": USER % 'templatefile("t.tftpl", {})', "t.tftpl": "${hunter2.password}\n"})
    assert "hunter2" not in name_of(root, root)
