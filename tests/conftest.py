"""Outside judges that several rooms' tests ask: the real Terraform with its AWS provider.

They are skipped, and say so, where they are not installed.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

USUAL_MIRRORS = (
    "~/.terraform.d/plugins",
    "~/.local/share/terraform/plugins",
    "/usr/local/share/terraform/plugins",
    "/usr/share/terraform/plugins",
)


IDENTITY = b"""<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
<GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/tester</Arn>
<UserId>AIDAEXAMPLE</UserId><Account>111122223333</Account></GetCallerIdentityResult>
<ResponseMetadata><RequestId>00000000-0000-0000-0000-000000000000</RequestId></ResponseMetadata>
</GetCallerIdentityResponse>"""


class Identity(BaseHTTPRequestHandler):
    """STS, as far as a plan asks it: who am I."""

    def do_POST(self) -> None:  # the name that http.server calls
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(IDENTITY)))
        self.end_headers()
        self.wfile.write(IDENTITY)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


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


@pytest.fixture(scope="session")
def terraform_environment(terraform_program: str, offline_terraform_config: Path) -> Iterator[dict[str, str]]:
    """What an offline Terraform needs of its environment: made-up keys, and someone to ask who they are."""
    server = HTTPServer(("127.0.0.1", 0), Identity)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield {
        "PATH": os.environ["PATH"],
        "HOME": str(offline_terraform_config.parent),
        "TF_CLI_CONFIG_FILE": str(offline_terraform_config),
        "TF_IN_AUTOMATION": "1",
        "CHECKPOINT_DISABLE": "1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL_STS": f"http://127.0.0.1:{server.server_port}",
        "NO_PROXY": "127.0.0.1",
    }
    server.shutdown()
    server.server_close()
