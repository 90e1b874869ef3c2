"""A run that takes long says so on a terminal, and nowhere else."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from auditor.cli.progress import Progress

ROOT = Path(__file__).parent.parent.parent
ERASE = "\r\x1b[K"


class Terminal(io.StringIO):
    """A stream that is a terminal, and tells when something was written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = threading.Event()

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        count = super().write(text)
        self.written.set()
        return count


@pytest.fixture(autouse=True)
def _no_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("TERM", "xterm")


def test_a_long_run_says_what_it_is_at_and_leaves_nothing_behind() -> None:
    terminal = Terminal()
    with Progress(stream=terminal, every=0.01) as progress:
        progress.at("reading infra")
        assert terminal.written.wait(10)
    said = terminal.getvalue()
    assert said.startswith(f"{ERASE}reading infra, ")
    assert said.endswith(ERASE)


def test_a_short_run_says_nothing() -> None:
    terminal = Terminal()
    with Progress(stream=terminal, every=60) as progress:
        progress.at("reading infra")
    assert terminal.getvalue() == ""


def test_a_name_cannot_act_on_the_terminal() -> None:
    terminal = Terminal()
    with Progress(stream=terminal, every=0.01) as progress:
        progress.at("reading \x1b[31mred")
        assert terminal.written.wait(10)
    assert "\x1b[31m" not in terminal.getvalue()
    assert "\\x1b[31mred" in terminal.getvalue()


@pytest.mark.parametrize(("name", "value"), [("CI", "true"), ("TERM", "dumb")])
def test_it_is_quiet_in_ci_and_on_a_dumb_terminal(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    assert not Progress(stream=Terminal(), every=0.01).shown


def test_it_is_quiet_where_nobody_watches() -> None:
    assert not Progress(stream=io.StringIO(), every=0.01).shown
    assert not Progress(quiet=True, stream=Terminal(), every=0.01).shown


def test_check_keeps_standard_error_clean_on_a_terminal(unscoped: Path) -> None:
    """On a real terminal a run leaves no byte, or (on a slow machine) a line that it erased."""
    leader, follower = pty.openpty()
    environment = {**{k: v for k, v in os.environ.items() if k != "CI"}, "PYTHONPATH": str(ROOT), "TERM": "xterm"}
    command = [sys.executable, "-m", "auditor", "check", str(unscoped)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=follower, env=environment, check=False)
    os.write(follower, b"end")
    left = ""
    while not left.endswith("end"):
        left += os.read(leader, 10_000).decode()
    assert left == "end" or left.endswith(f"{ERASE}end")
    assert done.returncode == 1
