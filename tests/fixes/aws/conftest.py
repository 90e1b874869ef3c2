"""A function with a resource policy that changes as Lambda changes it, and the program run on it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from auditor.cli.program import run as run_program

from ...sources.aws import conftest as reading
from ...sources.aws.fake import ACCOUNT, FUNCTION, REGION, Answer, Aws, Request, error, plain, query_xml

aws = reading.aws
"""The small AWS that reading is tested with."""

ALIAS = f"arn:aws:lex:{REGION}:{ACCOUNT}:bot-alias/BOT0000001/TSTALIASID"


def wide(sid: str = "wide", **more: Any) -> dict[str, Any]:
    """A statement that lets every Lex V2 bot in."""
    statement = {"Sid": sid, "Effect": "Allow", "Principal": {"Service": "lexv2.amazonaws.com"}}
    return {**statement, "Action": "lambda:InvokeFunction", "Resource": FUNCTION, **more}


@dataclass
class Policy:
    """The resource policy of the function, as its API reference says that it changes."""

    statements: list[dict[str, Any]] = field(default_factory=list)
    revision: int = 1
    calls: list[str] = field(default_factory=list)
    forgets: bool = False
    """Whether what is added is never shown."""

    def serve(self, aws: Aws) -> None:
        aws.on("lambda", r"GET /2026-07-09/resource-policy/", self.get)
        aws.on("lambda", r"POST /2015-03-31/functions/hook/policy", self.add)
        aws.on("lambda", r"DELETE /2015-03-31/functions/hook/policy/", self.remove)
        aws.on("lambda", r"PUT /2026-07-09/resource-policy/", self.put)

    @property
    def current(self) -> str:
        return f"{self.revision:08}-0000-0000-0000-000000000000"

    def get(self, request: Request) -> Answer:
        if not self.statements or "%3A" in request.path.partition("hook")[2]:
            return error("ResourceNotFoundException", 404)
        document = {"Version": "2012-10-17", "Statement": self.statements}
        return plain(Policy=json.dumps(document), RevisionId=self.current)

    def _changed(self, call: str, revision: str | None) -> Answer | None:
        self.calls.append(call)
        if revision is not None and revision != self.current:
            return error("PreconditionFailedException", 412)
        self.revision += 1
        return None

    def add(self, request: Request) -> Answer:
        given = json.loads(request.body)
        refused = self._changed("add", given.get("RevisionId"))
        if refused is not None:
            return refused
        condition = {"ArnLike": {"AWS:SourceArn": given["SourceArn"]}}
        condition["StringEquals"] = {"AWS:SourceAccount": given["SourceAccount"]}
        made = wide(given["StatementId"], Condition=condition)
        if not self.forgets:
            self.statements.append(made)
        return plain(Statement=json.dumps(made))

    def remove(self, request: Request) -> Answer:
        sid = request.path.rpartition("/")[2]
        refused = self._changed(f"remove {sid}", parse_qs(request.query).get("RevisionId", [None])[0])
        if refused is not None:
            return refused
        self.statements = [statement for statement in self.statements if statement["Sid"] != sid]
        return Answer(204, "")

    def put(self, request: Request) -> Answer:
        given = json.loads(request.body)
        refused = self._changed("put", given.get("RevisionId"))
        if refused is not None:
            return refused
        self.statements = json.loads(given["Policy"])["Statement"]
        return plain(Policy=given["Policy"], RevisionId=self.current)


@pytest.fixture
def policy(aws: Aws) -> Policy:
    """Anyone's bot may call the function, and one alias needs to; its role may write the logs."""
    hook = {"lambdaCodeHook": {"lambdaARN": FUNCTION, "codeHookInterfaceVersion": "1.0"}}
    aws.on("lex", r"POST /bots/\?", plain(botSummaries=[{"botId": "BOT0000001"}]))
    aws.on("lex", r"POST /bots/BOT0000001/botaliases/", plain(botAliasSummaries=[{"botAliasId": "TSTALIASID"}]))
    setting = {"enabled": True, "codeHookSpecification": hook}
    aws.on(
        "lex",
        r"GET /bots/BOT0000001/botaliases/",
        plain(botAliasId="TSTALIASID", botAliasLocaleSettings={"en_US": setting}),
    )
    aws.on("logs", "DescribeLogGroups", plain(logGroups=[{"logGroupName": "/aws/lambda/hook"}]))
    group = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/lambda/hook:*"
    statement = {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": group}
    inline(aws, {"Version": "2012-10-17", "Statement": [statement]})
    made = Policy([wide()])
    made.serve(aws)
    return made


def inline(aws: Aws, *documents: dict[str, Any]) -> None:
    """The role's one inline policy, as it is read from now on: one answer after another."""
    names = "<PolicyNames><member>own</member></PolicyNames><IsTruncated>false</IsTruncated>"
    aws.on("iam", "Action=ListRolePolicies", query_xml("ListRolePolicies", names))
    answers = [
        query_xml(
            "GetRolePolicy",
            f"<RoleName>hook-role</RoleName><PolicyName>own</PolicyName><PolicyDocument>{escaped}</PolicyDocument>",
        )
        for escaped in (json.dumps(document).replace('"', "%22").replace(" ", "%20") for document in documents)
    ]
    aws.on("iam", "Action=GetRolePolicy&", *answers)


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str


@pytest.fixture
def fix(
    aws: Aws, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> Callable[..., Ran]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("auditor.fixes.aws.carry_out._PAUSES", (0.0, 0.0))

    def run(*arguments: str) -> Ran:
        status = run_program(["fix", "--aws", *arguments])
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        return Ran(status, out.decode(), err.decode())

    return run
