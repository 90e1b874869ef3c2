"""What is known only after apply is followed to what it refers to, and only where that is sure."""

from __future__ import annotations

import time
from typing import Any

import pytest

from auditor.estate.estate import Estate
from tests.sources.terraform_json.conftest import ReadPlan
from tests.sources.terraform_json.plans import Plain, block, plan, resource

ROLE = "aws_iam_role.r"
UNKNOWN = {"aws_lambda_function.f": {"role": True}}


def role_of_f(estate: Estate) -> str | None:
    return next(function.role for function in estate.functions if str(function.name) == "f")


def planned(references: list[str], *more: Plain, **configuration: Any) -> Plain:
    """A function `f` whose role is known only after apply and refers to `references`."""
    function = resource("aws_lambda_function.f", {"function_name": "f"})
    made = plan([function, *more], [block("aws_lambda_function.f", role=references)], UNKNOWN)
    made["configuration"]["root_module"].update(configuration)
    return made


def role(name: str = "r", key: object = None) -> Plain:
    index = {} if key is None else {"index": key}
    suffix = "" if key is None else f"[{key}]" if isinstance(key, int) else f'["{key}"]'
    return resource(f"aws_iam_role.{name}{suffix}", {"name": f"{name}{suffix}"}, **index)


@pytest.mark.parametrize(
    ("references", "more", "found"),
    [
        ([f"{ROLE}.arn", ROLE], [role()], ROLE),
        ([f"{ROLE}.name", ROLE], [role()], ROLE),
        (['aws_iam_role.r["a"].arn', 'aws_iam_role.r["a"]', ROLE], [role(key="a"), role(key="b")], f'{ROLE}["a"]'),
        ([f"{ROLE}[1].arn", f"{ROLE}[1]", ROLE], [role(key=0), role(key=1)], f"{ROLE}[1]"),
        ([ROLE], [role(key=0)], f"{ROLE}[0]"),
        ([ROLE, "local.which"], [role(key="a")], f'{ROLE}["a"]'),
    ],
)
def test_one_role_is_that_role(read_plan: ReadPlan, references: list[str], more: list[Plain], found: str) -> None:
    assert role_of_f(read_plan(planned(references, *more))) == found


@pytest.mark.parametrize(
    ("references", "more"),
    [
        ([f"{ROLE}.arn", ROLE, "aws_iam_role.s.arn", "aws_iam_role.s"], [role(), role("s")]),
        ([f"{ROLE}.arn", ROLE, "local.other"], [role()]),
        (["local.role"], [role()]),
        ([ROLE, "var.which"], [role(key="a"), role(key="b")]),
        (["aws_sns_topic.t.arn", "aws_sns_topic.t"], [role(), resource("aws_sns_topic.t", {"name": "t"})]),
        (["aws_iam_role.absent.arn", "aws_iam_role.absent"], [role()]),
        (["each.value"], [role()]),
        (["not a reference"], [role()]),
    ],
)
def test_anything_less_sure_stays_unknown(read_plan: ReadPlan, references: list[str], more: list[Plain]) -> None:
    estate = read_plan(planned(references, *more))
    assert role_of_f(estate) is None
    assert "${aws_lambda_function.f.role}" in [entry.text for entry in estate.unresolved]


def test_the_key_of_the_block_chooses_the_instance(read_plan: ReadPlan) -> None:
    """`aws_iam_role.r[each.key].arn` is listed as the role and `each.key`."""
    functions = [resource(f'aws_lambda_function.f["{key}"]', {"function_name": key}, index=key) for key in ("a", "b")]
    unknown = {f'aws_lambda_function.f["{key}"]': {"role": True} for key in ("a", "b")}
    blocks = [block("aws_lambda_function.f", role=[ROLE, "each.key"])]
    estate = read_plan(plan([*functions, role(key="a"), role(key="b")], blocks, unknown))
    assert [function.role for function in estate.functions] == [f'{ROLE}["a"]', f'{ROLE}["b"]']


