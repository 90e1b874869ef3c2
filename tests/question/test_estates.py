"""Two versions of bundles and Terraform, function by function."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import auditor
from auditor.question.estates import EstateChange, diff_readings

ROLE = "arn:aws:iam::123456789012:role/r"
Write = Callable[[str, Any], auditor.Reading]


@pytest.fixture
def reading(tmp_path: Path) -> Write:
    """Reads one version, written to a folder of its own: a bundle, bundles, or Terraform text."""

    def write(name: str, content: Any) -> auditor.Reading:
        folder = tmp_path / name
        folder.mkdir()
        if isinstance(content, str):
            (folder / "main.tf").write_text(content)
        else:
            (folder / "bundle.json").write_text(json.dumps(content))
        found = auditor.read(folder)
        assert found.skipped == ()
        return found

    return write


def bundle(name: str = "f", **parts: Any) -> dict[str, Any]:
    arn = f"arn:aws:lambda:eu-west-1:123456789012:function:{name}"
    return {"function": {"name": name, "arn": arn}, "hooks": [], **parts}


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def invoke(principal: Any = None, name: str = "f", qualifier: str = "") -> dict[str, Any]:
    resource = f"arn:aws:lambda:eu-west-1:123456789012:function:{name}{qualifier}"
    principal = principal or {"Service": "lexv2.amazonaws.com"}
    return {"Effect": "Allow", "Principal": principal, "Action": "lambda:InvokeFunction", "Resource": resource}


def role(*documents: dict[str, Any], **more: Any) -> dict[str, Any]:
    trusted = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    held = [{"name": f"p{number}", "document": document} for number, document in enumerate(documents)]
    return {"name": "r", "arn": ROLE, "trust_policy": policy(trusted), "policies": held, **more}


def allow(action: str, resource: str = "*") -> dict[str, Any]:
    return policy({"Effect": "Allow", "Action": action, "Resource": resource})


def told(change: EstateChange) -> dict[str, dict[str, str]]:
    return {f.name: {part.part: part.change.verdict.value for part in f.parts} for f in change.functions}


def test_each_part_of_a_function_is_compared(reading: Write) -> None:
    old = reading("old", bundle(resource_policy=policy(invoke()), role=role(allow("logs:PutLogEvents"))))
    wider = role(
        allow("logs:*"), trust_policy=policy({"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"})
    )
    new = reading("new", bundle(resource_policy=policy(invoke("*")), role=wider))
    change = diff_readings(old, new)
    assert told(change) == {"f": dict.fromkeys(("resource policy", "role", "trust policy"), "new-access")}
    assert told(diff_readings(new, old)) == {
        "f": dict.fromkeys(("resource policy", "role", "trust policy"), "no-new-access")
    }
    written = change.to_dict()
    assert written["verdict"] == "new-access"
    (function,) = written["functions"]  # type: ignore[misc]  # a list in the JSON
    assert function["function"] == "f"
    assert function["part"] == "resource policy"
    assert function["witness"]["principal"] == "*"
    role_part = function["parts"][1]
    assert role_part["witness"]["principal"] == {"AWS": ROLE}
    assert role_part["statements"] == [{"policy": "identity:0", "index": 0, "sid": None}]


def test_a_new_function_is_compared_with_nothing(reading: Write) -> None:
    old = reading("old", [bundle("f", resource_policy=policy(invoke()))])
    both = [bundle("f", resource_policy=policy(invoke())), bundle("g", resource_policy=policy(invoke(name="g")))]
    change = diff_readings(old, reading("new", both), both=True)
    assert told(change) == {"f": {"resource policy": "no-new-access"}, "g": {"resource policy": "new-access"}}
    assert [function.before for function in change.functions] == [True, False]
    assert change.lost is not None
    assert change.lost.verdict == "no-new-access"


def test_what_went_is_told_where_it_is_asked(reading: Write) -> None:
    old = reading("old", bundle(resource_policy=policy(invoke())))
    change = diff_readings(old, reading("new", bundle(resource_policy=policy())), both=True)
    assert change.verdict == "no-new-access"
    lost = change.to_dict()["lost"]
    assert isinstance(lost, dict)
    assert lost["verdict"] == "lost-access"


def test_policies_moved_between_documents_are_the_same(reading: Write) -> None:
    """The policies of a role count as one."""
    one = reading("one", bundle(role=role(allow("sqs:SendMessage"), allow("sqs:GetQueueUrl"))))
    joined = policy(*allow("sqs:GetQueueUrl")["Statement"], *allow("sqs:SendMessage")["Statement"])
    other = reading("other", bundle(role=role(joined)))
    for change in (diff_readings(one, other), diff_readings(other, one)):
        assert told(change)["f"]["role"] == "no-new-access"


def test_a_boundary_limits_and_its_end_is_new_access(reading: Write) -> None:
    bounded = reading("bounded", bundle(role=role(allow("*"), boundary=allow("s3:*"))))
    free = reading("free", bundle(role=role(allow("*"))))
    assert told(diff_readings(bounded, free))["f"]["role"] == "new-access"
    assert told(diff_readings(free, bounded))["f"]["role"] == "no-new-access"


def test_a_policy_known_by_name_alone_is_the_same_in_both(reading: Write) -> None:
    named = {"arn": "arn:aws:iam::123456789012:policy/unknown"}
    held = {**role(allow("s3:GetObject")), "policies": [named]}
    one, other = reading("one", bundle(role=held)), reading("other", bundle(role=held))
    assert told(diff_readings(one, other))["f"]["role"] == "no-new-access"
    more = {**held, "policies": [named, {"name": "p", "document": allow("s3:*")}]}
    change = diff_readings(one, reading("more", bundle(role=more)))
    assert told(change)["f"]["role"] == "undetermined"
    (part,) = [part for part in change.functions[0].parts if part.part == "role"]
    assert "policy/unknown" in part.change.reason


def test_parts_that_only_one_version_knows_are_open(reading: Write) -> None:
    old = reading("old", bundle(resource_policy=policy()))
    new = reading("new", bundle(resource_policy=policy(), role=role(allow("s3:*"))))
    assert told(diff_readings(old, new))["f"]["role"] == "undetermined"


TERRAFORM = """
variable "env" {}

