"""A plan or state and the source that it is of: one estate, the plan's values at the source's places."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from auditor.estate.estate import Estate, SourceKind
from auditor.iam.origin import Origin
from auditor.iam.text import text
from auditor.sources.overlay import overlaid
from auditor.sources.read import read
from tests.sources.terraform_json.plans import DEPLOYMENT, Plain, block, plan, resource, state

PERMISSION = """
resource "aws_lambda_function" "f" {
  function_name = "f"
  role          = "arn:aws:iam::111122223333:role/r"
}
resource "aws_lambda_permission" "p" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.f.function_name
  principal     = "lexv2.amazonaws.com"
  source_arn    = SOURCE
}
"""
BLOCKS = [
    block("aws_lambda_function.f", function_name="f", role="arn:aws:iam::111122223333:role/r"),
    block("aws_lambda_permission.p", source_arn=["var.x"]),
]
FUNCTION = resource("aws_lambda_function.f", {"function_name": "f", "role": "arn:aws:iam::111122223333:role/r"})
VALUES = {"action": "lambda:InvokeFunction", "principal": "lexv2.amazonaws.com", "function_name": "f"}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def joined(source: str | dict[str, str], content: Plain, *paths: str) -> Estate:
    """The one estate of a source and a plan or state of it."""
    for name, written in ({"main.tf": source} if isinstance(source, str) else source).items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(written)
    Path("plan.json").write_text(json.dumps(content))
    reading = read(paths or ["."])
    assert reading.skipped == ()
    (estate,) = reading.estates
    return estate


def source_arn(estate: Estate) -> list[tuple[str, str | None, int | None]]:
    """Value, file and line of each source ARN on the only function."""
    (function,) = estate.functions
    assert function.resource_policy is not None
    return [
        (str(value.text), value.origin.file, value.origin.line)
        for statement in function.resource_policy
        for condition in statement.conditions
        for value in condition.values
    ]


def test_the_real_plan_and_its_source() -> None:
    """Places are the source's; what the plan hides comes from the source; each function once."""
    shutil.copytree(DEPLOYMENT, "all", ignore=shutil.ignore_patterns("state.json"))
    (estate,) = read(["all"]).estates
    assert (estate.kind, estate.account) == (SourceKind.TERRAFORM, text("111122223333"))
    assert len(estate.functions) == 5
    files = {function.origin.file for function in estate.functions}
    assert files == {"all/main.tf", "all/caller/main.tf"}
    north = next(function for function in estate.functions if str(function.name) == "north")
    role = estate.role(north.role)
    assert role is not None
    assert str(role.name) == "north-dev"
    (held,) = role.policies
    assert held.policy is not None
    resources = [(str(p.text), p.origin.file, p.origin.line) for s in held.policy for p in s.resources or ()]
    assert resources == [
        ("arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/north:*", "all/main.tf", 62),
        ("*", "all/main.tf", 67),
    ]
    assert {str(v.text) for s in north.resource_policy or () for c in s.conditions for v in c.values} == {
        "arn:aws:lex:eu-west-1:111122223333:intent:Order:*"
    }


@pytest.mark.parametrize("paths", [["."], ["plan.json", "main.tf"], ["main.tf", "plan.json"]])
def test_they_are_joined_however_they_are_named(paths: list[str]) -> None:
    permission = resource("aws_lambda_permission.p", VALUES | {"source_arn": "arn:aws:lex:x"})
    estate = joined(PERMISSION.replace("SOURCE", "var.x"), plan([FUNCTION, permission], BLOCKS), *paths)
    assert source_arn(estate) == [("arn:aws:lex:x", "main.tf", 10)]


def test_what_the_plan_says_is_the_value() -> None:
    permission = resource("aws_lambda_permission.p", VALUES | {"source_arn": "arn:planned"})
    estate = joined(PERMISSION.replace("SOURCE", '"arn:written"'), plan([FUNCTION, permission], BLOCKS))
    assert source_arn(estate) == [("arn:planned", "main.tf", 10)]


def test_null_in_the_plan_is_absence() -> None:
    permission = resource("aws_lambda_permission.p", VALUES | {"source_arn": None})
    estate = joined(PERMISSION.replace("SOURCE", "var.x"), plan([FUNCTION, permission], BLOCKS))
    assert source_arn(estate) == []


def test_what_the_plan_does_not_know_comes_from_the_source() -> None:
    permission = resource("aws_lambda_permission.p", VALUES)
    content = plan([FUNCTION, permission], BLOCKS, {"aws_lambda_permission.p": {"source_arn": True}})
    assert source_arn(joined(PERMISSION.replace("SOURCE", '"arn:written"'), content)) == [
        ("arn:written", "main.tf", 10)
    ]


