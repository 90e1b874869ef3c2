"""A small AWS on loopback that answers what a test tells it, and remembers what it was asked.

It stands for what moto does not have: Lex V1, pages, refusals, throttling, and connections that break.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ACCOUNT, REGION = "111122223333", "eu-west-1"


@dataclass(frozen=True)
class Request:
    """A request as it came in: `service` is the one that it is signed for."""

    service: str
    method: str
    path: str
    query: str
    body: str
    target: str


@dataclass(frozen=True)
class Answer:
    """An answer; `cut` breaks the connection instead."""

    status: int = 200
    body: str = "{}"
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False


def plain(**content: Any) -> Answer:
    return Answer(body=json.dumps(content))


def error(code: str, status: int = 400, message: str = "no") -> Answer:
    body = json.dumps({"__type": code, "Message": message, "message": message})
    return Answer(status, body, {"x-amzn-ErrorType": code})


Reply = Callable[[Request], "Answer | None"]


@dataclass
class Aws:
    """Replies are asked in turn, the newest first; the first that answers is taken."""

    url: str = ""
    requests: list[Request] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)

    def on(self, service: str, pattern: str, *answers: Answer | Callable[[Request], Answer]) -> None:
        """Answer requests whose `METHOD path?query body` holds the pattern: one answer after another,
        the last for ever."""
        left = list(answers)

        def reply(request: Request) -> Answer | None:
            line = f"{request.method} {request.path}?{request.query} {request.target} {request.body}"
            if request.service != service or not re.search(pattern, line):
                return None
            answer = left.pop(0) if len(left) > 1 else left[0]
            return answer(request) if callable(answer) else answer

        self.replies.insert(0, reply)

    def asked(self, service: str, pattern: str = "") -> int:
        lines = [f"{r.method} {r.path}?{r.query} {r.target} {r.body}" for r in self.requests if r.service == service]
        return sum(re.search(pattern, line) is not None for line in lines)

    def answer(self, request: Request) -> Answer:
        self.requests.append(request)
        for reply in self.replies:
            answer = reply(request)
            if answer is not None:
                return answer
        return Answer(404, "<html>nobody</html>")


class Quiet(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that is cut is meant to be."""


@contextmanager
def serving(aws: Aws) -> Iterator[Aws]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length).decode("utf-8", "replace")
            path, _, query = self.path.partition("?")
            signed = re.search(r"Credential=[^/]+/\d+/[^/]*/([^/]+)/", self.headers.get("Authorization", ""))
            target = self.headers.get("X-Amz-Target", "")
            service = signed.group(1) if signed else ""
            answer = aws.answer(Request(service, self.command, path, query, body, target))
            if answer.cut:
                self.connection.close()
                self.close_connection = True
                return
            data = answer.body.encode()
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PUT = do_DELETE = _any  # noqa: N815 - the names that http.server calls

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = Quiet(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    aws.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield aws
    finally:
        server.shutdown()
        server.server_close()


def query_xml(action: str, result: str) -> Answer:
    """An answer of the query protocol (IAM, STS, SNS)."""
    return Answer(body=f"<{action}Response><{action}Result>{result}</{action}Result></{action}Response>")


def query_error(code: str, status: int = 403) -> Answer:
    return Answer(status, f"<ErrorResponse><Error><Code>{code}</Code><Message>no</Message></Error></ErrorResponse>")


ROLE = f"arn:aws:iam::{ACCOUNT}:role/hook-role"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:hook"
TRUST = (
    "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A"
    "%22sts%3AAssumeRole%22%2C%22Principal%22%3A%7B%22Service%22%3A%22lambda.amazonaws.com%22%7D%7D%5D%7D"
)


def furnish(aws: Aws, name: str = "hook") -> None:
    """One function with a role, no policy, and no bot."""
    arn = FUNCTION.replace(":hook", f":{name}")
    identity = f"<Arn>arn:aws:iam::{ACCOUNT}:user/u</Arn><UserId>U</UserId><Account>{ACCOUNT}</Account>"
    aws.on("sts", "Action=GetCallerIdentity", query_xml("GetCallerIdentity", identity))
    aws.on(
        "lambda",
        "GET /2015-03-31/functions",
        plain(Functions=[{"FunctionName": name, "FunctionArn": arn, "Role": ROLE}]),
    )
    aws.on("lambda", f"/functions/{name}/configuration", plain(FunctionName=name, FunctionArn=arn, Role=ROLE))
    missing = error("ResourceNotFoundException", 404)
    aws.on("lambda", "/policy", missing)
    aws.on("lambda", "/resource-policy/", missing)
    aws.on("lambda", "/aliases", plain(Aliases=[]))
    aws.on("lambda", "/urls", plain(FunctionUrlConfigs=[]))
    aws.on("lambda", "/event-invoke-config", plain(FunctionEventInvokeConfigs=[]))
    aws.on("lambda", "/event-source-mappings", plain(EventSourceMappings=[]))
    aws.on("logs", "DescribeLogGroups", plain(logGroups=[]))
    role = (
        f"<Role><Arn>{ROLE}</Arn><RoleName>hook-role</RoleName><Path>/</Path><RoleId>R</RoleId>"
        f"<CreateDate>2026-01-01T00:00:00Z</CreateDate>"
        f"<AssumeRolePolicyDocument>{TRUST}</AssumeRolePolicyDocument></Role>"
    )
    aws.on("iam", "Action=GetRole&", query_xml("GetRole", role))
    aws.on(
        "iam",
        "Action=ListRolePolicies",
        query_xml("ListRolePolicies", "<PolicyNames/><IsTruncated>false</IsTruncated>"),
    )
    listed = "<AttachedPolicies/><IsTruncated>false</IsTruncated>"
    aws.on("iam", "Action=ListAttachedRolePolicies", query_xml("ListAttachedRolePolicies", listed))
    aws.on("lex", "POST /bots/", plain(botSummaries=[]))
