"""Outside judges: the real Terraform with its AWS provider, and the real AWS CLI against moto.

Each is skipped, and says so, where it is not installed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Terraform = Callable[..., subprocess.CompletedProcess[str]]
Shell = Callable[[list[str]], str]


@pytest.fixture(scope="session")
def terraform(terraform_program: str, tmp_path_factory: pytest.TempPathFactory) -> Terraform:
    """Runs Terraform in a folder, offline; `terraform(folder, *arguments)`, with `given` as its input."""
    config = tmp_path_factory.mktemp("terraform-home") / "terraform.rc"
    config.write_text("")
    return _runner(config)


def _runner(config: Path) -> Terraform:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(config.parent),
        "TF_CLI_CONFIG_FILE": str(config),
        "TF_IN_AUTOMATION": "1",
        "CHECKPOINT_DISABLE": "1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }

    def run(folder: Path, *arguments: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["terraform", *arguments],
            cwd=folder,
            env=environment,
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def terraform_aws(terraform: Terraform, offline_terraform_config: Path) -> Terraform:
    """`terraform`, with the AWS provider from a filesystem mirror."""
    return _runner(offline_terraform_config)


@pytest.fixture(scope="session")
def shell(endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """Runs commands with `sh` one after another, the AWS CLI among them pointed at moto."""
    if shutil.which("aws") is None:
        pytest.skip("the AWS CLI is not installed")
    home = tmp_path_factory.mktemp("aws-home")

    def run(commands: list[str]) -> str:
        done = subprocess.run(
            ["sh", "-e", "-c", "\n".join(commands)],
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(home),
                "AWS_ENDPOINT_URL": endpoint,
                "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test",
                "AWS_DEFAULT_REGION": "eu-west-1",
                "AWS_DEFAULT_OUTPUT": "json",
                "AWS_EC2_METADATA_DISABLED": "true",
                "AWS_PAGER": "",
                "NO_PROXY": "127.0.0.1",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run
