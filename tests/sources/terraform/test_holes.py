"""What is not known becomes a hole, is named as its source names it, and is listed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from auditor.estate.estate import Estate
from auditor.iam.document import Policy
from auditor.iam.text import ACCOUNT, REGION, Hole, HoleType, text

Read = Callable[..., Estate]
ROLE = """
resource "aws_iam_role" "r" {
  name               = "r"
  assume_role_policy = "{}"
}
"""


def resources(estate: Estate) -> list[list[str]]:
    """The resources of each statement of the first policy."""
    policy = estate.roles[0].policies[0].policy
    assert policy is not None
    return [[str(pattern.text) for pattern in statement.resources or ()] for statement in policy]


def inline(resources: str, more: str = "") -> str:
    return f"""{ROLE}{more}
resource "aws_iam_role_policy" "p" {{
  role = aws_iam_role.r.id
  policy = jsonencode({{
    Version = "2012-10-17"
    Statement = [{{ Effect = "Allow", Action = "s3:GetObject", Resource = {resources} }}]
  }})
}}
"""


def policy_of(estate: Estate) -> Policy:
    policy = estate.roles[0].policies[0].policy
    assert policy is not None
    return policy


def listed(estate: Estate) -> list[str]:
    return [entry.text for entry in estate.unresolved]


def test_a_variable_without_a_value_is_a_hole(read: Read) -> None:
    estate = read(inline('"arn:aws:s3:::b-${var.env}/*"', 'variable "env" {}'))
    assert resources(estate) == [["arn:aws:s3:::b-${var.env}/*"]]
    assert policy_of(estate).statements[0].resources[0].text == text(  # type: ignore[index] # there is one
        "arn:aws:s3:::b-", Hole("var.env"), "/*"
    )
    assert listed(estate) == ["${var.env}"]


def test_a_hole_that_nothing_uses_is_not_listed(read: Read) -> None:
    assert listed(read(inline('"*"', 'variable "env" {}\nlocals { x = var.env }'))) == []


def test_a_sensitive_variable_is_a_hole_whatever_its_value(read: Read) -> None:
    secret = 'variable "env" {\n  default   = "dev"\n  sensitive = true\n}'
    assert resources(read(inline('"arn:aws:s3:::${var.env}"', secret), vars={"env": "prod"})) == [
        ["arn:aws:s3:::${var.env}"]
    ]


def test_the_value_of_a_sensitive_output_is_a_hole(read: Read) -> None:
    files = {
        "main.tf": inline('"arn:aws:s3:::${module.m.key}"', 'module "m" {\n  source = "./m"\n}'),
        "m/main.tf": 'output "key" {\n  value     = "secret"\n  sensitive = true\n}',
    }
    assert resources(read(files)) == [["arn:aws:s3:::${module.m.key}"]]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("var.x.y", "${var.x.y}"),
        ("var.x[0].z", "${var.x[0].z}"),
        ('var.x["k"]', '${var.x["k"]}'),
        ("upper(var.x)", "${upper(var.x)}"),
        ("md5_of(1)", "${md5_of(1)}"),
        ("data.aws_vpc.v.arn", "${data.aws_vpc.v.arn}"),
        ("aws_sqs_queue.missing.arn", "${aws_sqs_queue.missing.arn}"),
        ("terraform.workspace", "${terraform.workspace}"),
        ('var.x == "a" ? "b" : "c"', '${var.x == "a" ? "b" : "c"}'),
        ('var.x == "a" ? "arn:b" : "arn:b"', "arn:b"),
        ('"a-${var.x ? 1 : 2}"', "a-${var.x ? 1 : 2}"),
        ('{ a = "b" }[var.x]', '${{ a = "b" }[var.x]}'),
        ('try(var.x, "d")', "${var.x}"),
        ('try({}.y, "arn:d")', "arn:d"),
        ('format("a-%s-b", var.x)', "a-${var.x}-b"),
        ('join("/", ["a", var.x])', "a/${var.x}"),
        ('trimsuffix("${var.x}:*", ":*")', "${var.x}"),
        ('split(":", data.aws_caller_identity.me.account_id)[0]', "${account}"),
        ("{}.missing", "${{}.missing}"),
        ('sensitive("s")', '${sensitive("s")}'),
        ('"arn:b-${0.1 + 0.2}"', "arn:b-0.3"),
        ('"arn:b-${1 / 3}"', "arn:b-${1 / 3}"),
        ('"arn:b-${1e3}"', "arn:b-1000"),
        ('"arn:b-${basename(abspath("x/y"))}"', "arn:b-y"),
    ],
)
def test_the_name_of_a_hole(read: Read, expression: str, expected: str) -> None:
    more = 'variable "x" {}\ndata "aws_vpc" "v" {}\ndata "aws_caller_identity" "me" {}'
    assert resources(read(inline(expression, more))) == [[expected]]


def test_one_unknown_element_leaves_the_others(read: Read) -> None:
    """Also where a whole list is not known."""
    more = 'variable "x" {}\nvariable "more" {}'
    assert resources(read(inline('concat(["*", var.x, {}.y], var.more)', more))) == [
        ["*", "${var.x}", "${{}.y}", "${var.more}"]
    ]


def test_an_unknown_statement_leaves_the_others(read: Read) -> None:
    estate = read(
        ROLE
        + """
