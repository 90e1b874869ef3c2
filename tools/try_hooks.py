"""Hold the files by which other tools run this one against those tools: pre-commit itself, in a repository
of its own, and the schemas of GitHub and GitLab.

    python tools/try_hooks.py FOLDER    # where pre-commit and check-jsonschema are installed

pre-commit clones the last commit of this repository. Exits with 1 where something fails.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "samples" / "classifieds-bot" / "before"
FINDS = "lex-invoke-unscoped"


def main(arguments: Sequence[str]) -> int:
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        print("usage: try_hooks.py FOLDER", file=sys.stderr)
        return 2
    tools = Path(arguments[0]).resolve()
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        for name, wrong in (*try_schemas(tools, Path(folder)), *try_hooks(tools, Path(folder))):
            print(f"{name:<40} {wrong or 'works'}")
            failed = failed or bool(wrong)
    return 1 if failed else 0


def try_schemas(tools: Path, folder: Path) -> Iterator[tuple[str, str]]:
    """What is checked against a schema, and what is wrong with it; empty where nothing is."""
    written = (ROOT / "docs" / "ci.md").read_text("utf-8")
    github, gitlab, hooks = re.findall(r"^```yaml\n(.*?)^```", written, re.DOTALL | re.MULTILINE)
    for name, content in (("github.yml", github), ("gitlab.yml", gitlab), ("hooks.yaml", hooks)):
        (folder / name).write_text(content, "utf-8")
    check, pre_commit = str(tools / "check-jsonschema"), str(tools / "pre-commit")
    for name, *command in (
        ("action.yml", check, "--builtin-schema", "vendor.github-actions", str(ROOT / "action.yml")),
        ("the workflow in docs/ci.md", check, "--builtin-schema", "vendor.github-workflows", "github.yml"),
        ("the pipeline in docs/ci.md", check, "--builtin-schema", "vendor.gitlab-ci", "gitlab.yml"),
        (".pre-commit-hooks.yaml", pre_commit, "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")),
        ("the configuration in docs/ci.md", pre_commit, "validate-config", "hooks.yaml"),
    ):
        done = run(command, folder)
        yield name, "" if done.returncode == 0 else (done.stdout + done.stderr).strip()[-500:]


def try_hooks(tools: Path, folder: Path) -> Iterator[tuple[str, str]]:
    """Commits that pre-commit is asked about, and what is wrong with its answer."""
    repository = folder / "repository"
    for file in SAMPLE.glob("*.tf"):
        copy = repository / "infra" / file.name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.read_bytes())
    (repository / "other").mkdir()
    (repository / "other" / "main.tf").write_text('variable "x" {}\n')
    commit = run(["git", "-C", str(ROOT), "rev-parse", "HEAD"], folder).stdout.strip()
    config = f"repos: [{{repo: '{ROOT}', rev: {commit}, hooks: [{{id: auditor}}, {{id: auditor-project}}]}}]\n"
    (repository / ".pre-commit-config.yaml").write_text(config)
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com"]
    for command in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--no-verify", "--message", "first"]):
        run([*git, *command], repository)
    for hook, changed, status in (
        ("auditor", "infra/lambda.tf", 1),
        ("auditor", "other/main.tf", 0),
        ("auditor-project", "other/main.tf", 1),
    ):
        command = [str(tools / "pre-commit"), "run", hook, "--files", changed]
        done = run(command, repository, PRE_COMMIT_HOME=str(folder / "home"))
        right = done.returncode == status and (FINDS in done.stdout) == bool(status)
        yield f"{hook}, {changed} changed", "" if right else (done.stdout + done.stderr).strip()[-500:]


def run(command: Sequence[str], folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    return subprocess.run(  # noqa: S603 - the commands are our own
        command, cwd=folder, env={**environment, **more}, capture_output=True, text=True, check=False
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
