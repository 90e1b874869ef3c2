"""`auditor can`: one question, the answer, and why every other statement does not apply."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
AFTER = Path(__file__).parents[2] / "samples" / "classifieds-bot" / "after"
LEX = "lex.amazonaws.com"
INVOKE = "lambda:InvokeFunction"
SOURCE = "arn:aws:lex:us-east-1:111122223333:intent:CreatePost:1"
HOOK = """\
function: {name: f, arn: "arn:aws:lambda:eu-west-1:123456789012:function:f"}
resource_policy:
  Version: "2012-10-17"
  Statement:
    - Sid: lex
      Effect: Allow
      Principal: {Service: lexv2.amazonaws.com}
      Action: lambda:InvokeFunction
      Resource: arn:aws:lambda:eu-west-1:123456789012:function:f
      Condition:
        ArnLike: {"AWS:SourceArn": "arn:aws:lex:eu-west-1:123456789012:bot-alias/ABCDEFGHIJ/*"}
    - Sid: role
      Effect: Allow
      Principal: {AWS: "arn:aws:iam::123456789012:role/caller"}
      Action: lambda:Get*
      Resource: arn:aws:lambda:eu-west-1:123456789012:function:f:*
    - Sid: insecure
      Effect: Deny
      Principal: "*"
      Action: "*"
      Resource: "*"
      Condition: {Bool: {"aws:SecureTransport": "false"}}
role:
  name: r
  arn: arn:aws:iam::123456789012:role/r
  trust_policy:
    Version: "2012-10-17"
    Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}]
  policies:
    - name: own
      document:
        Version: "2012-10-17"
        Statement:
          - {Effect: Allow, Action: "logs:*", Resource: "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/f:*"}
hooks: []
"""


@pytest.fixture
def hook(tmp_path: Path) -> str:
    (tmp_path / "hook.yaml").write_text(HOOK)
    return "hook.yaml"


def test_allowed_through_one_statement_and_why_not_through_the_others(run: Run, hook: str) -> None:
    source = "arn:aws:lex:eu-west-1:123456789012:bot-alias/ABCDEFGHIJ/TSTALIASID"
    ran = run("can", "lexv2.amazonaws.com", INVOKE, "f", hook, "--source-arn", source)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == (
        "allowed: a statement allows it\n"
        "  asked    lexv2.amazonaws.com asks for lambda:InvokeFunction on\n"
        "           arn:aws:lambda:eu-west-1:123456789012:function:f\n"
        f"           aws:SourceArn = {source}\n"
        "  through  resource statement 0 `lex`  hook.yaml:5:7\n"
        "  no match resource statement 1 `role`  hook.yaml:12:7\n"
        "           principal: `lexv2.amazonaws.com` is not `arn:aws:iam::123456789012:role/caller`\n"
        "  no match resource statement 2 `insecure`  hook.yaml:17:7\n"
        "           condition: Bool on aws:SecureTransport asks for `false`, and the request has no\n"
        "           aws:SecureTransport\n"
    )


def test_the_json_is_the_line_of_decide_with_explanations(run: Run, hook: str) -> None:
    ran = run("can", "lexv2.amazonaws.com", INVOKE, "f:live", hook, "--format", "json")
    told = json.loads(ran.out)
    assert ran.status == 1
    assert list(told) == ["decision", "because", "statements", "reason", "explain"]
    assert (told["decision"], told["because"], told["statements"]) == ("deny", "no-match", [])
    assert [list(explanation) for explanation in told["explain"]] == [
        ["policy", "index", "sid", "matched", "first_mismatch"]
    ] * 3
    head = "arn:aws:lambda:eu-west-1:123456789012:function:f"
    assert told["explain"][0] == {
        "policy": "resource",
        "index": 0,
        "sid": "lex",
        "matched": False,
        "first_mismatch": f"resource: `{head}:live` is not like `{head}`",
    }


CASES = [
    # (principal, action, target, options, status, decision, what the first explanation says)
    (LEX, INVOKE, "f", [], 1, "deny", "principal: `lex.amazonaws.com` is not `lexv2.amazonaws.com`"),
    ("*", INVOKE, "f", [], 1, "deny", "principal: an anonymous caller is not `lexv2.amazonaws.com`"),
    (
        "lexv2.amazonaws.com",
        "lambda:GetFunction",
        "f",
        [],
        1,
        "deny",
        "action: `lambda:GetFunction` is not like `lambda:InvokeFunction`",
    ),
    (
        "lexv2.amazonaws.com",
        INVOKE,
        "arn:aws:lambda:eu-west-1:123456789012:function:f",
        ["--context", "aws:SecureTransport=false"],
        1,
        "deny",
        "condition: ArnLike on aws:SourceArn asks for "
        "`arn:aws:lex:eu-west-1:123456789012:bot-alias/ABCDEFGHIJ/*`, and the request has no aws:SourceArn",
    ),
    ("arn:aws:iam::123456789012:role/caller", "lambda:GetAlias", "f:live", [], 0, "allow", None),
    ("arn:aws:iam::123456789012:role/r", "logs:PutLogEvents", "f", [], 0, "allow", None),
    ("arn:aws:sts::123456789012:assumed-role/r/s", "logs:PutLogEvents", "f", [], 0, "allow", None),
    (
        "arn:aws:iam::123456789012:role/r",
        "sqs:SendMessage",
        "arn:aws:sqs:eu-west-1:123456789012:q",
        [],
        1,
        "deny",
        None,
    ),
    ("lambda.amazonaws.com", "sts:AssumeRole", "f", [], 0, "allow", None),
    ("ec2.amazonaws.com", "sts:AssumeRole", "f", [], 1, "deny", None),
    # Its own policies are not in the sources, and they could allow it.
    ("arn:aws:iam::123456789012:role/caller", INVOKE, "f", [], 3, "undetermined", None),
    # Another account needs both, so that the function's policy denies it whatever its own allow.
    ("arn:aws:iam::444455556666:role/x", INVOKE, "f", [], 1, "deny", None),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: " ".join(case[:3]))
def test_answers(run: Run, hook: str, case: tuple[Any, ...]) -> None:
    principal, action, target, options, status, decision, mismatch = case
    ran = run("can", principal, action, target, hook, "--format", "json", *options)
    told = json.loads(ran.out)
    assert (ran.status, told["decision"]) == (status, decision)
    if mismatch is not None:
        assert told["explain"][0]["first_mismatch"] == mismatch
    assert told["reason"] or decision != "undetermined"


def test_the_policies_of_another_account_are_taken_to_allow(run: Run, hook: str, tmp_path: Path) -> None:
    """Across accounts both sides must allow, and only the function's is in the sources."""
    (tmp_path / hook).write_text(HOOK.replace("123456789012:role/caller", "444455556666:role/x"))
    ran = run("can", "arn:aws:iam::444455556666:role/x", "lambda:GetAlias", "f:live", hook, "--format", "json")
    told = json.loads(ran.out)
    assert (ran.status, told["decision"]) == (0, "allow")
    assert told["reason"] == "the identity policies of `arn:aws:iam::444455556666:role/x` are taken to allow"


