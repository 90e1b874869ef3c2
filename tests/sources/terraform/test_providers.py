"""Provider blocks tell the region and account of what they make."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from auditor.estate.estate import Estate

Read = Callable[..., Estate]


def function(name: str = "f", more: str = "") -> str:
    return (
        f'resource "aws_lambda_function" "{name}" {{\n  {more}\n  function_name = "{name}"\n'
        "  role = aws_iam_role.r.arn\n}\n"
    )


ROLE = 'resource "aws_iam_role" "r" {\n  name = "r"\n  assume_role_policy = "{}"\n}\n'
DEFAULT = 'provider "aws" {\n  region = "eu-west-1"\n  allowed_account_ids = ["111122223333"]\n}\n'
WEST = 'provider "aws" {\n  alias  = "west"\n  region = "us-west-2"\n  %s\n}\n'


def arns(estate: Estate) -> list[str]:
    return [
        str(function.arn).removeprefix("arn:aws:lambda:").rpartition(":function")[0] for function in estate.functions
    ]


@pytest.mark.parametrize(
    ("source", "options", "expected"),
    [
        ("", {}, "${region}:${account}"),
        ("", {"region": "eu-north-1", "account": "444455556666"}, "eu-north-1:444455556666"),
        (DEFAULT, {}, "eu-west-1:111122223333"),
        (DEFAULT, {"region": "eu-north-1"}, "eu-north-1:111122223333"),
        (DEFAULT, {"account": "444455556666"}, "eu-west-1:444455556666"),
        (DEFAULT.replace('"eu-west-1"', "var.region") + 'variable "region" {}\n', {}, "${region}:111122223333"),
        (
            DEFAULT.replace('"eu-west-1"', "var.region") + 'variable "region" {\n  default = "ap-south-1"\n}\n',
            {},
            "ap-south-1:111122223333",
        ),
        (DEFAULT.replace("[", '["444455556666", '), {}, "eu-west-1:${account}"),
        (WEST % "", {}, "${region}:${account}"),
    ],
)
def test_the_default_provider(read: Read, source: str, options: dict[str, str], expected: str) -> None:
    """Options win over its literals."""
    estate = read(source + ROLE + function(), **options)
    assert arns(estate) == [expected]
    assert f"{estate.region}:{estate.account}" == expected


@pytest.mark.parametrize(
    ("more", "options", "expected"),
    [
        ("", {}, "us-west-2:111122223333"),
        ("", {"region": "eu-north-1", "account": "444455556666"}, "us-west-2:444455556666"),
        ('allowed_account_ids = ["777788889999"]', {}, "us-west-2:777788889999"),
        ('assume_role {\n role_arn = "arn:aws:iam::777788889999:role/deploy"\n}', {}, "us-west-2:777788889999"),
        ('profile = "other"', {}, "us-west-2:${account of provider aws.west}"),
    ],
)
def test_an_alias(read: Read, more: str, options: dict[str, str], expected: str) -> None:
    """Its region is kept whatever the options say; other credentials may be another account's."""
    source = DEFAULT + WEST % more + ROLE + function(more="provider = aws.west")
    assert arns(read(source, **options)) == [expected]


def test_a_variable_that_the_provider_takes_its_region_from_is_the_region(read: Read) -> None:
    source = """
variable "region" {}
variable "account" {}
provider "aws" {
  region              = var.region
  allowed_account_ids = [var.account]
}
resource "aws_lambda_permission" "p" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.f.function_name
  principal     = "lex.amazonaws.com"
  source_arn    = "arn:aws:lex:${var.region}:${var.account}:intent:I:*"
}
"""
    estate = read(source + ROLE + function())
    policy = estate.functions[0].resource_policy
    assert policy is not None
    assert str(policy.statements[0].conditions[0].values[0].text) == "arn:aws:lex:${region}:${account}:intent:I:*"
    assert estate.unresolved == ()


def test_a_module_takes_the_providers_that_it_is_given(read: Read) -> None:
    calls = """
module "default" {
  source = "./m"
}
module "west" {
  source    = "./m"
  providers = { aws = aws.west }
}
"""
    estate = read({"main.tf": DEFAULT + WEST % "" + calls, "m/main.tf": ROLE + function()})
    assert arns(estate) == ["eu-west-1:111122223333", "us-west-2:111122223333"]


def test_data_sources_live_where_their_provider_does(read: Read) -> None:
    source = DEFAULT + WEST % "" + ROLE.replace('"r"\n', "data.aws_region.west.name\n")
    estate = read(source + 'data "aws_region" "west" {\n  provider = aws.west\n}\n')
    assert [str(role.name) for role in estate.roles] == ["us-west-2"]


def test_a_region_of_china_tells_the_partition(read: Read) -> None:
    estate = read(DEFAULT.replace("eu-west-1", "cn-north-1") + ROLE + function())
    assert str(estate.functions[0].arn).startswith("arn:aws-cn:lambda:cn-north-1:")
    assert str(estate.partition) == "aws-cn"