def test_what_a_state_says_only_fills_what_the_source_leaves_open() -> None:
    """A state is what was there before: what the source says comes after it."""
    permission = resource("aws_lambda_permission.p", VALUES | {"source_arn": "arn:deployed", "source_account": "1"})
    content = state([FUNCTION, permission])
    assert source_arn(joined(PERMISSION.replace("SOURCE", '"arn:written"'), content)) == [
        ("arn:written", "main.tf", 10)
    ]
    assert source_arn(joined(PERMISSION.replace("SOURCE", "var.x"), content)) == [("arn:deployed", "main.tf", 10)]


def test_what_does_not_fit_around_the_holes_does_not_fill_them() -> None:
    """The source was changed since: what the state holds is of the text before."""
    permission = resource("aws_lambda_permission.p", VALUES | {"source_arn": "arn:deployed"})
    estate = joined(PERMISSION.replace("SOURCE", '"arn:new:${var.x}"'), state([FUNCTION, permission]))
    assert source_arn(estate) == [("arn:new:${var.x}", "main.tf", 10)]


def test_a_change_that_is_not_on_disk_yet_wins_over_the_plan() -> None:
    """A fix is proved by reading the source as it would be; the plan cannot know of it, and still
    fills the rest."""
    permission = resource("aws_lambda_permission.p", VALUES | {"source_arn": None})
    source = PERMISSION.replace("SOURCE", "null") + 'variable "n" {\n}\n'
    content = plan([FUNCTION, permission], BLOCKS, variables={"n": {"value": "planned"}})
    assert source_arn(joined(source, content)) == []
    changed = source.replace("null", '"arn:${var.n}"') + 'data "aws_region" "new" {}\n'
    with overlaid({"main.tf": changed.encode()}):
        (estate,) = read(["."]).estates
    assert source_arn(estate) == [("arn:planned", "main.tf", 10)]


def test_variables_have_the_values_that_the_plan_was_made_with() -> None:
    source = PERMISSION.replace("SOURCE", '"arn:${var.x}"') + 'variable "x" {\n  default = "default"\n}\n'
    content = plan([FUNCTION], BLOCKS, variables={"x": {"value": "planned"}})
    content["planned_values"]["root_module"]["resources"].append(resource("aws_lambda_permission.p", VALUES))
    content["resource_changes"] = [
        {"address": "aws_lambda_permission.p", "change": {"after_unknown": {"source_arn": True}}}
    ]
    assert source_arn(joined(source, content)) == [("arn:planned", "main.tf", 10)]


def test_instances_are_those_of_the_plan() -> None:
    """Also where the source cannot tell how many there are."""
    source = 'resource "aws_lambda_function" "f" {\n  for_each      = var.all\n  function_name = "f-${each.key}"\n}\n'
    instances = [
        resource(f'aws_lambda_function.f["{key}"]', {"function_name": f"f-{key}"}, index=key) for key in ("a", "b")
    ]
    estate = joined(source, plan(instances, [block("aws_lambda_function.f", function_name=["each.key"])]))
    assert [(f.address, str(f.name), f.origin.line) for f in estate.functions] == [
        ('aws_lambda_function.f["a"]', "f-a", 1),
        ('aws_lambda_function.f["b"]', "f-b", 1),
    ]


def test_what_the_plan_leaves_out_is_not_there() -> None:
    source = (
        'resource "aws_lambda_function" "f" {\n  count = var.n\n}\nresource "aws_iam_role" "r" {\n  name = "r"\n}\n'
    )
    role = resource("aws_iam_role.r", {"name": "r"})
    content = plan([role], [block("aws_lambda_function.f"), block("aws_iam_role.r", name="r")])
    estate = joined(source, content)
    assert (estate.functions, [str(found.name) for found in estate.roles]) == ((), ["r"])


def test_a_module_that_is_not_there_is_told_by_the_plan() -> None:
    """Its resources have their places in the plan, and nothing is unresolved for want of it."""
    source = 'module "m" {\n  source = "registry.example/m"\n}\n'
    function = resource("aws_lambda_function.f", {"function_name": "f"})
    inside = function | {"address": "module.m.aws_lambda_function.f"}
    content = plan([], [])
    content["configuration"]["root_module"]["module_calls"] = {"m": {"module": {"resources": []}}}
    content["planned_values"]["root_module"]["child_modules"] = [{"address": "module.m", "resources": [inside]}]
    estate = joined(source, content)
    assert [(f.address, f.origin.file) for f in estate.functions] == [("module.m.aws_lambda_function.f", "plan.json")]
    assert estate.unresolved == ()


