"""The files by which other tools run this one: pre-commit's hooks, the GitHub action, the Dockerfile."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
SCRIPTS = [step["run"] for step in ACTION["runs"]["steps"] if "run" in step]
BAD = """\
resource "aws_lambda_function" "f" {
  function_name = "f"
  role          = "arn:aws:iam::111122223333:role/r"
}

resource "aws_lambda_permission" "lex" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.f.function_name
  principal     = "lexv2.amazonaws.com"
}
"""


def execute(command: list[str], cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AUDITOR_", "GIT_"))}
    inherited |= {"PYTHONPATH": str(ROOT), **environment}
    return subprocess.run(command, cwd=cwd, env=inherited, capture_output=True, text=True, check=False)


class TestHooks:
    """See https://pre-commit.com/#creating-new-hooks for the keys."""

    def test_there_is_one_for_changed_folders_and_one_for_the_whole(self) -> None:
        assert [(hook["id"], hook.get("pass_filenames", True)) for hook in HOOKS] == [
            ("auditor", True),
            ("auditor-project", False),
        ]
        for hook in HOOKS:
            assert {"id", "name", "description", "entry", "language", "files", "require_serial"} <= set(hook)
            assert (hook["language"], hook["require_serial"]) == ("python", True)
            assert "--allow-empty" in hook["entry"]

    @pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
    def test_it_runs_in_a_repository_and_fails_where_it_should(self, hook: dict[str, Any], tmp_path: Path) -> None:
        (tmp_path / "infra").mkdir()
        (tmp_path / "infra" / "main.tf").write_text(BAD)
        (tmp_path / "infra" / "empty.tf").write_text("")
        (tmp_path / "other").mkdir()
        (tmp_path / "other" / "main.tf").write_text('variable "x" {}\n')
        command = [sys.executable, "-m", *shlex.split(hook["entry"])]

        def commit(*changed: str) -> int:
            named = [file for file in changed if re.search(hook["files"], file)]
            return execute([*command, *(named if hook.get("pass_filenames", True) else [])], tmp_path).returncode

        assert commit("infra/main.tf", "infra/empty.tf") == 1
        (tmp_path / "infra" / "main.tf").write_text("")
        assert commit("other/main.tf") == 0

    @pytest.mark.skipif(shutil.which("pre-commit") is None, reason="pre-commit is not installed")
    def test_pre_commit_takes_the_manifest(self) -> None:
        assert execute(["pre-commit", "validate-manifest", ".pre-commit-hooks.yaml"], ROOT).returncode == 0


