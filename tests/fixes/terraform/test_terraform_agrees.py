"""The real Terraform accepts what fixes write, and plans what they promise.

All configurations are modules of one root, and take the provider from it: Terraform starts a
provider anew for every block that configures one.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from .conftest import CASES, Case, Mended

APART = {
    "v2-awscc-alias": "it needs the provider awscc, which is not here",
    "registry-module": "it needs a registry, which is not here",
    "permission-imported": "only a root module can import",
    "two-roots": "it is more than one root module",
}
HERE = [case for case in CASES if case.name not in APART]
PROVIDER = re.compile(r'provider "aws" \{\r?\n(?:  (?!alias).*\n)*\}\r?\n')
ROOT = 'provider "aws" {\n  region = "us-east-1"\n}\n'


@dataclass
class Whole:
    """A root module that calls every case."""

    folder: Path
    environment: dict[str, str]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = ["terraform", *arguments]
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
        )

    @cached_property
    def unformatted(self) -> set[str]:
        """The files that `terraform fmt` would change."""
        return set(self.run("fmt", "-check", "-recursive").stdout.splitlines())

    @cached_property
    def refusal(self) -> str:
        """Why `terraform init` failed; empty where it did not."""
        assert self.unformatted is not None, "asked before files are changed"
        (self.folder / "main.tf").write_text("\n".join([ROOT, *map(_call, HERE)]))
        for path in self.folder.glob("*/*.tf"):
            path.write_bytes(PROVIDER.sub("", path.read_bytes().decode()).encode())
        done = self.run("init", "-input=false", "-no-color")
        return done.stderr if done.returncode else ""

    @cached_property
    def errors(self) -> dict[str, list[str]]:
        """What `terraform validate` finds wrong, by case; what belongs to none by the empty name."""
        if self.refusal:
            return {"": [self.refusal]}
        told = json.loads(self.run("validate", "-json").stdout)
        found: dict[str, list[str]] = {}
        for diagnostic in told["diagnostics"]:
            if diagnostic["severity"] == "error":
                file = diagnostic.get("range", {}).get("filename", "")
                place = file.split("/")[0] if "/" in file else ""
                found.setdefault(place, []).append(f"{diagnostic['summary']}: {diagnostic['detail']}")
        return found

    @cached_property
    def plan(self) -> tuple[str, dict[str, Any]]:
        """Why there is no plan, and the planned values of every resource, by address."""
        if self.refusal:
            return self.refusal, {}
        done = self.run("plan", "-input=false", "-no-color", "-lock=false", "-out=all.plan")
        if done.returncode:
            return done.stderr, {}
        shown = json.loads(self.run("show", "-json", "all.plan").stdout)
        return "", dict(_resources(shown["planned_values"]["root_module"]))


def _call(case: Case) -> str:
    given = "".join(f"  {name} = {json.dumps(value)}\n" for name, value in case.expected.get("arguments", {}).items())
    return f'module "{case.name}" {{\n  source = "./{case.name}"\n{given}}}\n'


def _resources(module: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for resource in module.get("resources", []):
        yield resource["address"], resource["values"]
    for inner in module.get("child_modules", []):
        yield from _resources(inner)


@pytest.fixture(scope="module")
def before(terraform_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Whole:
    folder = tmp_path_factory.mktemp("before")
    for case in CASES:
        case.copy(folder / case.name)
    return Whole(folder, terraform_environment)


@pytest.fixture(scope="module")
def after(
    terraform_environment: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
    mended: Callable[[Case], Mended],
) -> Whole:
    folder = tmp_path_factory.mktemp("after")
    for case in CASES:
        shutil.copytree(mended(case).folder, folder / case.name)
    return Whole(folder, terraform_environment)


def require_here(case: Case) -> None:
    if case.name in APART:
        pytest.skip(APART[case.name])


def test_validate_passes_before(case: Case, before: Whole) -> None:
    """The corpus is made of configurations that Terraform accepts."""
    require_here(case)
    assert before.errors.get(case.name, []) + before.errors.get("", []) == []


def test_validate_passes_after(case: Case, after: Whole) -> None:
    """Terraform accepts what was written; a cycle would be told here."""
    require_here(case)
    assert after.errors.get(case.name, []) + after.errors.get("", []) == []


def test_format_stays(case: Case, before: Whole, after: Whole) -> None:
    """A file that was as `terraform fmt` leaves it, still is."""
    mine = {file for file in after.unformatted if file.startswith(f"{case.name}/")}
    assert set() == mine - before.unformatted


def test_plan_makes_what_was_promised(case: Case, after: Whole) -> None:
    """The values that Terraform plans for what the fix wrote are those that were written by hand."""
    require_here(case)
    wanted: dict[str, dict[str, Any]] = case.expected.get("planned", {})
    error, values = after.plan
    assert error == ""
    planned = {address: values.get(f"module.{case.name}.{address}", {}) for address in wanted}
    found = {address: {name: _comparable(planned[address].get(name)) for name in wanted[address]} for address in wanted}
    assert wanted == found


def _comparable(value: Any) -> Any:
    """A policy as what it says."""
    if isinstance(value, str) and value.startswith("{"):
        return [_sorted(statement) for statement in _listed(json.loads(value)["Statement"])]
    return value


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _sorted(statement: dict[str, Any]) -> dict[str, Any]:
    """A statement without what an empty or single value may look like."""
    lists: dict[str, Any] = {key: sorted(_listed(statement[key])) for key in ("Action", "Resource") if key in statement}
    return {key: value for key, value in {**statement, **lists}.items() if key != "Sid"}
