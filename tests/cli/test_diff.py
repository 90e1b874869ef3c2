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


TWICE = (
    '{"Version": "2012-10-17", "Statement": '
    '[{"Effect": "Allow", %s"Principal": "*", "Action": "*", "Resource": "*"}]%s}'
)


@pytest.mark.parametrize(
    "written",
    [
        TWICE % ('"Effect": "Deny", ', ""),
        TWICE % ('"effect": "Deny", ', ""),
        TWICE.replace("Allow", "Deny") % ('"Effect": "Allow", ', ""),
        TWICE % ("", ', "Statement": []'),
    ],
)
@pytest.mark.parametrize("enveloped", [False, True])
def test_a_member_that_stands_twice_is_never_trusted(run: Run, write: Write, written: str, enveloped: bool) -> None:
    """Readers differ on which of the two counts, so both readings are open."""
    write("old.json", policy())
    ran = run("diff", "old.json", write("new.json", {"Policy": written} if enveloped else written), "--format", "json")
    assert (ran.status, json.loads(ran.out)["verdict"]) == (3, "undetermined")
    assert "the new policy cannot be read: " in json.loads(ran.out)["reason"]


NARROW = policy({"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": FUNCTION})
WIDE = policy({"Effect": "Allow", "Action": "*", "Resource": "*"})
TRUST = policy({"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"})
OPEN_TRUST = policy({"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"})


def version(document: Any) -> Any:
    return {"PolicyVersion": {"Document": document, "VersionId": "v1", "IsDefaultVersion": True}}


def role_with(trust: Any) -> Any:
    role = {"RoleName": "r", "Arn": "arn:aws:iam::111122223333:role/r", "AssumeRolePolicyDocument": trust}
    return {"Role": {"Path": "/", **role}}


def inline(document: Any) -> Any:
    return {"RoleName": "r", "PolicyName": "p", "PolicyDocument": document}


@pytest.mark.parametrize(
    ("old", "new", "status"),
    [
        (version(NARROW), version(WIDE), 1),
        (version(WIDE), version(NARROW), 0),
        (NARROW, version(WIDE), 1),
        (version(WIDE), NARROW, 0),
        (NARROW, inline(WIDE), 1),
        (inline(WIDE), version(NARROW), 0),
        (role_with(TRUST), OPEN_TRUST, 1),
        (role_with(TRUST), TRUST, 0),
        (OPEN_TRUST, role_with(TRUST), 0),
        (role_with(TRUST), role_with(OPEN_TRUST), 1),
    ],
)
def test_an_answer_that_holds_one_document_is_compared_as_that(
    run: Run, write: Write, old: Any, new: Any, status: int
) -> None:
    assert run("diff", write("old.json", old), write("new.json", new)).status == status


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., str]:
    def write_folder(name: str, **contents: Any) -> str:
        (tmp_path / name).mkdir()
        for file, content in contents.items():
            (tmp_path / name / f"{file}.json").write_text(json.dumps(content))
        return name

    return write_folder


def test_documents_in_folders_are_compared_by_their_names(run: Run, folder: Callable[..., str]) -> None:
    folder("p1", a=NARROW, b=TRUST)
    folder("p2", a=WIDE, b=TRUST)
    ran = run("diff", "p1", "p2", "--both", "--format", "json")
    told = json.loads(ran.out)
    assert (ran.status, told["verdict"], told["lost"]["verdict"]) == (1, "new-access", "no-lost-access")
    assert [(f["function"], f["role"], f["document"], f["verdict"]) for f in told["functions"]] == [
        (None, None, "a.json", "new-access"),
        (None, None, "b.json", "no-new-access"),
    ]
    assert run("diff", "p2", "p1").status == 0
    assert "a.json, identity policy\nnew access" in run("diff", "p1", "p2").out


def test_a_document_that_only_the_new_version_has_is_compared_with_nothing(
    run: Run, folder: Callable[..., str]
) -> None:
    folder("p1", a=NARROW)
    folder("p2", a=NARROW, b=WIDE)
    assert run("diff", "p1", "p2").status == 1
    assert run("diff", "p2", "p1").status == 0
    assert run("diff", "p2", "p1", "--both").out.count("lost access: OLD allows it and NEW does not") == 1


def test_one_document_on_either_side_is_compared_whatever_its_name(run: Run, folder: Callable[..., str]) -> None:
    folder("p1", old=NARROW)
    folder("p2", new=WIDE)
    folder("p3", again=NARROW)
    assert run("diff", "p1", "p2").status == 1
    assert run("diff", "p1", "p3").status == 0
    assert run("diff", "p1/old.json", "p2").status == 1
    assert run("diff", "p1/old.json", "p3").status == 0


def test_documents_of_different_kinds_by_one_name_are_undetermined(run: Run, folder: Callable[..., str]) -> None:
    folder("p1", a=NARROW, b=TRUST)
    folder("p2", a=TRUST, b=TRUST)
    ran = run("diff", "p1", "p2", "--format", "json")
    assert ran.status == 3
    assert "different kinds" in json.loads(ran.out)["functions"][0]["reason"]


def test_a_bundle_beside_a_document_is_no_pass(run: Run, folder: Callable[..., str], scoped: Path) -> None:
    folder("bundles")
    (Path("bundles") / "b.yaml").write_text(scoped.read_text())
    folder("p", wide=WIDE)
    assert run("diff", "bundles", "p/wide.json").status == 1


def test_the_account_of_documents_may_be_given(run: Run, write: Write) -> None:
    """A holder of another account is then no witness."""
    told = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": FUNCTION}
    for name, accounts in (("old", ["111122223333"]), ("new", ["111122223333", "222233334444"])):
        write(f"{name}.json", policy({**told, "Condition": {"StringEquals": {"aws:PrincipalAccount": accounts}}}))
    assert run("diff", "old.json", "new.json").status == 1
    assert run("diff", "old.json", "new.json", "--account", "111122223333").status == 0
    assert run("diff", "old.json", "new.json", "--account", "222233334444").status == 1
    ran = run("diff", "old.json", "new.json", "--account", "12")
    assert (ran.status, "`12` is no AWS account" in ran.err) == (2, True)


def test_nothing_compared_is_never_a_pass(run: Run, folder: Callable[..., str], write: Write) -> None:
    """A function of which neither version tells any policy leaves nothing to compare."""
    function = {"FunctionName": "f", "FunctionArn": FUNCTION, "Runtime": "python3.12"}
    folder("p1", f=function)
    folder("p2", f=function)
    ran = run("diff", "p1", "p2", "--format", "json")
    assert (ran.status, ran.out) == (3, "")
    assert "nothing was found to compare" in ran.err
    assert run("diff", "p1", "p2", "--allow-incomplete").status == 0


def test_a_kind_cannot_be_forced_on_folders(run: Run, folder: Callable[..., str]) -> None:
    folder("p1", a=NARROW)
    folder("p2", a=WIDE)
    ran = run("diff", "p1", "p2", "--policy-kind", "identity")
    assert (ran.status, ran.out) == (2, "")
    assert "`p1` is a folder" in ran.err
    assert "help: " in ran.err
