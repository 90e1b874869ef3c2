"""The samples' Terraform is accepted by the real Terraform and the real AWS provider, offline."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

SAMPLES = Path(__file__).parents[2] / "samples"
MODULES = sorted({file.parent for file in SAMPLES.rglob("*.tf") if ".terraform" not in file.parts})
PERMISSION = re.compile(r'\+ resource "aws_lambda_permission" .*?\n    }\n', re.DOTALL)
ARGUMENT = re.compile(r"^ +\+ (\w+) += (.+)$", re.MULTILINE)


def run(folder: Path, environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        ["terraform", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"terraform {' '.join(arguments)}: {done.stdout}{done.stderr}"
    return done.stdout


def planned_permissions(plan: str) -> dict[str, dict[str, str | None]]:
    """By statement id: principal, source_arn and source_account of each permission in a plan's text.

    (Asking for the plan as JSON would start the provider once more.) An argument that is known
    only after apply has no entry; one that is not set is not printed, and None.
    """
    permissions: dict[str, dict[str, str | None]] = {}
    for block in PERMISSION.findall(plan):
        printed = dict(ARGUMENT.findall(block))
        permissions[json.loads(printed["statement_id"])] = {
            key: json.loads(printed[key]) if key in printed else None
            for key in ("principal", "source_arn", "source_account")
            if printed.get(key) != "(known after apply)"
        }
    return permissions


def deployed_permissions(module: Path) -> dict[str, dict[str, str | None]]:
    """The same of the policy that `expected/policies.yaml` says the module gives the function."""
    story, name = module.relative_to(SAMPLES).parts[:2]
    policies = yaml.safe_load((SAMPLES / story / "expected" / "policies.yaml").read_text("utf-8"))
    (function,) = policies[name].values()
    permissions: dict[str, dict[str, str | None]] = {}
    for statement in function["resource_policy"]["Statement"]:
        condition = statement.get("Condition", {})
        permissions[statement["Sid"]] = {
            "principal": statement["Principal"]["Service"],
            "source_arn": condition.get("ArnLike", {}).get("AWS:SourceArn"),
            "source_account": condition.get("StringEquals", {}).get("AWS:SourceAccount"),
        }
    return permissions


@pytest.mark.parametrize("module", MODULES, ids=lambda m: str(m.relative_to(SAMPLES)))
def test_terraform_accepts(module: Path, terraform_environment: dict[str, str], tmp_path: Path) -> None:
    """`fmt -check`, `init` and `plan` (which validates first) succeed, and the plan makes the
    permissions that the story's hand-written policies hold."""
    folder = tmp_path / "module"
    shutil.copytree(module, folder, ignore=shutil.ignore_patterns(".terraform*"))
    run(folder, terraform_environment, "fmt", "-check", "-diff")
    run(folder, terraform_environment, "init", "-input=false", "-no-color")
    planned = planned_permissions(
        run(folder, terraform_environment, "plan", "-input=false", "-no-color", "-lock=false")
    )
    deployed = deployed_permissions(module)
    known = {sid: {key: deployed[sid][key] for key in values} for sid, values in planned.items()}
    assert (sorted(deployed), known) == (sorted(planned), planned)
