"""Running the program as a user does, in this process or as one of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from auditor.cli.program import run as run_program

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Ran:
    """What a command left: its exit status and what it wrote."""

    status: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run the program here, in an empty working directory, with no `AUDITOR_*` in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("AUDITOR_")]:
        monkeypatch.delenv(name)

    def run_here(*arguments: str | Path) -> Ran:
        status = run_program([str(argument) for argument in arguments])
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        return Ran(status, out.decode(), err.decode())

    return run_here


@pytest.fixture
def spawn(tmp_path: Path) -> Run:
    """Run the program in a process of its own, in an empty working directory."""

    def run_there(*arguments: str | Path, stdin: bytes = b"", **environment: str) -> Ran:
        command = [sys.executable, "-m", "auditor", *map(str, arguments)]
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("AUDITOR_")}
        inherited |= {"PYTHONPATH": str(ROOT), **environment}
        done = subprocess.run(command, cwd=tmp_path, env=inherited, input=stdin, capture_output=True, check=False)
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run_there


UNSCOPED = """\
function: {name: f, arn: "arn:aws:lambda:eu-west-1:123456789012:function:f"}
resource_policy:
  Version: "2012-10-17"
  Statement:
    - Sid: lex
      Effect: Allow
      Principal: {Service: lexv2.amazonaws.com}
      Action: lambda:InvokeFunction
      Resource: arn:aws:lambda:eu-west-1:123456789012:function:f
hooks: [{lex: v2, bot: ABCDEFGHIJ, alias: TSTALIASID}]
"""
SCOPED = UNSCOPED.replace(
    "hooks:",
    """\
      Condition:
        ArnLike: {"aws:SourceArn": "arn:aws:lex:eu-west-1:123456789012:bot-alias/ABCDEFGHIJ/TSTALIASID"}
        StringEquals: {"aws:SourceAccount": "123456789012"}
hooks:""",
)


@pytest.fixture
def unscoped(tmp_path: Path) -> Path:
    """A bundle whose function any account's Lex V2 bot can invoke: lex-invoke-unscoped, high."""
    path = tmp_path / "unscoped.yaml"
    path.write_text(UNSCOPED)
    return path


@pytest.fixture
def scoped(tmp_path: Path) -> Path:
    """The same, bound to its one hook: nothing to find."""
    path = tmp_path / "scoped.yaml"
    path.write_text(SCOPED.replace(" f,", " g,").replace("function:f", "function:g"))
    return path


@pytest.fixture
def configure(tmp_path: Path) -> Callable[[str], Path]:
    def write(content: str, folder: str = ".") -> Path:
        path = tmp_path / folder / ".auditor.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        return path

    return write
