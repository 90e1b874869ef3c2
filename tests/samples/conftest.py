"""The stories under samples/ as parameters."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]


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


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "story_input" not in metafunc.fixturenames:
        return
    inputs = [
        Input(file.parents[1].name, name)
        for file in sorted((ROOT / "samples").glob("*/expected/findings.yaml"))
        for name in yaml.safe_load(file.read_text("utf-8"))
    ]
    metafunc.parametrize("story_input", inputs, ids=lambda i: f"{i.story}-{i.name}", scope="session")
