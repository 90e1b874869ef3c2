"""Outside judges that several rooms' tests ask: the real Terraform with its AWS provider.

They are skipped, and say so, where they are not installed.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

USUAL_MIRRORS = (
    "~/.terraform.d/plugins",
    "~/.local/share/terraform/plugins",
    "/usr/local/share/terraform/plugins",
    "/usr/share/terraform/plugins",
)


@pytest.fixture(scope="session")
def terraform_program() -> str:
    """The path of Terraform."""
    program = shutil.which("terraform")
    if program is None:
        pytest.skip("terraform is not installed")
    return program


@pytest.fixture(scope="session")
def provider_mirror() -> Path:
    """A folder that holds the AWS provider as `terraform init` finds it in a filesystem mirror."""
    named = [os.environ.get("AUDITOR_TF_MIRROR"), *USUAL_MIRRORS]
    folders = [*(Path(name).expanduser() for name in named if name), *sorted(Path("/opt").glob("*"))]
    mirror = next((f for f in folders if (f / "registry.terraform.io/hashicorp/aws").is_dir()), None)
    if mirror is None:
        pytest.skip("no provider mirror with hashicorp/aws; set AUDITOR_TF_MIRROR to one")
    return mirror


@pytest.fixture(scope="session")
def offline_terraform_config(provider_mirror: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Terraform CLI configuration that takes the AWS provider from the mirror."""
    config = tmp_path_factory.mktemp("terraform-mirror") / "terraform.rc"
    config.write_text(f'provider_installation {{\n  filesystem_mirror {{\n    path = "{provider_mirror}"\n  }}\n}}\n')
    return config