resource "aws_lambda_function" "f" {
  function_name = "hook-${var.env}"
  role          = aws_iam_role.r.arn
}

resource "aws_iam_role" "r" {
  name = "r"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_iam_role_policy" "p" {
  role = aws_iam_role.r.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ACTION
      Resource = "arn:aws:dynamodb:*:*:table/${var.env}-posts"
    }]
  })
}

data "aws_caller_identity" "me" {}

resource "aws_lambda_permission" "lex" {
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.f.function_name
  principal      = "lex.amazonaws.com"
  source_arn     = "arn:aws:lex:us-east-1:ACCOUNT:intent:INTENT:*"
}
"""


def terraform(action: str = '"dynamodb:GetItem"', account: str = "${data.aws_caller_identity.me.account_id}") -> str:
    return TERRAFORM.replace("ACTION", action).replace("ACCOUNT", account).replace("INTENT", "Order")


def test_unknown_parts_are_the_same_unknown_in_both(reading: Write) -> None:
    """`var.env` has no value: what stands on it is compared all the same."""
    one = reading("one", terraform('["dynamodb:GetItem", "dynamodb:Query"]'))
    same, fewer = reading("same", terraform('["dynamodb:Get*", "dynamodb:Query"]')), reading("fewer", terraform())
    assert diff_readings(one, one).verdict == "no-new-access"
    assert diff_readings(one, fewer).verdict == "no-new-access"
    assert diff_readings(same, one).verdict == "no-new-access"
    change = diff_readings(fewer, one)
    assert told(change)["hook-${var.env}"]["role"] == "new-access"
    (part,) = [part for part in change.functions[0].parts if part.part == "role"]
    assert part.change.witness is not None
    assert "${" not in str(part.change.witness.to_dict())


def test_a_literal_account_may_be_the_own_one(reading: Write) -> None:
    """Whether the bot of a literal account is new depends on which account is audited."""
    own, literal = reading("own", terraform()), reading("literal", terraform(account="123456789012"))
    change = diff_readings(own, literal)
    part = change.functions[0].parts[0]
    assert (part.part, part.change.verdict) == ("resource policy", "undetermined")
    assert "depends on which account" in part.change.reason


@pytest.mark.parametrize("story", ["classifieds-bot", "order-flowers", "v2-pizza-bot"])
def test_a_story_gives_nothing_new_beside_itself(story: str) -> None:
    for version in ("before", "after"):
        found = auditor.read(Path(auditor.__file__).parents[1] / "samples" / story / version)
        assert diff_readings(found, found).verdict == "no-new-access"


@pytest.mark.parametrize("story", ["classifieds-bot", "v2-pizza-bot"])
def test_what_a_story_mends_lets_nothing_in(story: str) -> None:
    versions = [
        auditor.read(Path(auditor.__file__).parents[1] / "samples" / story / version) for version in ("before", "after")
    ]
    assert diff_readings(*versions).verdict == "no-new-access"
    assert diff_readings(*versions[::-1]).verdict == "new-access"