def test_a_document_keeps_the_places_of_its_statements() -> None:
    source = """
resource "aws_iam_role" "r" {
  name = "r"
}
resource "aws_iam_role_policy" "p" {
  name = "p"
  role = aws_iam_role.r.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "s3:GetObject", Resource = var.bucket },
      { Effect = "Allow", Action = "s3:ListBucket", Resource = "*" },
    ]
  })
}
"""
    document = {
        "Version": "2012-10-17",
        "Statement": [
            {"Action": "s3:GetObject", "Effect": "Allow", "Resource": "arn:aws:s3:::b/*"},
            {"Action": "s3:ListBucket", "Effect": "Allow", "Resource": "*"},
        ],
    }
    held = resource("aws_iam_role_policy.p", {"name": "p", "role": "r", "policy": json.dumps(document)})
    content = plan(
        [resource("aws_iam_role.r", {"name": "r"}), held],
        [block("aws_iam_role.r", name="r"), block("aws_iam_role_policy.p", policy=["var.bucket"])],
    )
    (role,) = joined(source, content).roles
    (policy,) = role.policies
    assert policy.policy is not None
    found = [(str(p.text), p.origin.line) for statement in policy.policy for p in statement.resources or ()]
    assert found == [("arn:aws:s3:::b/*", 11), ("*", 12)]


def test_a_plan_of_something_else_is_an_estate_of_its_own(here: Path) -> None:
    Path("main.tf").write_text(PERMISSION.replace("SOURCE", '"arn:written"'))
    Path("plan.json").write_text(json.dumps(plan([FUNCTION], [block("aws_lambda_function.f")])))
    estates = read([here]).estates
    assert [estate.kind for estate in estates] == [SourceKind.TERRAFORM, SourceKind.PLAN]


def test_of_two_modules_alike_the_plan_is_of_the_one_beside_it() -> None:
    """Where it lies beside neither, no one can tell, and it stands alone."""
    content = plan([FUNCTION], [block("aws_lambda_function.f", function_name="f")])
    for folder in ("dev", "prod"):
        Path(folder).mkdir()
        Path(folder, "main.tf").write_text('resource "aws_lambda_function" "f" {\n  function_name = var.name\n}\n')
    Path("prod", "plan.json").write_text(json.dumps(content))
    assert [(estate.root, str(estate.functions[0].name)) for estate in read(["."]).estates] == [
        ("dev", "${var.name}"),
        ("prod", "f"),
    ]
    Path("prod", "plan.json").rename("plan.json")
    assert [estate.kind for estate in read(["."]).estates] == [
        SourceKind.TERRAFORM,
        SourceKind.TERRAFORM,
        SourceKind.PLAN,
    ]


def test_two_plans_of_one_source_are_two_estates() -> None:
    """One for each stage: the source alone is none then."""
    Path("main.tf").write_text('resource "aws_lambda_function" "f" {\n  function_name = var.name\n}\n')
    for stage in ("dev", "prod"):
        function = resource("aws_lambda_function.f", {"function_name": stage})
        content = plan([function], [block("aws_lambda_function.f", function_name=["var.name"])])
        Path(f"{stage}.json").write_text(json.dumps(content))
    estates = read(["."]).estates
    assert [[str(function.name) for function in estate.functions] for estate in estates] == [["dev"], ["prod"]]


def test_a_secret_of_the_plan_stays_a_hole() -> None:
    source = PERMISSION.replace("SOURCE", "var.x") + 'variable "x" {\n  sensitive = true\n}\n'
    permission = resource(
        "aws_lambda_permission.p", VALUES | {"source_arn": "swordfish"}, sensitive_values={"source_arn": True}
    )
    estate = joined(source, plan([FUNCTION, permission], BLOCKS, variables={"x": {"value": "swordfish"}}))
    assert source_arn(estate) == [("${var.x}", "main.tf", 10)]
    assert "swordfish" not in repr(estate)


def test_a_plan_with_values_too_deep_leaves_the_source() -> None:
    Path("main.tf").write_text(PERMISSION.replace("SOURCE", '"arn:written"'))
    deep: Any = "x"
    for _ in range(300):
        deep = [deep]
    permission = resource("aws_lambda_permission.p", VALUES | {"source_arn": deep})
    Path("plan.json").write_text(json.dumps(plan([FUNCTION, permission], BLOCKS)))
    reading = read(["."])
    assert [entry.reason for entry in reading.skipped] == ["more than 200 lists and objects inside each other"]
    assert source_arn(reading.estates[0]) == [("arn:written", "main.tf", 10)]


def test_the_estate_is_the_source_s() -> None:
    """So that fixes edit it."""
    estate = joined(PERMISSION.replace("SOURCE", '"x"'), plan([FUNCTION], BLOCKS))
    assert (estate.kind, estate.origin) == (SourceKind.TERRAFORM, Origin("."))
