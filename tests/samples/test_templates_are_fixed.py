"""`auditor fix --write` makes of a story's template what the story says."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import ROOT


def run(command: str, folder: Path) -> int:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AUDITOR_")}
    environment["PYTHONPATH"] = str(ROOT)
    asked = [sys.executable, "-m", "auditor", *command.split()]
    return subprocess.run(asked, cwd=folder, env=environment, capture_output=True, check=False).returncode


@pytest.fixture
def copied(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "samples" / request.param, tmp_path / "story")
    return tmp_path / "story"


@pytest.mark.parametrize("copied", ["sam-appointments"], indirect=True)
def test_the_fix_is_the_after_of_the_story(copied: Path) -> None:
    """But for the comment that a person takes out."""
    assert run("fix --write before", copied) == 0
    lines = (copied / "before" / "template.yaml").read_text().splitlines()
    lines.remove("              # Copied from a tutorial.")
    assert lines == (copied / "after" / "template.yaml").read_text().splitlines()


@pytest.mark.parametrize("copied", ["v2-pizza-bot/before/cloudformation", "sam-appointments/before"], indirect=True)
def test_what_was_fixed_passes_the_gate(copied: Path) -> None:
    assert run("check .", copied) == 1
    assert run("fix --write .", copied) == 0
    assert run("check .", copied) == 0
