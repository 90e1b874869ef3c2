"""Every value knows the place where it was written."""

from __future__ import annotations

from collections.abc import Callable

from auditor.estate.estate import Estate
from auditor.iam.document import Policy
from auditor.iam.origin import Origin

Read = Callable[..., Estate]
ROLE = 'resource "aws_iam_role" "r" {\n  name = "r"\n  assume_role_policy = "{}"\n}\n'
HOLDER = 'resource "aws_iam_role_policy" "p" {\n  role   = aws_iam_role.r.name\n  policy = %s\n}\n'


def policy_of(estate: Estate) -> Policy:
    policy = estate.roles[0].policies[0].policy
    assert policy is not None
    return policy


def test_elements_of_a_policy_document(read: Read) -> None:
    document = """data "aws_iam_policy_document" "d" {
  statement {
    actions   = ["s3:GetObject", "s3:ÄPut"]
    resources = ["*"]
  }
}
"""
    policy = policy_of(read({"a.tf": document, "b.tf": ROLE + HOLDER % "data.aws_iam_policy_document.d.json"}))
    (statement,) = policy.statements or policy.unknown
    assert statement.origin == Origin("a.tf", 2, 3, 5, 4, "data.aws_iam_policy_document.d")


def test_columns_count_characters(read: Read) -> None:
    document = 'locals {\n  /* ÄÖÜ */ actions = ["é", "s3:GetObject"]\n}\n'
    holder = HOLDER % (
        'jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = local.actions[1],'
        ' Resource = "*" }] })'
    )
    action = policy_of(read({"a.tf": document, "b.tf": ROLE + holder})).statements[0].actions[0]
    assert action.origin == Origin("a.tf", 2, 29, 2, 43, "local.actions")


def test_resources_keep_their_place_through_locals_and_encoding(read: Read) -> None:
    values = 'locals {\n  wide = ["*"]\n}\n'
    holder = HOLDER % (
        'jsonencode({ Version = "2012-10-17",'
        ' Statement = { Effect = "Allow", Action = "s3:*", Resource = local.wide } })'
    )
    statement = policy_of(read({"a.tf": values, "b.tf": ROLE + holder})).statements[0]
    assert statement.resources is not None
    assert statement.resources[0].origin == Origin("a.tf", 2, 11, 2, 14, "local.wide")
    assert statement.origin.file == "b.tf"
    assert statement.origin.address == "aws_iam_role_policy.p"


def test_a_computed_value_stands_where_it_is_referred_to(read: Read) -> None:
    group = 'resource "aws_cloudwatch_log_group" "g" {\n  name = "/g"\n}\n'
    document = (
        'data "aws_iam_policy_document" "d" {\n  statement {\n    actions = ["logs:PutLogEvents"]\n'
        "    resources = [aws_cloudwatch_log_group.g.arn]\n  }\n}\n"
    )
    estate = read({"a.tf": group + document, "b.tf": ROLE + HOLDER % "data.aws_iam_policy_document.d.json"})
    (pattern,) = policy_of(estate).statements[0].resources or ()
    assert str(pattern.text) == "arn:aws:logs:${region}:${account}:log-group:/g"
    assert pattern.origin == Origin("a.tf", 7, 18, 7, 48, "data.aws_iam_policy_document.d")


HEREDOC = """resource "aws_iam_role_policy" "p" {
  role   = aws_iam_role.r.name
  policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": {
        "Effect": "Allow",
        "Action": ["s3:GetObject", "${local.action}", "s3:PutObject"],
        "Resource": "*"
      }
    }
  EOT
}
locals { action = "s3:ListBucket" }
"""


def test_json_in_a_heredoc_keeps_its_lines_and_columns(read: Read) -> None:
    """Behind the indentation that `<<-` strips, and behind an interpolation."""
    statement = policy_of(read({"a.tf": HEREDOC, "b.tf": ROLE})).statements[0]
    assert [str(action.text) for action in statement.actions] == ["s3:GetObject", "s3:ListBucket", "s3:PutObject"]
    places = [(action.origin.line, action.origin.column) for action in statement.actions]
    assert places[0] == (8, 20)
    assert places[2] == (8, 55)
    assert statement.resources is not None
    assert statement.resources[0].origin == Origin("a.tf", 9, 21, 9, 24, "aws_iam_role_policy.p")


def test_json_in_a_file_of_its_own(read: Read) -> None:
    policy = '{"Version": "2012-10-17",\n "Statement": {"Effect": "Allow", "Action": "s3:*",\n  "Resource": "*"}}\n'
    holder = HOLDER % 'file("${path.module}/policy.json")'
    statement = policy_of(read({"main.tf": ROLE + holder, "policy.json": policy})).statements[0]
    assert statement.resources is not None
    assert statement.resources[0].origin == Origin("policy.json", 3, 15, 3, 18)


def test_a_template_file(read: Read) -> None:
    policy = (
        '{"Version": "2012-10-17",\n "Statement": {"Effect": "Allow", "Action": "${action}",\n  "Resource": "*"}}\n'
    )
    holder = HOLDER % 'templatefile("policy.tftpl", { action = "s3:*" })'
    statement = policy_of(read({"main.tf": ROLE + holder, "policy.tftpl": policy})).statements[0]
    assert str(statement.actions[0].text) == "s3:*"
    assert statement.resources is not None
    assert (statement.resources[0].origin.file, statement.resources[0].origin.line) == ("policy.tftpl", 3)


def test_addresses_name_instances_and_modules(read: Read) -> None:
    files = {
        "main.tf": 'module "m" {\n  source   = "./m"\n  for_each = toset(["x"])\n}\n',
        "m/main.tf": (
            'resource "aws_lambda_function" "f" {\n  count         = 2\n  function_name = "f${count.index}"\n'
            "  role          = aws_iam_role.r.arn\n}\n" + ROLE
        ),
    }
    estate = read(files)
    assert [function.address for function in estate.functions] == [
        'module.m["x"].aws_lambda_function.f[0]',
        'module.m["x"].aws_lambda_function.f[1]',
    ]
    assert estate.functions[0].origin == Origin("m/main.tf", 1, 1, 5, 2, 'module.m["x"].aws_lambda_function.f[0]')
    assert {function.role for function in estate.functions} == {'module.m["x"].aws_iam_role.r'}