def test_each_value_of_a_for_each_over_resources_is_followed(read_plan: ReadPlan) -> None:
    function = resource('aws_lambda_function.f["a"]', {"function_name": "f"}, index="a")
    made = block("aws_lambda_function.f", role=["each.value.arn", "each.value"])
    made["for_each_expression"] = {"references": [ROLE]}
    unknown = {'aws_lambda_function.f["a"]': {"role": True}}
    estate = read_plan(plan([function, role(key="a"), role(key="b")], [made], unknown))
    assert role_of_f(estate) == f'{ROLE}["a"]'


def in_module(address: str, module: str, values: Plain, **more: Any) -> Plain:
    return resource(address, values, **more) | {"address": f"{module}.{address}"}


def test_outputs_and_variables_of_modules_are_followed(read_plan: ReadPlan) -> None:
    """The function's role is the output of one module, which is the variable of another."""
    content = planned(
        ["module.b.role", "module.b"],
        module_calls={
            "a": {"module": {"outputs": {"arn": {"expression": {"references": [f"{ROLE}.arn", ROLE]}}}}},
            "b": {
                "expressions": {"given": {"references": ["module.a.arn", "module.a"]}},
                "module": {"outputs": {"role": {"expression": {"references": ["var.given"]}}}},
            },
        },
    )
    children = [
        {"address": "module.a", "resources": [in_module(ROLE, "module.a", {"name": "r"})]},
        {"address": "module.b", "resources": [in_module("aws_sns_topic.t", "module.b", {"name": "t"})]},
    ]
    content["planned_values"]["root_module"]["child_modules"] = children
    assert role_of_f(read_plan(content)) == f"module.a.{ROLE}"


def test_references_in_a_circle_end(read_plan: ReadPlan) -> None:
    calls = {
        name: {
            "expressions": {"v": {"references": [f"module.{other}.o", f"module.{other}"]}},
            "module": {"outputs": {"o": {"expression": {"references": ["var.v"]}}}},
        }
        for name, other in (("a", "b"), ("b", "a"))
    }
    content = planned(["module.a.o", "module.a"], module_calls=calls)
    content["planned_values"]["root_module"]["child_modules"] = [
        {"resources": [in_module("aws_sns_topic.t", f"module.{name}", {"name": "t"})]} for name in ("a", "b")
    ]
    assert role_of_f(read_plan(content)) is None


def test_documents_that_refer_to_each_other_end(read_plan: ReadPlan) -> None:
    documents = [resource(f"data.aws_iam_policy_document.{name}", {"statement": []}) for name in ("a", "b")]
    blocks = [
        block(
            f"data.aws_iam_policy_document.{name}",
            source_policy_documents=[f"data.aws_iam_policy_document.{other}.json"],
        )
        for name, other in (("a", "b"), ("b", "a"))
    ]
    unknown: dict[str, Plain] = {
        f"data.aws_iam_policy_document.{name}": {"json": True, "source_policy_documents": [True]} for name in ("a", "b")
    }
    unknown["aws_iam_role_policy.p"] = {"policy": True}
    for document in documents:
        document["values"]["source_policy_documents"] = [None]
    held = resource("aws_iam_role_policy.p", {"name": "p", "role": "r"})
    blocks.append(block("aws_iam_role_policy.p", policy=["data.aws_iam_policy_document.a.json"]))
    estate = read_plan(plan([role(), held, *documents], blocks, unknown))
    (found,) = estate.roles[0].policies
    assert found.policy is not None
    assert found.policy.unknown


def test_many_references_take_no_long_time(read_plan: ReadPlan) -> None:
    """Each variable refers to all of the one before it: followed once, not once for each way."""
    calls = {
        f"m{level}": {
            "expressions": {
                f"v{number}": {"references": [f"module.m{level - 1}.o{other}" for other in range(12)]}
                for number in range(12)
            },
            "module": {
                "outputs": {f"o{number}": {"expression": {"references": [f"var.v{number}"]}} for number in range(12)}
            },
        }
        for level in range(12)
    }
    content = planned(["module.m11.o0"], role(), module_calls=calls)
    content["planned_values"]["root_module"]["child_modules"] = [
        {"resources": [in_module("aws_sns_topic.t", f"module.{name}", {"name": "t"})]} for name in calls
    ]
    began = time.perf_counter()
    assert role_of_f(read_plan(content)) is None
    # It ends at all: what is meant is no speed.
    assert time.perf_counter() - began < 60
