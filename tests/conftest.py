"""Outside judges that several rooms' tests ask: the real Terraform with its AWS provider, and moto.

They are skipped, and say so, where they are not installed.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from hypothesis import settings

# A test is no stopwatch: on a busy machine a slow example is no fault.
settings.register_profile("without a clock", deadline=None)
settings.load_profile("without a clock")

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


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def moto_server(log: Path, *program: str) -> Iterator[str]:
    """The URL of a moto server on loopback, which is ended by its own pid; `program` is what to run
    in the place of `-m moto.server`."""
    if importlib.util.find_spec("moto") is None or importlib.util.find_spec("flask") is None:
        pytest.skip("moto[server] is not installed")
    port = free_port()
    with log.open("w") as out:
        server = subprocess.Popen(
            [sys.executable, *(program or ("-m", "moto.server")), "-H", "127.0.0.1", "-p", str(port)],
            stdout=out,
            stderr=out,
        )
        try:
            _await(port, server, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(10)


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a moto server on loopback."""
    with moto_server(tmp_path_factory.mktemp("moto") / "log") as url:
        yield url


def _await(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail(f"moto did not start: {log.read_text()}")
