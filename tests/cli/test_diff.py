"""`auditor diff`: documents and sources, the report and the exit status."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:f"
GRANT = {
    "Sid": "lex",
    "Effect": "Allow",
    "Principal": {"Service": "lex.amazonaws.com"},
    "Action": "lambda:InvokeFunction",
    "Resource": FUNCTION,
}
BOUND = {**GRANT, "Condition": {"ArnLike": {"AWS:SourceArn": "arn:aws:lex:us-east-1:111122223333:intent:A:*"}}}


def policy(*statements: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, Any], str]:
    def write_file(name: str, content: Any) -> str:
        text = content if isinstance(content, str) else json.dumps(content)
        (tmp_path / name).write_text(text)
        return name

    return write_file


Write = Callable[[str, Any], str]


def test_new_access_fails_with_a_witness(run: Run, write: Write) -> None:
    write("old.json", policy(BOUND))
    write("new.json", policy(GRANT))
    ran = run("diff", "old.json", "new.json", "--format", "json")
    assert (ran.status, ran.err) == (1, "")
    assert json.loads(ran.out) == {
        "verdict": "new-access",
        "witness": {
            "principal": {"Service": "lex.amazonaws.com"},
            "action": "lambda:InvokeFunction",
            "resource": FUNCTION,
            "context": {},
            "decision": "allow",
            "expected": "deny",
        },
        "statements": [{"policy": "resource", "index": 0, "sid": "lex"}],
        "reason": "",
    }
    assert run("diff", "new.json", "old.json").status == 0


def test_the_text_says_who_can_do_what_through_which_statement(run: Run, write: Write) -> None:
    write("old.json", policy(BOUND))
    write("new.json", policy(GRANT))
    assert run("diff", "old.json", "new.json", "--both").out == (
        "new access: NEW allows it and OLD does not\n"
        "  witness  Lex can invoke this function\n"
        "           lex.amazonaws.com does lambda:InvokeFunction on\n"
        f"           {FUNCTION}\n"
        "  through  resource statement 0 `lex`  new.json:1:41\n"
        "no lost access: NEW allows all that OLD allows\n"
    )


@pytest.mark.parametrize(
    ("new", "status", "verdict"),
    [(BOUND, 0, "no-new-access"), ({**GRANT, "Effect": "allow"}, 3, "undetermined")],
)
def test_the_status_follows_the_verdict(run: Run, write: Write, new: Any, status: int, verdict: str) -> None:
    ran = run("diff", write("old.json", policy(GRANT)), write("new.json", policy(new)), "--format", "json")
    assert (ran.status, json.loads(ran.out)["verdict"]) == (status, verdict)
    assert run("diff", "old.json", "new.json", "--allow-incomplete").status == 0


def test_an_answer_of_get_policy_is_a_document(run: Run, write: Write) -> None:
    write("old.json", {"Policy": json.dumps(policy(BOUND)), "RevisionId": "x"})
    write("new.yaml", "Version: '2012-10-17'\nStatement: []\n")
    assert run("diff", "old.json", "new.yaml").status == 0
    assert run("diff", "new.yaml", "old.json").status == 1


def test_one_side_may_be_standard_input(spawn: Run, tmp_path: Path) -> None:
    (tmp_path / "new.json").write_text(json.dumps(policy(GRANT)))
    ran = spawn("diff", "-", "new.json", stdin=json.dumps(policy(BOUND)).encode())
    assert ran.status == 1
    assert "new access" in ran.out


def test_the_kind_can_be_forced(run: Run, write: Write) -> None:
    write("old.json", policy())
    write("new.json", policy(GRANT))
    assert run("diff", "old.json", "new.json", "--policy-kind", "resource").status == 1
    ran = run("diff", "old.json", "new.json", "--policy-kind", "identity", "--format", "json")
    assert ran.status == 3
    assert "a role's policy has no Principal" in json.loads(ran.out)["reason"]


def test_bundles_are_compared_function_by_function(run: Run, unscoped: Path, scoped: Path) -> None:
    scoped.write_text(scoped.read_text().replace("g,", "f,").replace("function:g", "function:f"))
    ran = run("diff", scoped, unscoped, "--format", "json")
    told = json.loads(ran.out)
    assert (ran.status, told["verdict"]) == (1, "new-access")
    (function,) = told["functions"]
    assert (function["function"], function["verdict"], function["part"]) == ("f", "new-access", "resource policy")
    assert run("diff", unscoped, scoped).status == 0
    assert "1 compared: 1 with new access, 0 undetermined" in run("diff", scoped, unscoped).out


def test_folders_of_terraform_are_compared(run: Run) -> None:
    story = Path(__file__).parents[2] / "samples" / "classifieds-bot"
    ran = run("diff", story / "after", story / "before", "--format", "json")
    assert ran.status == 1
    parts = {part["part"]: part["verdict"] for part in json.loads(ran.out)["functions"][0]["parts"]}
    assert parts == {"resource policy": "new-access", "role": "new-access", "trust policy": "no-new-access"}
    assert run("diff", story / "before", story / "after").status == 0


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "old.json:1:2"),
        ("[]", "old.json"),
        ("7", "old.json"),
        ("", "old.json"),
        (None, "old.json: no such file"),
    ],
)
def test_what_cannot_be_read_is_told(run: Run, write: Write, content: str | None, told: str) -> None:
    if content is not None:
        write("old.json", content)
    ran = run("diff", "old.json", write("new.json", policy(GRANT)))
    assert (ran.status, ran.out) == (3, "")
    assert told in ran.err
    assert "help: " in ran.err
    assert "Traceback" not in ran.err


def test_wrong_usage_is_told(run: Run, write: Write) -> None:
    write("old.json", policy(GRANT))
    write("new.json", policy({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}))
    for arguments, message in (
        (["old.json", "new.json"], "the documents are of different kinds"),
        (["old.json"], "missing argument 'NEW'"),
        (["-", "-"], "OLD and NEW are both standard input"),
        (["old.json", "old.json", "--policy-kind", "resorce"], "'resorce' is not one of"),
        (["old.json", ".", "--account", "123"], "`123`"),
    ):
        ran = run("diff", *arguments)
        assert (ran.status, ran.out) == (2, "")
        assert message in ran.err
        assert "help: " in ran.err
