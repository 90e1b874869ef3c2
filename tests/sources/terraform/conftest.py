"""Reading Terraform from texts in a folder of the test's own."""

from __future__ import annotations

import os
import shutil
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


def _providers() -> Path | None:
    """A folder with the AWS provider, as Terraform's filesystem mirrors lay it out."""
    home = Path.home()
    named = os.environ.get("AUDITOR_TF_MIRROR")
    candidates = [Path(named)] if named else []
    candidates += [home / ".terraform.d/plugins", home / ".local/share/terraform/plugins"]
    candidates += [Path("/usr/share/terraform/plugins"), Path("/usr/local/share/terraform/plugins")]
    candidates += sorted(Path("/opt").glob("*tf*")) + sorted(Path("/opt").glob("*terraform*"))
    return next((path for path in candidates if any(path.glob("registry.terraform.io/hashicorp/aws/*"))), None)


Terraform = Callable[..., str]


@pytest.fixture
def terraform(tmp_path_factory: pytest.TempPathFactory) -> Terraform:
    """Runs the real Terraform in a folder and gives its output; skips where there is none."""
    program = shutil.which("terraform")
    if program is None:
        pytest.skip("terraform is not installed")
    settings = tmp_path_factory.mktemp("settings") / "terraformrc"
    mirror = _providers()
    block = f'provider_installation {{\n  filesystem_mirror {{\n    path = "{mirror}"\n  }}\n}}\n'
    settings.write_text(block if mirror else "")

    def run(folder: Path, *arguments: str, input: str = "", provider: bool = False) -> str:
        if provider and mirror is None:
            pytest.skip("no mirror with the AWS provider: name one in AUDITOR_TF_MIRROR")
        environment = {
            **os.environ,
            "TF_CLI_CONFIG_FILE": str(settings),
            "CHECKPOINT_DISABLE": "1",
            "TF_IN_AUTOMATION": "1",
        }
        done = subprocess.run(
            [program, *arguments], cwd=folder, env=environment, input=input, text=True, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run
