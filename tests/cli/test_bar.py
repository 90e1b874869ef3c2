"""How far a reading is: on terminals alone."""

from __future__ import annotations

import contextlib
import os
import pty
import sys
from pathlib import Path

import pytest

from auditor.cli.bar import Bar


def test_nothing_is_said_where_nobody_watches(capfd: pytest.CaptureFixture[str]) -> None:
    with Bar() as bar:
        bar.at("reading", 1, 2)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("name", ["CI", "quiet"])
def test_a_terminal_that_asks_for_silence_gets_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    controller, terminal = pty.openpty()
    with os.fdopen(terminal, "w") as stream:
        monkeypatch.setattr(sys, "stderr", stream)
        monkeypatch.delenv("CI", raising=False)
        if name == "CI":
            monkeypatch.setenv("CI", "1")
        assert not Bar(quiet=name == "quiet").shown
    os.close(controller)


def test_a_terminal_sees_what_is_done_and_how_much_of_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    controller, terminal = pty.openpty()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("CI", raising=False)
    with os.fdopen(terminal, "w") as stream:
        monkeypatch.setattr(sys, "stderr", stream)
        with Bar() as bar:
            bar.at("reading eu-west-1", 3, 7)
    written = everything(controller)
    assert "reading eu-west-1" in written
    assert "3/7" in written


def everything(controller: int) -> str:
    """What was written to a terminal that is closed by now: reading it ends with an error."""
    pieces = []
    with contextlib.suppress(OSError):
        while piece := os.read(controller, 65536):
            pieces.append(piece)
    os.close(controller)
    return b"".join(pieces).decode()
