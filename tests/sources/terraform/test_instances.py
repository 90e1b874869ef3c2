"""`count`, `for_each` and dynamic blocks."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from auditor.estate.estate import Estate, Skipped

Read = Callable[..., Estate]


def function(repetition: str, name: str) -> str:
    return (
        f'resource "aws_lambda_function" "f" {{\n  {repetition}\n  function_name = {name}\n'
        '  role = "arn:aws:iam::123456789012:role/r"\n}\n'
    )


def found(estate: Estate) -> list[tuple[str | None, str]]:
    return [(function.address, str(function.name)) for function in estate.functions]


@pytest.mark.parametrize(
    ("repetition", "name", "expected"),
    [
        ("count = 2", '"f${count.index}"', [("[0]", "f0"), ("[1]", "f1")]),
        ('count = "1"', '"f"', [("[0]", "f")]),
        ("count = 0", '"f"', []),
        ("count = true ? 1 : 0", '"f"', [("[0]", "f")]),
        ('for_each = toset(["b", "a"])', "each.key", [('["a"]', "a"), ('["b"]', "b")]),
        ('for_each = toset(["a"])', "each.value", [('["a"]', "a")]),
        ('for_each = { x = { n = "1" } }', "each.value.n", [('["x"]', "1")]),
        ("for_each = {}", "each.key", []),
        ("for_each = local.none", "each.key", []),
    ],
)
def test_known_instances(read: Read, repetition: str, name: str, expected: list[tuple[str, str]]) -> None:
    estate = read(function(repetition, name) + "locals {\n  none = null\n}\n")
    assert found(estate) == [(f"aws_lambda_function.f{key}", shown) for key, shown in expected]


@pytest.mark.parametrize(
    ("repetition", "name", "shown"),
    [
        ("count = var.n", '"f${count.index}"', "f${aws_lambda_function.f.count.index}"),
        ("for_each = toset(var.n)", '"f-${each.key}"', "f-${aws_lambda_function.f.each.key}"),
        ('for_each = { a = "x", (var.n) = "y" }', "each.value", "y"),
    ],
)
def test_unknown_instances_are_read_once_and_told(read: Read, repetition: str, name: str, shown: str) -> None:
    estate = read(function(repetition, name) + 'variable "n" {}\n')
    assert ("aws_lambda_function.f", shown) in found(estate)
    assert any(entry.text.startswith(("count of", "for_each of")) for entry in estate.unresolved)


def test_a_list_is_never_equal_to_a_tuple(read: Read) -> None:
    """So Terraform makes the instance, though the list is empty."""
    variable = 'variable "l" {\n  type = list(string)\n  default = []\n}\n'
    source = 'resource "aws_iam_role" "r" {\n  count = var.l == [] ? 0 : 1\n  name = "r"\n}\n'
    assert len(read(variable + source).roles) == 1


def test_a_million_instances(read_all: Callable[..., tuple[Estate | None, tuple[Skipped, ...]]]) -> None:
    estate, skipped = read_all(function("count = 1000000", '"f-${count.index}"'))
    assert estate is not None
    assert len(estate.functions) == 1
    assert [entry.reason for entry in skipped] == [
        "`aws_lambda_function.f` has 1,000,000 instances, more than the 10,000 that are read"
    ]


def test_references_to_instances(read: Read) -> None:
    estate = read(
        function('for_each = toset(["a", "b"])', "each.key")
        + """
resource "aws_lambda_permission" "p" {
  for_each      = aws_lambda_function.f
  statement_id  = "lex-${each.key}"
  action        = "lambda:InvokeFunction"
  function_name = each.value.function_name
  principal     = "lex.amazonaws.com"
}
resource "aws_iam_role" "r" {
  name               = "r"
  assume_role_policy = "{}"
  inline_policy {
    name = "i"
    policy = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Action = "lambda:*", Resource = values(aws_lambda_function.f)[*].arn }]
    })
  }
}
"""
    )
    assert [[str(statement.sid) for statement in function.resource_policy or ()] for function in estate.functions] == [
        ["lex-a"],
        ["lex-b"],
    ]
    policy = estate.roles[0].policies[0].policy
    assert policy is not None
    assert [str(pattern.text).rpartition(":")[2] for pattern in policy.statements[0].resources or ()] == ["a", "b"]


DYNAMIC = """
variable "more" {}
data "aws_iam_policy_document" "d" {
  dynamic "statement" {
    for_each = %s
    iterator = each_one
    content {
      sid       = each_one.key
      actions   = ["s3:GetObject"]
      resources = ["arn:aws:s3:::${each_one.value}"]
    }
  }
  statement {
    sid       = "last"
    actions   = ["s3:ListBucket"]
    resources = ["*"]
  }
}
resource "aws_iam_role" "r" {
  name               = "r"
  assume_role_policy = "{}"
  inline_policy {
    name   = "i"
    policy = data.aws_iam_policy_document.d.json
  }
}
"""


def test_a_dynamic_block(read: Read) -> None:
    policy = read(DYNAMIC % '{ b = "y", a = "x" }').roles[0].policies[0].policy
    assert policy is not None
    assert [str(statement.sid) for statement in policy] == ["a", "b", "last"]
    assert [str(statement.resources[0].text) for statement in policy if statement.resources] == [
        "arn:aws:s3:::x",
        "arn:aws:s3:::y",
        "*",
    ]


def test_a_dynamic_block_that_is_not_known_is_there_perhaps(read: Read) -> None:
    """What it says is known but for the element: only whether it is there, and how often, is not."""
    estate = read(DYNAMIC % "var.more")
    policy = estate.roles[0].policies[0].policy
    assert policy is not None
    first, last = policy.statements
    assert first.uncertain == "whether this part of `data.aws_iam_policy_document.d` is there is not known"
    assert [str(action.text) for action in first.actions] == ["s3:GetObject"]
    (resource,) = first.resources or ()
    assert resource.text.startswith("arn:aws:s3:::")
    assert [hole.name.split(" ")[0] for hole in resource.text.holes] == ["each_one.value"]
    assert (last.uncertain, policy.unknown) == ("", ())
    assert "${var.more}" in [entry.text for entry in estate.unresolved]


def test_a_dynamic_block_of_which_the_actions_are_not_known_is_an_unknown_statement(read: Read) -> None:
    policy = read(DYNAMIC.replace('["s3:GetObject"]', "each_one.value") % "var.more").roles[0].policies[0].policy
    assert policy is not None
    assert [str(statement.sid) for statement in policy] == ["last"]
    assert [str(unknown.text) for unknown in policy.unknown] == ["${var.more}"]


def test_a_dynamic_inline_policy_is_there_perhaps(read: Read) -> None:
    configuration = DYNAMIC.replace(
        "inline_policy {", 'dynamic "inline_policy" {\n for_each = var.more ? [1] : []\n content {'
    ).replace("data.aws_iam_policy_document.d.json\n  }", "data.aws_iam_policy_document.d.json\n  }}")
    (held,) = read(configuration % "{}").roles[0].policies
    assert held.uncertain == "whether this part of `aws_iam_role.r` is there is not known"
    assert held.policy is not None
    assert [str(statement.sid) for statement in held.policy] == ["last"]