variable "extra" {}
resource "aws_iam_role_policy" "p" {
  role = aws_iam_role.r.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat([{ Effect = "Allow", Action = "s3:*", Resource = "*" }], var.extra)
  })
}
"""
    )
    policy = policy_of(estate)
    assert [str(statement.actions[0].text) for statement in policy] == ["s3:*"]
    assert [str(unknown.text) for unknown in policy.unknown] == ["${var.extra}"]
    assert policy.defects == ()


def test_an_unknown_policy_may_allow_anything(read: Read) -> None:
    estate = read(
        ROLE
        + """
data "external" "policy" {}
resource "aws_iam_role_policy" "p" {
  role   = aws_iam_role.r.name
  policy = data.external.policy.result.json
}
"""
    )
    assert [str(unknown.text) for unknown in policy_of(estate).unknown] == ["${data.external.policy.result.json}"]
    assert listed(estate) == ["${data.external.policy.result.json}"]


def test_the_same_text_in_two_instances_is_two_holes(read: Read) -> None:
    """`lookup(var.m, each.key)` is another value in each instance."""
    estate = read(
        """
variable "m" {}
resource "aws_lambda_function" "f" {
  for_each      = toset(["a", "b"])
  function_name = lookup(var.m, each.key)
  role          = "arn:aws:iam::123456789012:role/r"
}
"""
    )
    first, second = (function.name for function in estate.functions)
    assert first != second
    assert {entry.text for entry in estate.unresolved} >= {"${lookup(var.m, each.key)}"}


def test_the_same_text_in_two_turns_of_a_loop_is_two_holes(read: Read) -> None:
    estate = read(inline('[for v in ["a", "b"] : lookup(var.m, v)]', 'variable "m" {}'))
    first, second = policy_of(estate).statements[0].resources or ()
    assert first.text != second.text


def test_a_variable_is_another_hole_in_each_module(read: Read) -> None:
    module = 'variable "x" {}\noutput "o" {\n  value = var.x\n}\noutput "u" {\n  value = upper(var.x)\n}'
    calls = 'module "m" {\n  source = "./m"\n}\nmodule "n" {\n  source = "./m"\n}'
    estate = read({"main.tf": inline("[module.m.o, module.n.o, module.m.u]", calls), "m/main.tf": module})
    assert resources(estate) == [["${module.m.var.x}", "${module.n.var.x}", "${module.m: upper(var.x)}"]]


def test_a_caller_s_hole_keeps_its_name_inside_the_module(read: Read) -> None:
    module = 'variable "x" {}\noutput "o" {\n  value = "in-${var.x}"\n}'
    calls = 'variable "env" {}\nmodule "m" {\n  source = "./m"\n  x      = var.env\n}'
    assert resources(read({"main.tf": inline("module.m.o", calls), "m/main.tf": module})) == [["in-${var.env}"]]


def test_account_and_region_are_holes_and_not_listed(read: Read) -> None:
    more = 'data "aws_caller_identity" "me" {}\ndata "aws_region" "here" {}'
    arn = '"arn:aws:sqs:${data.aws_region.here.name}:${data.aws_caller_identity.me.account_id}:q"'
    estate = read(inline(arn, more))
    assert policy_of(estate).statements[0].resources[0].text == text(  # type: ignore[index] # there is one
        "arn:aws:sqs:", REGION, ":", ACCOUNT, ":q"
    )
    assert (estate.account, estate.region, str(estate.partition)) == (text(ACCOUNT), text(REGION), "aws")
    assert estate.unresolved == ()


def test_options_fill_account_region_and_partition(read: Read) -> None:
    more = 'data "aws_caller_identity" "me" {}\ndata "aws_region" "here" {}\ndata "aws_partition" "p" {}'
    arn = (
        '"arn:${data.aws_partition.p.partition}:sqs:${data.aws_region.here.id}:'
        '${data.aws_caller_identity.me.account_id}:${data.aws_partition.p.dns_suffix}"'
    )
    estate = read(inline(arn, more), account="111122223333", region="cn-north-1")
    assert resources(estate) == [["arn:aws-cn:sqs:cn-north-1:111122223333:amazonaws.com.cn"]]
    assert str(estate.partition) == "aws-cn"


def test_a_lex_id_is_typed(read: Read) -> None:
    estate = read(inline("aws_lexv2models_bot.b.arn", 'resource "aws_lexv2models_bot" "b" {\n  name = "b"\n}'))
    found = policy_of(estate).statements[0].resources[0].text  # type: ignore[index] # there is one
    assert found.holes[-1] == Hole("aws_lexv2models_bot.b.id", HoleType.LEX_ID)
    assert listed(estate) == ["${aws_lexv2models_bot.b.id}"]


def test_cyclic_locals_are_holes(read: Read) -> None:
    estate = read(inline('"x-${local.a}"', "locals {\n  a = local.b\n  b = local.a\n}"))
    assert resources(estate) == [["x-${local.a}"]]


def test_each_call_of_uuid_is_a_hole_of_its_own(read: Read) -> None:
    first, second = policy_of(read(inline("[uuid(), uuid()]"))).statements[0].resources or ()
    assert first.text != second.text
