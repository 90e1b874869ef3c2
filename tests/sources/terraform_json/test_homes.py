"""Which region and account the resources of a plan have."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.iam.text import ACCOUNT, Hole, HoleType, text
from tests.sources.terraform_json.conftest import ReadPlan
from tests.sources.terraform_json.plans import Plain, block, plan, resource

FUNCTION = resource("aws_lambda_function.f", {"function_name": "f"})


def with_provider(key: str, expressions: dict[str, Any], *more: Plain, **top: Any) -> Plain:
    made = block("aws_lambda_function.f", function_name="f")
    made["provider_config_key"] = key
    content = plan([FUNCTION, *more], [made], **top)
    providers = {"aws": {"name": "aws", "expressions": {"region": {"constant_value": "eu-west-1"}}}}
    content["configuration"]["provider_config"] = providers | {key: {"name": "aws", "expressions": expressions}}
    return content


@pytest.mark.parametrize(
    ("expressions", "region"),
    [
        ({"region": {"constant_value": "sa-east-1"}}, text("sa-east-1")),
        ({"region": {"references": ["var.there"]}}, text("ap-south-1")),
        (
            {"region": {"references": ["var.number"]}},
            text(Hole("region of provider aws.west", HoleType.REGION)),
        ),
        ({}, text("eu-west-1")),
    ],
)
def test_the_region_of_an_alias(read_plan: ReadPlan, expressions: dict[str, Any], region: object) -> None:
    variables = {"there": {"value": "ap-south-1"}, "number": {"value": 5}}
    estate = read_plan(with_provider("aws.west", expressions, variables=variables))
    (function,) = estate.functions
    assert function.arn == text("arn:aws:lambda:", region, ":", ACCOUNT, ":function:f")  # type: ignore[arg-type]  # texts


@pytest.mark.parametrize(
    ("expressions", "account"),
    [
        ({"allowed_account_ids": {"constant_value": ["111122223333"]}}, "111122223333"),
        (
            {"assume_role": [{"role_arn": {"constant_value": "arn:aws:iam::444455556666:role/deploy"}}]},
            "444455556666",
        ),
    ],
)
def test_the_account_of_a_provider(read_plan: ReadPlan, expressions: dict[str, Any], account: str) -> None:
    estate = read_plan(with_provider("aws", expressions | {"region": {"constant_value": "eu-west-1"}}))
    assert str(estate.functions[0].arn) == f"arn:aws:lambda:eu-west-1:{account}:function:f"


def test_an_alias_with_credentials_of_its_own_has_an_account_of_its_own(read_plan: ReadPlan) -> None:
    (function,) = read_plan(with_provider("aws.west", {"profile": {"constant_value": "other"}})).functions
    account = Hole("account of provider aws.west", HoleType.ACCOUNT)
    assert function.arn == text("arn:aws:lambda:eu-west-1:", account, ":function:f")


def test_the_caller_tells_the_account(read_plan: ReadPlan) -> None:
    identity = resource(
        "data.aws_caller_identity.me", {"account_id": "111122223333", "arn": "arn:aws:iam::111122223333:user/me"}
    )
    prior = {"format_version": "1.0", "values": {"root_module": {"resources": [identity]}}}
    estate = read_plan(with_provider("aws", {"region": {"constant_value": "eu-west-1"}}, prior_state=prior))
    assert estate.account == text("111122223333")


def test_arns_that_disagree_tell_nothing(read_plan: ReadPlan) -> None:
    topics = [
        resource(f"aws_sns_topic.{name}", {"name": name, "arn": f"arn:aws:sns:eu-west-1:{account}:{name}"})
        for name, account in (("a", "111122223333"), ("b", "444455556666"))
    ]
    assert read_plan(with_provider("aws", {}, *topics)).account == text(ACCOUNT)
