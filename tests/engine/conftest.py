"""Facts and rule files made by hand, for the tests of the engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from auditor.engine.fact import (
    Answer,
    Caller,
    Fact,
    Generation,
    InvokeGrant,
    InvokeNeed,
    LogGrant,
    Obstacle,
    Reach,
    RoleGrant,
)
from auditor.estate.estate import Estate, SourceKind
from auditor.estate.function import Function, Hook, LexGeneration
from auditor.estate.role import Attachment, Role, RolePolicy
from auditor.iam.document import Effect, Pattern, PrincipalPattern, Statement
from auditor.iam.origin import Origin
from auditor.iam.request import PrincipalKind, Request, context, service
from auditor.iam.text import text
from auditor.needs.need import Need, NeedKind

ARN = "arn:aws:lambda:us-east-1:111122223333:function:f"
SOURCE = "arn:aws:lex:us-east-1:111122223333:intent:CreatePost:$LATEST"
ESTATE = Estate(SourceKind.TERRAFORM, root="infra")
FUNCTION = Function(text("f"), text(ARN), "aws_lambda_function.f")
ROLE = Role("aws_iam_role.r", text("r"), text("arn:aws:iam::111122223333:role/r"), text("/"))
POLICY = RolePolicy(text("p"), Attachment.INLINE, None, address="aws_iam_role_policy.p")
PLACE = Origin("main.tf", 7, 1, 9, 2, "aws_lambda_permission.lex")
REQUEST = Request(service("lex.amazonaws.com"), "lambda:InvokeFunction", text(ARN), context({"aws:SourceArn": SOURCE}))

Make = Callable[..., Any]


def _allow(action: str, resource: str, index: int = 0, origin: Origin = PLACE) -> Statement:
    return Statement(
        Effect.ALLOW,
        (Pattern(text(action)),),
        (Pattern(text(resource)),),
        (PrincipalPattern(PrincipalKind.SERVICE, text("lex.amazonaws.com")),),
        index=index,
        origin=origin,
    )


def _maker(kind: type[Fact], **usual: Any) -> Make:
    """Makes facts of a kind; a test gives the fields that it wants otherwise."""

    def make(**changes: Any) -> Any:
        return kind(**{"estate": ESTATE, "origin": PLACE, "witness": REQUEST, **usual, **changes})

    return make


@pytest.fixture
def invoke_grant() -> Make:
    """An unscoped grant to Lex V1."""
    return _maker(
        InvokeGrant,
        function=FUNCTION,
        statement=_allow("lambda:InvokeFunction", ARN),
        caller=Caller.SERVICE,
        service="lex.amazonaws.com",
        principal="lex.amazonaws.com",
        lex=True,
        generation=Generation.V1,
        reach=Reach.ANY_ACCOUNT,
        crossed=False,
        never_matches=False,
        why_never="",
        callers_known=True,
    )


@pytest.fixture
def invoke_need() -> Make:
    """A Lex V1 hook that nothing allows."""

    def make(intent: str = "CreatePost", **changes: Any) -> Any:
        source = text(f"arn:aws:lex:us-east-1:111122223333:intent:{intent}:$LATEST")
        request = Request(service("lex.amazonaws.com"), "lambda:InvokeFunction", text(ARN), context({"k": source}))
        hook = Hook(LexGeneration.V1, source, text(intent), changes.pop("qualifier", None))
        usual = _maker(
            InvokeNeed,
            function=FUNCTION,
            witness=request,
            need=Need(NeedKind.INVOKE, FUNCTION, request, (PLACE,), hook),
            service="lex.amazonaws.com",
            lex=True,
            generation=Generation.V1,
            decision=Answer.DENIED,
            obstacle=Obstacle.NO_GRANT,
        )
        return usual(**changes)

    return make


@pytest.fixture
def log_grant() -> Make:
    """A statement by which the role writes any log group."""
    return _maker(
        LogGrant,
        role=ROLE,
        statement=_allow("logs:*", "*"),
        policy=POLICY,
        reach=Reach.ANY_GROUP,
        aws_managed=False,
        creates_managed_group=False,
        beyond_writing=(),
    )


@pytest.fixture
def role_grant() -> Make:
    """A statement of the same policy that allows everything."""
    return _maker(RoleGrant, role=ROLE, statement=_allow("logs:*", "*"), policy=POLICY, admin=True)


RULE = """\
id: my-rule
title: A rule of my own
kind: excess
severity: high
fact: invoke-grant
when:
  lex: true
message: "`{function}` is open to `{service}`"
rationale: Because.
fix: Close it.
examples:
  bad: [{title: Open, bundle: "function: {name: f}"}]
  good: [{title: Shut, bundle: "function: {name: f}"}]
  unresolved: [{title: Unknown, bundle: "function: {name: f}"}]
"""


@pytest.fixture
def write_rule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Writes a rule file, with some of its text replaced, into a folder `rules` of the working
    directory; gives that folder."""
    monkeypatch.chdir(tmp_path)

    def write(*changes: tuple[str, str], name: str = "my-rule.yaml") -> Path:
        source = RULE
        for old, new in changes:
            assert old in source
            source = source.replace(old, new)
        folder = Path("rules")
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(source, encoding="utf-8")
        return folder

    return write