class TestAction:
    def test_every_other_action_is_pinned_by_its_commit(self) -> None:
        used = [step["uses"] for step in ACTION["runs"]["steps"] if "uses" in step]
        assert len(used) == 2
        assert all(re.fullmatch(r"[\w-]+/[\w/-]+@[0-9a-f]{40}", name) for name in used)

    def test_nothing_is_written_into_a_script(self) -> None:
        """What an expression expands to would be run; the environment is only read."""
        assert not any("${{" in script for script in SCRIPTS)

    @pytest.mark.parametrize("script", SCRIPTS)
    def test_scripts_are_bash(self, script: str, tmp_path: Path) -> None:
        assert execute(["bash", "-n", "-c", script], tmp_path).stderr == ""

    @pytest.fixture
    def pulled(self, tmp_path: Path) -> tuple[Path, str]:
        """A clone in which a pull request loosens its own gate, and the base it is to be merged into."""
        origin, clone = tmp_path / "origin", tmp_path / "clone"
        git = ["git", "-c", "user.name=a", "-c", "user.email=a@b.c"]
        for command in (
            ["init", "-q", str(origin)],
            ["-C", str(origin), "config", "uploadpack.allowAnySHA1InWant", "1"],
        ):
            subprocess.run([*git, *command], check=True)
        (origin / "main.tf").write_text(BAD)
        (origin / ".auditor.yaml").write_text("fail-on: high\n")
        subprocess.run([*git, "-C", str(origin), "add", "."], check=True)
        subprocess.run([*git, "-C", str(origin), "commit", "-q", "-m", "base"], check=True)
        head = ["git", "-C", str(origin), "rev-parse", "HEAD"]
        base = subprocess.run(head, check=True, capture_output=True, text=True).stdout.strip()
        subprocess.run([*git, "clone", "-q", str(origin), str(clone)], check=True)
        (clone / ".auditor.yaml").write_text("fail-on: never\n")
        subprocess.run([*git, "-C", str(clone), "commit", "-q", "-am", "loosen"], check=True)
        return clone, base

    def test_a_pull_request_cannot_loosen_its_own_gate(self, pulled: tuple[Path, str], tmp_path: Path) -> None:
        """The two scripts of the action, as a runner would run them."""
        clone, base = pulled
        runner = tmp_path / "runner"
        (runner / "auditor" / "bin").mkdir(parents=True)
        shim = runner / "auditor" / "bin" / "auditor"
        shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m auditor "$@"\n')
        shim.chmod(0o755)
        given = {"PATHS": ".", "FAIL_ON": "", "CONFIG": ".auditor.yaml", "WAIVERS": "true", "ARGUMENTS": ""}
        outside = {"GITHUB_OUTPUT": str(runner / "out"), "GITHUB_STEP_SUMMARY": str(runner / "summary.md")}
        environment = {"RUNNER_TEMP": str(runner), "BASE": base, **given, **outside}

        def audit() -> str:
            ran = execute(["bash", "-e", "-c", SCRIPTS[2]], clone, **environment)
            assert ran.returncode == 0, ran.stderr
            return ran.stdout

        assert "gate passed" in audit()
        assert "status=0" in (runner / "out").read_text()
        assert execute(["bash", "-e", "-c", SCRIPTS[1]], clone, **environment).stderr == ""
        printed = audit()
        assert "gate failed" in printed
        first, *_ = printed.splitlines()
        assert re.fullmatch(r"::stop-commands::[0-9a-f]{32}", first)
        before, _, after = printed.partition(f"\n::{first.rpartition('::')[2]}::\n")
        assert "gate failed" in before
        assert after.startswith("::error")
        assert "::error title=high%3A lex-invoke-unscoped,file=main.tf,line=6" in printed
        assert (runner / "out").read_text().splitlines()[-2:] == [f"sarif={runner}/auditor.sarif", "status=1"]
        assert "## ❌ auditor: gate failed" in (runner / "summary.md").read_text("utf-8")
        assert execute(["bash", "-e", "-c", SCRIPTS[3]], clone, STATUS="1").returncode == 1
        # Nor by a comment, where the base has no configuration.
        (runner / "auditor-base" / ".auditor.yaml").unlink()
        comment = "# auditor: ignore[lex-invoke-unscoped] said by whoever opened this"
        head = 'resource "aws_lambda_permission"'
        (clone / "main.tf").write_text(BAD.replace(head, f"{comment}\n{head}"))
        printed = audit()
        assert "gate failed" in printed
        assert "the comment has no effect" in printed


@pytest.mark.skipif(shutil.which("hadolint") is None, reason="hadolint is not installed; `make image` brings it")
def test_the_dockerfile_has_no_lint() -> None:
    done = execute(["hadolint", "Dockerfile"], ROOT)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("auditor base", "baseline"),
        ("auditor check --show-s", "--show-suppressed"),
        ("auditor check --format sa", "sarif"),
    ],
)
def test_shells_complete_commands_options_and_values(words: str, offered: str, tmp_path: Path) -> None:
    position = {"COMP_WORDS": words, "COMP_CWORD": str(words.count(" ")), "_AUDITOR_COMPLETE": "bash_complete"}
    assert f"plain,{offered}" in execute([sys.executable, "-m", "auditor"], tmp_path, **position).stdout.splitlines()
