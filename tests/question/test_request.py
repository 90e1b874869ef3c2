"""Requests and lines from plain values: what is read, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

import auditor
from auditor.question.lines import answer_lines

FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:f"
ROLE = {"AWS": "arn:aws:iam::111122223333:role/r"}
QUEUE = "arn:aws:sqs:us-east-1:111122223333:q"


def request(**parts: Any) -> dict[str, Any]:
    return {"principal": ROLE, "action": "sqs:SendMessage", "resource": QUEUE, **parts}


def policy(action: str = "sqs:*", effect: str = "Allow") -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": {"Effect": effect, "Action": action, "Resource": "*"}}


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"principal": {"AWS": "*"}}, "the request's principal `*` is no single caller"),
        ({"principal": {"AWS": "a", "Service": "b"}}, "the request's principal is neither"),
        ({"principal": {"Servce": "a"}}, "`Servce` is no kind of principal"),
        ({"principal": {"Service": ["a"]}}, "the request's principal `Service` is not one name"),
        ({"principal": None}, "the request's principal is neither"),
        ({"action": "sqs:*"}, "`sqs:*` is no single action"),
        ({"action": "SendMessage"}, "`SendMessage` is no single action"),
        ({"action": ""}, "the request's action is empty"),
        ({"resource": None}, "the request's resource is not there"),
        ({"context": {"aws:SourceIp": 7}}, "the context's `aws:SourceIp`"),
        ({"context": {"aws:SourceArn": "a", "AWS:SourceArn": "b"}}, "the context has `AWS:SourceArn` twice"),
        ({"ressource": QUEUE}, "`ressource` is no part of a request"),
    ],
)
def test_what_is_no_request_is_refused_with_help(parts: dict[str, Any], message: str) -> None:
    with pytest.raises(auditor.UsageError) as raised:
        auditor.decide(request(**parts), identity_policies=[policy()])
    assert raised.value.message.startswith(message)
    assert raised.value.help


@pytest.mark.parametrize(
    ("boundary", "sessions", "expected"),
    [
        (None, (), "allow"),
        (policy("sqs:Send*"), (), "allow"),
        (policy("s3:*"), (), "deny"),
        (policy("*"), [policy("s3:*")], "deny"),
        (policy("*"), [policy("sqs:SendMessage")], "allow"),
        (None, [policy("*"), policy("*", "Deny")], "deny"),
    ],
)
def test_boundaries_and_session_policies_limit_identity_policies(boundary: Any, sessions: Any, expected: str) -> None:
    """IAM user guide, "Permissions boundaries for IAM entities" and "Session policies"."""
    decision = auditor.decide(
        request(), identity_policies=[policy()], permission_boundary=boundary, session_policies=sessions
    )
    assert decision.verdict.value == expected


def answers(*lines: Any) -> list[dict[str, Any]]:
    written = (line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    return [dict(answer.written) for answer in answer_lines(written)]


def test_a_line_may_name_boundaries_too() -> None:
    line = {**request(), "identity_policies": [policy()], "permission_boundary": policy("s3:*")}
    (answer,) = answers(line)
    assert (answer["decision"], answer["because"]) == ("deny", "no-match")
    (answer,) = answers({**line, "permission_boundary": None, "session_policies": [policy("sqs:*", "Deny")]})
    assert answer["statements"] == [{"policy": "boundary:0", "index": 0, "sid": None}]


def test_a_line_without_a_policy_that_must_allow_is_open() -> None:
    """Of a role the trust policy, of a KMS key the key policy."""
    for action, resource in (
        ("sts:AssumeRole", "arn:aws:iam::111122223333:role/q"),
        ("kms:Decrypt", "arn:aws:kms:us-east-1:111122223333:key/k"),
    ):
        asked = {**request(action=action, resource=resource), "identity_policies": [policy("*")]}
        (answer,) = answers(asked)
        assert (answer["decision"], answer["because"]) == ("undetermined", "corner-case")
        assert "has to allow it too" in answer["reason"]


@pytest.mark.parametrize(
    "document",
    [
        {"Version": "2012-10-17", "statement": []},
        {"Version": "2012-10-18", "Statement": []},
        {"Version": 2012, "Statement": []},
        {"Version": "2012-10-17", "Statement": [], "Statment": []},
        {"Version": "2012-10-17", "Statement": 7},
        {"Version": "2012-10-17", "Statement": [[]]},
        {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Resource": "*"}},
        {"Version": "2012-10-17", "Statement": {"Effect": "ALLOW", "Action": "*", "Resource": "*"}},
        {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": []}},
    ],
    ids=str,
)
def test_a_malformed_document_gives_no_plain_answer(document: dict[str, Any]) -> None:
    """Neither where nothing else allows, nor where another policy does: it may deny as well, but
    for a statement of which at least the Effect can be read."""
    held = document["Statement"] if isinstance(document.get("Statement"), dict) else {}
    for others in ([], [policy()] if held.get("Effect") != "Allow" else []):
        (answer,) = answers({**request(), "identity_policies": [document, *others]})
        assert (answer["decision"], answer["because"]) == ("undetermined", "corner-case")
        assert answer["reason"].startswith("the identity policy cannot be read: ")


def test_a_statement_whose_effect_is_read_leaves_the_other_effect_plain() -> None:
    """An Allow that cannot be read denies nothing; a Deny that was read denies whatever else is wrong."""
    broken = {"Effect": "Allow", "Action": "", "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": [broken, policy()["Statement"]]}
    assert answers({**request(), "identity_policies": [document]})[0]["decision"] == "allow"
    denying = {"Version": "2012-10-17", "Statement": [{"Effect": 7}, policy("*", "Deny")["Statement"]]}
    assert answers({**request(), "identity_policies": [denying]})[0]["because"] == "explicit-deny"


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (b"nope", "line 1: no JSON: "),
        (b"\xff", "line 1: not UTF-8: the byte at offset 0 is 0xff"),
        (b"[]", "line 1: the line is no JSON object"),
        (b"{}", "line 1: the request's action is not there"),
        (b'{"action": NaN}', "line 1: `NaN` is no JSON value"),
        (b'{"a": 1, "a": 1}', "line 1: the key `a` stands twice in one object"),
        (b'{"resource_policy": {"Statement": [], "Statement": []}}', "line 1: the key `Statement` stands twice"),
        (b"[" * 100_000, "line 1: too many lists and objects inside each other"),
        (b'{"a": ' + b"1" * 5000 + b"}", "line 1: no JSON that can be read"),
        (b'"' + b"x" * 11_000_000 + b'"', "line 1: the line is too long"),
        (json.dumps({**request(), "identity_policies": {}}).encode(), "line 1: `identity_policies` is no list"),
        (json.dumps({**request(), "identity_policies": [7]}).encode(), "line 1: the identity policy is no object"),
        (json.dumps({**request(), "resource_policy": "{}"}).encode(), "line 1: the resource policy is no object"),
        (json.dumps({**request(), "identity_policy": []}).encode(), "line 1: `identity_policy` is no part of a line"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_line_that_cannot_be_read_is_an_error(line: bytes, error: str) -> None:
    (answer,) = answers(line)
    assert list(answer) == ["error"]
    assert answer["error"].startswith(error)


def test_lines_are_answered_in_order_and_blank_ones_skipped() -> None:
    allowed = {**request(), "identity_policies": [policy()]}
    given = answers(b"\xef\xbb\xbf" + json.dumps(allowed).encode() + b"\r\n", b"  \n", b"x\n", allowed, b"\n")
    assert [answer.get("decision", answer.get("error")) for answer in given] == [
        "allow",
        "line 3: no JSON: expecting value at column 1",
        "allow",
    ]


def test_values_that_look_alike_are_not_taken_for_one_another() -> None:
    """Documents are read once by their text: `1`, `"1"` and `true` are three texts."""

    def bound(value: Any) -> dict[str, Any]:
        held = {**policy()["Statement"], "Condition": {"StringEquals": {"aws:TokenIssueTime": value}}}
        return {**request(context={"aws:TokenIssueTime": "1"}), "identity_policies": [{**policy(), "Statement": held}]}

    decisions = [answer["decision"] for answer in answers(bound(1), bound(True), bound("1"), bound("2"))]
    assert decisions == ["allow", "deny", "allow", "deny"]
