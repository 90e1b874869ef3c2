"""What is built holds what is in the tree: the rules, the code, the data."""

from __future__ import annotations

import configparser
import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
RULES = {path.relative_to(ROOT).as_posix() for path in (ROOT / "rules").rglob("*.yaml")}
PACKED_RULES = {f"auditor/{rule}" for rule in {*RULES, "rules/index.json"}}
CODE = {
    path.relative_to(ROOT).as_posix()
    for path in (ROOT / "auditor").rglob("*")
    if path.is_file() and "__pycache__" not in path.parts
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source distribution and the wheel that was built from it."""
    tree = tmp_path_factory.mktemp("tree")
    for name in ("auditor", "rules"):
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("setup.cfg", "pyproject.toml", "MANIFEST.in", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tree / name)
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", "dist", "."]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return tree / "dist"


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (found,) = built.glob("*.whl")
    return found


def test_the_wheel_holds_every_rule(wheel: Path) -> None:
    """A release without its rules would find nothing and look clean."""
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("auditor/rules/")}
    assert packed == PACKED_RULES
    assert len(packed) >= 12


def test_the_wheel_holds_all_code_and_data_and_nothing_else(wheel: Path) -> None:
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert packed - PACKED_RULES == CODE


def test_the_source_distribution_holds_rules_and_licence(built: Path) -> None:
    (found,) = built.glob("*.tar.gz")
    with tarfile.open(found) as archive:
        packed = {name.partition("/")[2] for name in archive.getnames()}
    assert packed >= RULES | CODE | {"rules/index.json", "LICENSE", "README.md", "setup.cfg"}


def test_the_installed_package_finds_its_own_rules(wheel: Path, tmp_path: Path) -> None:
    """Run outside the tree, from the unpacked wheel alone."""
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    code = (
        "import json, auditor; from auditor.engine.loading import load_rules\n"
        "rules = load_rules()\n"
        "print(json.dumps([auditor.__file__, auditor.__version__, len(rules)]))"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    command = [sys.executable, "-c", code]
    out = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True).stdout
    file, version, count = json.loads(out)
    assert Path(file).is_relative_to(tmp_path)
    assert wheel.name.startswith(f"lambda_auditor-{version}-")
    assert count == len(RULES)


def test_setup_lists_every_package() -> None:
    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg")
    listed = set(settings["options"]["packages"].split())
    folders = {path.parent.relative_to(ROOT) for path in (ROOT / "auditor").rglob("__init__.py")}
    assert listed == {".".join(folder.parts) for folder in folders} | {"auditor.rules"}