def test_an_unknown_account_may_be_any(run: Run) -> None:
    """Terraform does not say which account it is deployed to; --account does."""
    asked = ("can", LEX, INVOKE, "classifieds_lambda", AFTER, "--source-arn", SOURCE)
    account = ("--source-account", "111122223333")
    assert run(*asked, *account, "--account", "111122223333").status == 0
    assert run(*asked, *account, "--account", "444455556666").status == 1
    ran = run(*asked, *account)
    assert ran.status == 3
    assert "it depends on which account and region are the audited ones" in ran.out


def test_a_key_given_twice_has_several_values(run: Run, hook: str, tmp_path: Path) -> None:
    written = HOOK.replace('Bool: {"aws:SecureTransport": "false"}', '"ForAnyValue:StringEquals": {"aws:TagKeys": "b"}')
    (tmp_path / hook).write_text(written)
    ran = run("can", LEX, INVOKE, "f", hook, "--context", "aws:TagKeys=a", "--context", "AWS:TagKeys=b")
    assert ran.status == 1
    assert "denied: a statement denies it" in ran.out


def test_a_part_that_is_not_known_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "f.yaml").write_text(
        "function: {name: f}\nresource_policy: {Version: '2012-10-17', Statement: 7}\nhooks: []\n"
    )
    ran = run("can", LEX, INVOKE, "f", "f.yaml", "--format", "json")
    assert ran.status == 3
    told = json.loads(ran.out)
    assert told["decision"] == "undetermined"
    assert told["explain"][0]["matched"] is None
    assert "cannot be read" in told["explain"][0]["first_mismatch"]


