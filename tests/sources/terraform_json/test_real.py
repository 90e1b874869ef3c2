"""The real Terraform's plans of the samples and of the configuration here, beside their source."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

import auditor
from auditor.estate.estate import Estate
from auditor.sources.options import ReadOptions
from auditor.sources.read import read
from tests.sources.terraform_json.plans import DEPLOYMENT

SAMPLES = Path(__file__).parents[3] / "samples"
MODULES = [
    "classifieds-bot/before",
    "classifieds-bot/after",
    "v2-pizza-bot/before/terraform",
    "v2-pizza-bot/after/terraform",
]
if not os.environ.get("AUDITOR_ALL_PLANS"):
    MODULES = MODULES[1:3]  # the provider starts twice for each
Seen = set[tuple[str, str | None, str | None, str]]


def planned(folder: Path, environment: dict[str, str], *variables: str) -> str:
    """The plan of a folder, as JSON."""
    for archive in ("function.zip", "caller/function.zip", "pizza.zip", "../classifieds_lambda.zip"):
        if (folder / archive).parent.is_dir():
            zipfile.ZipFile(folder / archive, "w").close()

    def run(*arguments: str) -> str:
        done = subprocess.run(
            ["terraform", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"terraform {' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done.stdout

    run("init", "-input=false")
    run("plan", "-input=false", "-lock=false", "-out=saved", *variables)
    content = run("show", "-json", "saved")
    shutil.rmtree(folder / ".terraform")
    return content


def findings(path: Path) -> tuple[Seen, bool]:
    """Rule, function, address and fingerprint of all findings, and whether questions are left open."""
    report = json.loads(auditor.audit(auditor.read(str(path))).to_json())
    seen = {(f["rule"], f["function"], f["origin"].get("address"), f["fingerprint"]) for f in report["findings"]}
    return seen, bool(report["undetermined"])


@pytest.mark.parametrize("module", MODULES)
def test_a_plan_says_what_its_source_says(
    module: str, terraform_environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same findings under the same fingerprints, but for what a plan hides; that is left open,
    and with the source beside it, it is found."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "module"
    shutil.copytree(SAMPLES / module, folder, ignore=shutil.ignore_patterns(".terraform*"))
    content = planned(folder, terraform_environment)
    of_source, _ = findings(folder)
    (folder / "plan.json").write_text(content)
    of_plan, left_open = findings(folder / "plan.json")
    assert of_plan <= of_source
    assert left_open or of_plan == of_source
    assert findings(folder) == (of_source, False)


def test_the_plan_kept_here_is_what_terraform_makes(
    terraform_environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that the other tests, which run without Terraform, test the real format."""
    folder = tmp_path / "deployment"
    shutil.copytree(DEPLOYMENT, folder, ignore=shutil.ignore_patterns("*.json"))
    content = planned(folder, terraform_environment, "-var=stage=dev")
    monkeypatch.chdir(tmp_path)
    (made,) = read(["-"], ReadOptions(), stdin=content.encode()).estates
    (kept,) = read(["-"], ReadOptions(), stdin=(DEPLOYMENT / "plan.json").read_bytes()).estates
    assert described(made) == described(kept)


def described(estate: Estate) -> object:
    """What an estate says, without places."""
    return (
        [
            (f.address, str(f.arn), f.role, [s.origin.address for s in f.resource_policy or ()], f.hooks_known)
            for f in estate.functions
        ],
        [
            (
                r.address,
                str(r.arn),
                [(p.address, [[str(a.text) for a in s.actions] for s in p.policy or ()]) for p in r.policies],
            )
            for r in estate.roles
        ],
        [entry.text for entry in estate.unresolved],
        estate.account,
        estate.region,
    )
