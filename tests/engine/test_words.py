"""A message says what the witness does, and a witness is a request that could be sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import auditor
from auditor.engine.finding import Finding

FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:f"
ROLE = "arn:aws:iam::111122223333:role/r"
LOGS = "arn:aws:logs:us-east-1:111122223333:log-group"
Ask = Callable[..., "tuple[Finding, ...]"]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """The findings about a function with one statement in its policy, and one in its role's."""

    def audit(permission: dict[str, Any] | None = None, granted: dict[str, Any] | None = None) -> tuple[Finding, ...]:
        def document(*statements: dict[str, Any] | None) -> dict[str, Any]:
            return {"Version": "2012-10-17", "Statement": [s for s in statements if s is not None]}

        held = {"Effect": "Allow", "Resource": FUNCTION, **permission} if permission is not None else None
        own = {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"]}
        bundle = {
            "function": {"name": "f", "arn": FUNCTION},
            "resource_policy": document(held),
            "role": {
                "arn": ROLE,
                "policies": [
                    {
                        "name": "p",
                        "document": document(
                            {**own, "Resource": f"{LOGS}:/aws/lambda/f:*"},
                            {"Effect": "Allow", **granted} if granted is not None else None,
                        ),
                    }
                ],
            },
            "hooks": [],
            "invokers": [],
        }
        file = tmp_path / "f.json"
        file.write_text(json.dumps(bundle))
        return auditor.audit(auditor.read(file)).findings

    return audit


@pytest.mark.parametrize(
    ("action", "message"),
    [
        ("lambda:InvokeFunction", "anyone can invoke `f`"),
        ("lambda:UpdateFunctionCode", "anyone can do `lambda:UpdateFunctionCode` on `f`"),
    ],
)
def test_what_anyone_can_do_is_what_the_statement_allows(ask: Ask, action: str, message: str) -> None:
    (finding,) = ask({"Principal": "*", "Action": action})
    assert (finding.rule, finding.message) == ("invoke-public", message + ", with or without an AWS account")


def test_alexa_calls_for_skills_and_not_for_resources_of_accounts(ask: Ask) -> None:
    """Its permission is bound by the skill's id: AddPermission, EventSourceToken."""
    (finding,) = ask({"Principal": {"Service": "alexa-appkit.amazon.com"}, "Action": "lambda:InvokeFunction"})
    assert (finding.rule, finding.message) == ("invoke-unscoped", "any Alexa skill can invoke `f`")


@pytest.mark.parametrize(
    ("action", "message", "resource"),
    [
        ("logs:PutLogEvents", "role `r` can write any log group", f"{LOGS}:another-application:log-stream:any"),
        (
            "logs:CreateLogStream",
            "role `r` can create streams in any log group",
            f"{LOGS}:another-application:log-stream:any",
        ),
        ("logs:CreateLogGroup", "role `r` can create any log group", f"{LOGS}:another-application"),
    ],
)
def test_what_a_role_can_do_to_log_groups(ask: Ask, action: str, message: str, resource: str) -> None:
    """CreateLogGroup names a group, the other two a stream (service authorization reference)."""
    (finding,) = ask(granted={"Action": action, "Resource": "*"})
    assert finding.message == message
    assert finding.witness is not None
    assert str(finding.witness.request.resource) == resource


def test_creating_groups_below_a_pattern_with_a_colon(ask: Ask) -> None:
    """A pattern that only a name with a suffix fits: the witness keeps the suffix."""
    (finding,) = ask(granted={"Action": "logs:CreateLogGroup", "Resource": f"{LOGS}:*:*"})
    assert finding.witness is not None
    assert str(finding.witness.request.resource).startswith(f"{LOGS}:another-application:")


def test_an_administrator_is_shown_by_a_request_that_one_could_send(ask: Ask) -> None:
    (finding,) = [f for f in ask(granted={"Action": "*", "Resource": "*"}) if f.rule == "role-admin"]
    assert finding.witness is not None
    request = finding.witness.request
    assert (request.action, str(request.resource)) == (
        "iam:CreateUser",
        "arn:aws:iam::111122223333:user/another-administrator",
    )
