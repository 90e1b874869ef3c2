"""What a state tells: deployed values, with every policy of a role once."""

from __future__ import annotations

from auditor.estate.estate import SourceKind
from auditor.iam.text import text
from auditor.sources.read import read
from tests.sources.terraform_json.conftest import ReadPlan
from tests.sources.terraform_json.plans import DEPLOYMENT, resource, state

ALLOW = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}'
MANAGED = "arn:aws:iam::111122223333:policy/p"
BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


def test_a_real_state() -> None:
    """By hand from the configuration beside it."""
    (estate,) = read([DEPLOYMENT / "state.json"]).estates
    assert (estate.kind, estate.account) == (SourceKind.STATE, text("111122223333"))
    assert {(f.address, str(f.arn)) for f in estate.functions} == {
        (address, f"arn:aws:lambda:{region}:111122223333:function:{name}")
        for address, region, name in (
            ('aws_lambda_function.shop["north"]', "eu-west-1", "north"),
            ('aws_lambda_function.shop["south"]', "eu-west-1", "south"),
            ("aws_lambda_function.report", "us-west-2", "report"),
            ("module.caller[0].aws_lambda_function.called", "eu-west-1", "called-0"),
            ("module.caller[1].aws_lambda_function.called", "eu-west-1", "called-1"),
        )
    }
    assert {f.role for f in estate.functions} == {
        "aws_iam_role.report",
        'aws_iam_role.shop["north"]',
        'aws_iam_role.shop["south"]',
    }
    assert {role.address: [str(policy.address) for policy in role.policies] for role in estate.roles} == {
        "aws_iam_role.report": ["aws_iam_role_policy.report", "aws_iam_policy.read"],
        'aws_iam_role.shop["north"]': ['aws_iam_role_policy.shop["north"]'],
        'aws_iam_role.shop["south"]': ['aws_iam_role_policy.shop["south"]'],
    }
    assert all(held.policy is not None and not held.policy.unknown for role in estate.roles for held in role.policies)


def test_policies_that_a_role_lists_too_are_read_once(read_plan: ReadPlan) -> None:
    """The provider refreshes `inline_policy` and `managed_policy_arns` with all that is on the role."""
    role = resource(
        "aws_iam_role.r",
        {
            "name": "r",
            "inline_policy": [{"name": "p", "policy": ALLOW}, {"name": "by-hand", "policy": ALLOW}],
            "managed_policy_arns": [MANAGED, BASIC],
        },
    )
    others = [
        resource("aws_iam_role_policy.p", {"name": "p", "role": "r", "policy": ALLOW}),
        resource("aws_iam_policy.p", {"name": "p", "arn": MANAGED, "policy": ALLOW}),
        resource("aws_iam_role_policy_attachment.p", {"role": "r", "policy_arn": MANAGED}),
    ]
    (found,) = read_plan(state([role, *others])).roles
    assert sorted((str(held.name), held.address) for held in found.policies) == [
        ("AWSLambdaBasicExecutionRole", "aws_iam_role.r"),
        ("by-hand", "aws_iam_role.r"),
        ("p", "aws_iam_policy.p"),
        ("p", "aws_iam_role_policy.p"),
    ]


def test_an_empty_state_is_read_and_holds_nothing() -> None:
    """`terraform show -json` where nothing was applied yet."""
    reading = read(["-"], stdin=b'{"format_version":"1.0"}')
    assert (reading.skipped, reading.empty) == ((), True)
