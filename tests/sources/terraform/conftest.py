"""Reading Terraform from texts in a folder of the test's own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from auditor.estate.estate import Estate, Skipped
from auditor.sources.options import ReadOptions
from auditor.sources.terraform import read_module

Files = Mapping[str, str]
ReadAll = Callable[..., tuple[Estate | None, tuple[Skipped, ...]]]
Read = Callable[..., Estate]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Files | str], Path]:
    """Writes files (a text alone is `main.tf`) and makes their folder the working directory."""

    def apply(files: Files | str) -> Path:
        for name, content in ({"main.tf": files} if isinstance(files, str) else files).items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
        monkeypatch.chdir(tmp_path)
        return tmp_path

    return apply


@pytest.fixture
def read_all(write: Callable[[Files | str], Path]) -> ReadAll:
    """Reads files as one root module: the estate and what was skipped."""

    def apply(
        files: Files | str, module: str = ".", vars: Mapping[str, str] | None = None, **options: str
    ) -> tuple[Estate | None, tuple[Skipped, ...]]:
        folder = write(files)
        chosen = ReadOptions(vars=MappingProxyType(dict(vars or {})), **options)  # type: ignore[arg-type] # from tests
        return read_module(folder / module, chosen, folder)

    return apply


@pytest.fixture
def read(read_all: ReadAll) -> Read:
    """Reads files of which nothing is skipped."""

    def apply(files: Files | str, **options: object) -> Estate:
        estate, skipped = read_all(files, **options)
        assert skipped == ()
        assert estate is not None
        return estate

    return apply


Terraform = Callable[..., str]


@pytest.fixture
def terraform(terraform_program: str, request: pytest.FixtureRequest, tmp_path: Path) -> Terraform:
    """Runs the real Terraform in a folder and gives its output; skips where there is none."""

    def run(folder: Path, *arguments: str, input: str = "", provider: bool = False) -> str:
        settings = tmp_path / "terraform.rc"
        if provider:
            settings = request.getfixturevalue("offline_terraform_config")
        else:
            settings.write_text("")
        environment = {
            **os.environ,
            "TF_CLI_CONFIG_FILE": str(settings),
            "CHECKPOINT_DISABLE": "1",
            "TF_IN_AUTOMATION": "1",
        }
        command = [terraform_program, *arguments]
        done = subprocess.run(
            command, cwd=folder, env=environment, input=input, text=True, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run