@pytest.mark.parametrize(
    ("arguments", "message", "help"),
    [
        ((LEX, INVOKE, "g"), "there is no function `g`", "there are `f`"),
        (("lex", INVOKE, "f"), "`lex` is no principal", "name a service"),
        (("{", INVOKE, "f"), "the principal `{` is no JSON", "name a service"),
        (("arn:foo", INVOKE, "f"), "`arn:foo` is no ARN of a role, user, session or root user", "role/NAME"),
        (("arn:aws:iam::12:role/r", INVOKE, "f"), "`arn:aws:iam::12:role/r` is no ARN of a role", "role/NAME"),
        (('{"X": "y"}', INVOKE, "f"), "`X` is no kind of principal", "use one of `AWS`, `Service`, `Federated`"),
        ((LEX, INVOKE, "f", "--source-account", "12"), "`12`", "12 digits"),
        ((LEX, INVOKE, "f:"), "`f:` names no version or alias", "NAME:ALIAS"),
        ((LEX, INVOKE, "f:a:b"), "`f:a:b` names no version or alias", "NAME:ALIAS"),
        ((LEX, "lambda:*", "f"), "`lambda:*` is no single action", "lambda:InvokeFunction"),
        ((LEX, INVOKE, "arn:aws:lambda:f"), "`arn:aws:lambda:f` is no ARN of a function", "write `arn:aws:lambda:"),
        ((LEX, "sqs:SendMessage", "f"), "`lex.amazonaws.com` is no role that was read", "role/r"),
        (
            ("arn:aws:iam::444455556666:role/r", "logs:PutLogEvents", "f"),
            "`arn:aws:iam::444455556666:role/r` is no role that was read",
            "role/r",
        ),
        (
            ("arn:aws:iam::123456789012:role/r", "sqs:SendMessage", "f"),
            "`sqs:SendMessage` is nothing that is done to a function",
            "ARN",
        ),
        ((LEX, INVOKE, "f", "--context", "x"), "`--context x` sets nothing", "KEY=VALUE"),
        ((LEX, INVOKE), "missing argument 'FUNCTION'", "auditor can --help"),
    ],
)
def test_wrong_usage_is_told(run: Run, hook: str, arguments: tuple[str, ...], message: str, help: str) -> None:
    ran = run("can", *arguments, *([hook] if len(arguments) > 2 else []))
    assert (ran.status, ran.out) == (2, "")
    assert message in ran.err
    assert help in ran.err


BOUNDARY = """\
  boundary:
    Version: "2012-10-17"
    Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]
"""


def test_what_lacks_is_told_where_a_statement_allows(run: Run, hook: str, tmp_path: Path) -> None:
    """The headline must not say that no statement allows where one does."""
    (tmp_path / hook).write_text(HOOK.replace("hooks: []", BOUNDARY + "hooks: []"))
    role = "arn:aws:iam::123456789012:role/r"
    ran = run("can", role, "logs:PutLogEvents", "f", hook)
    assert ran.status == 1
    assert ran.out.startswith("denied: the statements that allow it are not enough\n")
    assert "because  the permissions boundary does not allow it\n" in ran.out
    assert "allows   identity:0 statement 0" in ran.out
    assert json.loads(run("can", role, "logs:PutLogEvents", "f", hook, "--format", "json").out)["reason"] == (
        "the permissions boundary does not allow it"
    )


def test_the_root_user_needs_no_statement_and_assumes_no_role(run: Run, hook: str) -> None:
    ran = run("can", "arn:aws:iam::123456789012:root", INVOKE, "f", hook)
    assert (ran.status, ran.out.splitlines()[0]) == (0, "allowed: the root user of the account needs no statement")
    ran = run("can", "123456789012", "sts:AssumeRole", "f", hook)
    assert ran.status == 1
    assert "the root user of an account cannot assume a role" in ran.out


@pytest.mark.parametrize(
    ("action", "target", "missing"),
    [
        ("sts:AssumeRole", "arn:aws:iam::123456789012:role/other", "the role's trust policy"),
        ("kms:Decrypt", "arn:aws:kms:eu-west-1:123456789012:key/k", "the key's policy"),
    ],
)
def test_a_policy_that_must_allow_and_was_not_read_leaves_it_open(
    run: Run, hook: str, tmp_path: Path, action: str, target: str, missing: str
) -> None:
    own = 'Action: "logs:*", Resource: "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/f:*"'
    assert own in HOOK
    (tmp_path / hook).write_text(HOOK.replace(own, 'Action: "*", Resource: "*"'))
    ran = run("can", "arn:aws:iam::123456789012:role/r", action, target, hook, "--format", "json")
    assert ran.status == 3, ran.err
    assert json.loads(ran.out)["reason"] == f"{missing} has to allow it too, and is not given"


def test_a_statement_of_the_role_that_cannot_be_read_leaves_it_open(run: Run, hook: str, tmp_path: Path) -> None:
    """It may deny what another statement allows."""
    broken = '          - {Effect: deny, Action: "logs:*", Resource: "*"}\nhooks: []'
    (tmp_path / hook).write_text(HOOK.replace("hooks: []", broken))
    ran = run("can", "arn:aws:iam::123456789012:role/r", "logs:PutLogEvents", "f", hook, "--format", "json")
    assert ran.status == 3
    assert "a policy of the role cannot be read" in json.loads(ran.out)["reason"]


def test_a_denial_that_matches_is_told_from_a_grant(run: Run, hook: str) -> None:
    ran = run("can", "lexv2.amazonaws.com", INVOKE, "f", hook, "--context", "aws:SecureTransport=false")
    assert "through  resource statement 2 `insecure`" in ran.out


def test_nothing_to_ask_is_incomplete(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert run("can", LEX, INVOKE, "f", "empty").status == 3
    ran = run("can", LEX, INVOKE, "f", "nowhere")
    assert (ran.status, ran.out) == (3, "")
    assert "nowhere: no such file" in ran.err
