"""An account of its own for each test: moto on loopback, and clients, programs and shells that use it."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.loaders import Loader

from auditor.cli.program import run as run_program

from ..conftest import moto_server

ROOT = Path(__file__).parents[2]
ACCOUNT, REGION = "123456789012", "eu-west-1"
"""The account that moto takes every caller for, and where the tests build."""

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}],
}


def environment(endpoint: str, home: Path) -> dict[str, str]:
    """What a program needs to talk to the server, and nothing else of AWS."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "PYTHONPATH": str(ROOT),
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_DEFAULT_OUTPUT": "json",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_PAGER": "",
        "NO_PROXY": "127.0.0.1",
    }


@dataclass(frozen=True)
class Account:
    """An account on a server, and what is built in it."""

    endpoint: str
    home: Path

    def client(self, service: str, region: str = REGION) -> Any:
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=self.endpoint,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def reset(self) -> None:
        urllib.request.urlopen(urllib.request.Request(f"{self.endpoint}/moto-api/reset", method="POST"))

    def role(self, name: str, policy: dict[str, Any] | None = None) -> str:
        iam = self.client("iam")
        arn: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
        if policy is not None:
            iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=json.dumps(policy))
        return arn

    def function(self, name: str, role: str, region: str = REGION, **settings: Any) -> str:
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as archive:
            archive.writestr("code.py", "secret_code = 1")
        arn: str = self.client("lambda", region).create_function(
            FunctionName=name,
            Role=role,
            Runtime="python3.12",
            Handler="code.handler",
            Code={"ZipFile": code.getvalue()},
            **settings,
        )["FunctionArn"]
        return arn

    def logging_function(self, name: str, region: str = REGION, **settings: Any) -> str:
        """A function whose role may write its logs and nothing else: nothing to find."""
        group = f"arn:aws:logs:{region}:{ACCOUNT}:log-group:/aws/lambda/{name}"
        self.client("logs", region).create_log_group(logGroupName=f"/aws/lambda/{name}")
        statement = {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": f"{group}:*",
        }
        role = self.role(f"{name}-role", {"Version": "2012-10-17", "Statement": [statement]})
        return self.function(name, role, region, **settings)

    def bot(self, function: str, locales: tuple[str, ...] = ("en_US",)) -> str:
        """A Lex V2 bot with an alias that calls the function; the alias's ARN."""
        lex = self.client("lexv2-models")
        bot = lex.create_bot(
            botName="pizza",
            roleArn=f"arn:aws:iam::{ACCOUNT}:role/bot",
            dataPrivacy={"childDirected": False},
            idleSessionTTLInSeconds=300,
        )["botId"]
        hook = {"lambdaCodeHook": {"lambdaARN": function, "codeHookInterfaceVersion": "1.0"}}
        settings = {locale: {"enabled": True, "codeHookSpecification": hook} for locale in locales}
        alias = lex.create_bot_alias(botAliasName="live", botId=bot, botAliasLocaleSettings=settings)["botAliasId"]
        return f"arn:aws:lex:{REGION}:{ACCOUNT}:bot-alias/{bot}/{alias}"


@dataclass(frozen=True)
class Ran:
    """What a command left: its exit status and what it wrote."""

    status: int
    out: str
    err: str

    @property
    def report(self) -> Any:
        return json.loads(self.out)

    @property
    def rules(self) -> list[str]:
        return sorted(finding["rule"] for finding in self.report["findings"])


Run = Callable[..., Ran]


LOADER = Loader()
"""botocore's models, read once for all tests."""


@pytest.fixture(scope="session")
def live_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with moto_server(tmp_path_factory.mktemp("live") / "log", str(Path(__file__).with_name("server.py"))) as url:
        yield url


@pytest.fixture
def account(live_endpoint: str, tmp_path: Path) -> Account:
    """An empty account."""
    home = tmp_path / "home"
    home.mkdir()
    made = Account(live_endpoint, home)
    made.reset()
    return made


@pytest.fixture
def auditor(
    account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Run:
    """Runs the program here, in an empty working directory, on the account."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(("AUDITOR_", "AWS_"))]:
        monkeypatch.delenv(name)
    for name, value in environment(account.endpoint, account.home).items():
        monkeypatch.setenv(name, value)

    monkeypatch.setattr("botocore.session.create_loader", lambda *_: LOADER)

    def run(*arguments: str | Path) -> Ran:
        status = run_program([str(argument) for argument in arguments])
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        return Ran(status, out.decode(), err.decode())

    return run


@pytest.fixture
def spawn(account: Account, tmp_path: Path) -> Run:
    """Runs the program in a process of its own, in an empty working directory, on the account."""

    def run(*arguments: str | Path, stdin: str = "", **more: str) -> Ran:
        done = subprocess.run(
            [sys.executable, "-m", "auditor", *map(str, arguments)],
            cwd=tmp_path,
            env={**environment(account.endpoint, account.home), **more},
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def sh(account: Account, tmp_path: Path) -> Run:
    """Runs a script with `sh` and the real AWS CLI on the account."""
    if shutil.which("aws") is None:
        pytest.skip("the AWS CLI is not installed")

    def run(script: str) -> Ran:
        done = subprocess.run(
            ["sh"],
            cwd=tmp_path,
            env=environment(account.endpoint, account.home),
            input=script,
            capture_output=True,
            text=True,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    return run
