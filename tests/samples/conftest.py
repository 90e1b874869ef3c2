"""The stories under samples/ as parameters."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
GATING = {"critical", "high", "medium"}
OPPOSITE = {"allow": "deny", "deny": "allow"}


@cache
def run_check(path: str, form: str) -> tuple[int, str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AUDITOR_")}
    done = subprocess.run(
        [sys.executable, "-m", "auditor", "check", path, "--format", form],
        cwd=ROOT,
        env={**environment, "COLUMNS": "100"},
        capture_output=True,
        check=False,
    )
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return done.returncode, done.stdout.decode()


@dataclass(frozen=True)
class Input:
    """One input of a story: `samples/STORY/NAME`, and what its `expected/` folder says of it."""

    story: str
    name: str

    @property
    def path(self) -> str:
        """Relative to the repository: what a reader of the README types."""
        return f"samples/{self.story}/{self.name}"

    @property
    def expected(self) -> Path:
        return ROOT / "samples" / self.story / "expected"

    def load(self, file: str) -> Any:
        """This input's part of a YAML file in `expected/`."""
        return yaml.safe_load((self.expected / file).read_text("utf-8"))[self.name]

    def check(self, form: str) -> tuple[int, str]:
        """Exit status and stdout of `auditor check PATH --format FORM`, run as a user runs it."""
        return run_check(self.path, form)

    def report(self) -> dict[str, Any]:
        """The JSON report."""
        loaded: dict[str, Any] = json.loads(self.check("json")[1])
        return loaded


INPUTS = [
    Input(file.parents[1].name, name)
    for file in sorted((ROOT / "samples").glob("*/expected/findings.yaml"))
    for name in yaml.safe_load(file.read_text("utf-8"))
]
WANTED = {
    "story_input": INPUTS,
    "failing_input": [i for i in INPUTS if i.load("findings.yaml")["exit"] == 1],
    "mended_input": [i for i in INPUTS if i.name == "after"],
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    for fixture, inputs in WANTED.items():
        if fixture in metafunc.fixturenames:
            metafunc.parametrize(fixture, inputs, ids=lambda i: f"{i.story}-{i.name}", scope="session")
