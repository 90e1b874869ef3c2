"""What is no plan or state is told, with its place; nothing of it can end in a traceback."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from auditor.estate.estate import Skipped
from auditor.sources.options import ReadOptions
from auditor.sources.read import read
from tests.sources.terraform_json.plans import DEPLOYMENT, plan, resource, state

HEAD = {"format_version": "1.2", "terraform_version": "1.11.4"}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def told(content: str, path: str = "plan.json", **options: Any) -> Skipped:
    Path("plan.json").write_text(content)
    (skipped,) = read([path], ReadOptions(**options)).skipped
    return skipped


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (
            HEAD | {"format_version": "2.0", "planned_values": {}},
            "the format version `2.0` is not known",
        ),
        (HEAD | {"planned_values": []}, "`values` must be an object, here it is a list"),
        (HEAD | {"planned_values": {"root_module": 5}}, "a module must be an object, here it is `5`"),
        (
            HEAD | {"planned_values": {"root_module": {"resources": {}}}},
            "`resources` must be a list, here it is an object",
        ),
        (HEAD | {"values": {"root_module": {"resources": [7]}}}, "a resource must be an object, here it is `7`"),
        (
            HEAD | {"values": {"root_module": {"resources": [{"address": "a.b"}]}}},
            "`mode` of a resource must be a text, here it is absent",
        ),
        (
            state([resource("aws_iam_role.r", index={})]),
            "`index` of a resource must be a number or a text, here it is an object",
        ),
        (HEAD | {"configuration": "x", "planned_values": {}}, "`configuration` must be an object, here it is a text"),
        (HEAD | {"resource_changes": [{"change": []}]}, "`change` must be an object, here it is a list"),
    ],
)
def test_what_is_not_of_the_format_is_told_with_its_place(content: dict[str, Any], reason: str) -> None:
    skipped = told(json.dumps(content))
    assert (skipped.reason, skipped.origin.file) == (reason, "plan.json")
    assert skipped.help


def test_a_type_is_told_where_it_stands() -> None:
    skipped = told('{"format_version": "1.2", "terraform_version": "1.11.4",\n "planned_values": [1]}')
    assert (skipped.origin.line, skipped.origin.column, skipped.origin.end_column) == (2, 20, 23)


@pytest.mark.parametrize("path", ["plan.json", "."])
def test_a_truncated_plan_is_told_with_its_place(path: str) -> None:
    """Also in a walk through a folder: its first characters tell what it is."""
    whole = (DEPLOYMENT / "plan.json").read_text("utf-8")
    skipped = told(whole[: len(whole) // 2], path)
    assert skipped.origin.file == "plan.json"
    assert (skipped.origin.line or 0) > 100


@pytest.mark.parametrize("content", ['{"a": NaN', '"x": ' + "9" * 5000, '"x": ' + "[" * 100_000, '"x": 1e999, "y": '])
def test_what_is_no_json_is_told(content: str) -> None:
    skipped = told('{"format_version": "1.2", "terraform_version": "1.11.4", ' + content + "}")
    assert skipped.origin.line == 1


def test_values_that_nest_too_deep_are_told() -> None:
    deep: Any = "x"
    for _ in range(300):
        deep = [deep]
    skipped = told(json.dumps(state([resource("aws_iam_role.r", {"name": deep})])))
    assert skipped.reason == "more than 200 lists and objects inside each other"


def test_the_state_file_itself_is_not_read_and_the_help_says_how() -> None:
    raw = {"version": 4, "terraform_version": "1.11.4", "serial": 3, "lineage": "x", "resources": []}
    skipped = told(json.dumps(raw))
    assert skipped.reason == "the state file itself is not read"
    assert "terraform show -json" in skipped.help


def test_a_forced_kind_that_is_another_is_told() -> None:
    assert told(json.dumps(state([])), as_kind="plan").reason == "this is not a Terraform plan"
    assert told(json.dumps(plan([], [])), as_kind="state").reason == "this is not a Terraform state"


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"errored": True}, "the plan ended in an error and covers only a part"),
        ({"complete": False}, "the plan covers only a part of the configuration"),
    ],
)
def test_a_plan_that_says_it_is_not_whole_is_read_and_told(more: dict[str, Any], reason: str) -> None:
    """`errored` and `complete` of the format: set by an error, and by `-target`."""
    Path("plan.json").write_text(json.dumps(plan([resource("aws_lambda_function.f")], [], **more)))
    reading = read(["plan.json"])
    assert [entry.reason for entry in reading.skipped] == [reason]
    assert len(reading.estates[0].functions) == 1


def test_a_plan_that_destroys_everything_is_told_so() -> None:
    change = {"address": "aws_lambda_function.f", "change": {"actions": ["delete"]}}
    skipped = told(json.dumps(plan([], [], complete=False) | {"resource_changes": [change]}))
    assert skipped.reason == "the plan destroys all that it covers"


def test_a_deposed_object_is_no_resource() -> None:
    """What is left of a replaced resource until it is destroyed, in a state."""
    Path("plan.json").write_text(
        json.dumps(
            state(
                [
                    resource("aws_lambda_function.f", {"function_name": "new"}),
                    resource("aws_lambda_function.f", {"function_name": "old"}, deposed_key="0a1b"),
                ]
            )
        )
    )
    (estate,) = read(["plan.json"]).estates
    assert [str(function.name) for function in estate.functions] == ["new"]


def test_the_order_of_keys_does_not_matter() -> None:
    """Other tools sort them, so that the head no longer stands first."""
    content = json.loads((DEPLOYMENT / "plan.json").read_text("utf-8"))
    Path("plan.json").write_text(json.dumps(content, sort_keys=True))
    (estate,) = read(["plan.json"]).estates
    assert len(estate.functions) == 5


def test_a_plan_from_standard_input_is_read() -> None:
    (estate,) = read(["-"], stdin=(DEPLOYMENT / "plan.json").read_bytes()).estates
    assert len(estate.functions) == 5


def test_no_damage_to_a_plan_ends_in_an_exception() -> None:
    """Values of any place replaced by ones of another type, and characters removed."""
    chance = random.Random(7)
    whole = (DEPLOYMENT / "plan.json").read_text("utf-8")
    for _ in range(60):
        content = json.loads(whole)
        for _ in range(3):
            _damage(content, chance)
        read(["-"], stdin=json.dumps(content).encode())
    for _ in range(40):
        at = chance.randrange(len(whole))
        read(["-"], stdin=(whole[:at] + whole[at + chance.randrange(1, 200) :]).encode())


def _damage(value: Any, chance: random.Random) -> None:
    while True:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        if not keys:
            return
        key = chance.choice(keys)
        if isinstance(value[key], (dict, list)) and value[key] and chance.random() < 0.9:
            value = value[key]
            continue
        value[key] = chance.choice([None, True, 5, "", "x", [], {}, [None], {"references": ["each.value"]}, [{}], -1.5])
        return
