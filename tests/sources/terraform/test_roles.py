"""Roles and the policies on them, wherever they stand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from auditor.estate.estate import Estate
from auditor.estate.role import Attachment, RolePolicy

Read = Callable[..., Estate]
TRUST = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"%s"},"Action":"sts:AssumeRole"}}'
DOCUMENT = """jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "*" }]
  })"""
BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


def role(name: str, more: str = "") -> str:
    trust = TRUST.replace('"', '\\"') % "lambda.amazonaws.com"
    return f'resource "aws_iam_role" "{name}" {{\n  name = "{name}"\n  assume_role_policy = "{trust}"\n  {more}\n}}\n'


POLICY = f'resource "aws_iam_policy" "p" {{\n  name   = "p"\n  path   = "/team/"\n  policy = {DOCUMENT}\n}}\n'


def actions(policy: RolePolicy) -> list[str]:
    assert policy.policy is not None
    return [str(pattern.text) for statement in policy.policy for pattern in statement.actions]


def test_trust_and_arn(read: Read) -> None:
    (found,) = read(role("r", 'path = "/svc/"')).roles
    assert (str(found.arn), str(found.path), found.key) == (
        "arn:aws:iam::${account}:role/svc/r",
        "/svc/",
        "aws_iam_role.r",
    )
    assert found.trust is not None
    assert [str(p.text) for p in found.trust.statements[0].principals or ()] == ["lambda.amazonaws.com"]
    assert found.trust.defects == ()


def test_a_name_with_a_prefix(read: Read) -> None:
    source = role("r").replace('name = "r"', 'name_prefix = "svc-"')
    assert str(read(source).roles[0].name).startswith("svc-${")


@pytest.mark.parametrize(
    ("source", "attachment", "name"),
    [
        (role("r", f'inline_policy {{\n name = "i"\n policy = {DOCUMENT}\n}}'), Attachment.INLINE, "i"),
        (
            role("r")
            + 'resource "aws_iam_role_policy" "i" {\n  name = "i"\n  role = aws_iam_role.r.id\n'
            + f"  policy = {DOCUMENT}\n}}\n",
            Attachment.INLINE,
            "i",
        ),
        (role("r", "managed_policy_arns = [aws_iam_policy.p.arn]") + POLICY, Attachment.MANAGED, "p"),
        (
            role("r")
            + POLICY
            + 'resource "aws_iam_role_policy_attachment" "a" {\n  role = aws_iam_role.r.name\n'
            + "  policy_arn = aws_iam_policy.p.arn\n}\n",
            Attachment.MANAGED,
            "p",
        ),
        (
            role("r")
            + POLICY
            + 'resource "aws_iam_policy_attachment" "a" {\n  name = "a"\n  roles = [aws_iam_role.r.name]\n'
            + "  policy_arn = aws_iam_policy.p.arn\n}\n",
            Attachment.MANAGED,
            "p",
        ),
    ],
    ids=["inline-block", "inline", "managed-arns", "attachment", "policy-attachment"],
)
def test_where_policies_stand(read: Read, source: str, attachment: Attachment, name: str) -> None:
    (found,) = read(source).roles
    (policy,) = found.policies
    assert (policy.attachment, str(policy.name), policy.shared) == (attachment, name, False)
    assert actions(policy) == ["s3:GetObject"]


def test_a_policy_on_two_roles_is_shared(read: Read) -> None:
    attached = "managed_policy_arns = [aws_iam_policy.p.arn]"
    estate = read(role("a", attached) + role("b", attached) + POLICY)
    assert [[policy.shared for policy in found.policies] for found in estate.roles] == [[True], [True]]


def test_a_managed_policy_of_aws(read: Read) -> None:
    (policy,) = read(role("r", f'managed_policy_arns = ["{BASIC}"]')).roles[0].policies
    assert policy.attachment is Attachment.AWS_MANAGED
    assert set(actions(policy)) == {"logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"}


@pytest.mark.parametrize("arn", ["arn:aws:iam::aws:policy/NobodyKnowsThis", "arn:aws:iam::123456789012:policy/theirs"])
def test_a_managed_policy_that_is_not_known_is_listed_by_name(read: Read, arn: str) -> None:
    estate = read(role("r", f'managed_policy_arns = ["{arn}"]'))
    assert [policy.policy for policy in estate.roles[0].policies] == [None]
    assert [entry.text for entry in estate.unresolved] == [arn]


def test_a_policy_of_a_role_that_is_in_no_block(read: Read) -> None:
    """The role is known by name alone, and a function that names it runs with it."""
    source = f"""
resource "aws_iam_role_policy" "i" {{
  role   = "elsewhere"
  policy = {DOCUMENT}
}}
resource "aws_lambda_function" "f" {{
  function_name = "f"
  role          = "arn:aws:iam::123456789012:role/svc/elsewhere"
}}
"""
    estate = read(source)
    (found,) = estate.roles
    assert (str(found.name), found.trust, found.policies_known, found.address) == ("elsewhere", None, False, None)
    assert actions(found.policies[0]) == ["s3:GetObject"]
    assert estate.functions[0].role == found.key


def test_a_role_of_a_data_source(read: Read) -> None:
    source = """
data "aws_iam_role" "theirs" {
  name = "theirs"
}
resource "aws_iam_role_policy_attachment" "a" {
  role       = data.aws_iam_role.theirs.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}
resource "aws_lambda_function" "f" {
  function_name = "f"
  role          = data.aws_iam_role.theirs.arn
}
"""
    estate = read(source)
    assert [str(found.name) for found in estate.roles] == ["theirs"]
    assert estate.functions[0].role == estate.roles[0].key


def test_a_permissions_boundary(read: Read) -> None:
    (found,) = read(role("r", "permissions_boundary = aws_iam_policy.p.arn") + POLICY).roles
    assert found.boundary is not None
    assert [str(pattern.text) for pattern in found.boundary.statements[0].actions] == ["s3:GetObject"]


def test_a_policy_that_is_no_json(read: Read) -> None:
    source = role("r") + (
        'resource "aws_iam_role_policy" "i" {\n  role = aws_iam_role.r.id\n'
        '  policy = <<EOT\n{"Version": oops}\nEOT\n}\n'
    )
    policy = read(source).roles[0].policies[0].policy
    assert policy is not None
    (defect,) = policy.defects
    assert (defect.origin.line, defect.origin.column) == (9, 13)
    assert len(policy.unknown) == 1


EXCLUSIVE = """
resource "aws_iam_role_policies_exclusive" "x" {
  role_name    = aws_iam_role.r.name
  policy_names = %s
}
"""
INLINE = f"""
resource "aws_iam_role_policy" "i" {{
  name   = "mine"
  role   = aws_iam_role.r.id
  policy = {DOCUMENT}
}}
"""


@pytest.mark.parametrize(
    ("names", "uncertain"),
    [
        ("[aws_iam_role_policy.i.name]", ""),
        ('["mine"]', ""),
        ("[]", "`aws_iam_role_policies_exclusive.x` takes `mine` away from the role"),
        ("var.names", "whether `aws_iam_role_policies_exclusive.x` lets the role keep `mine` is not known"),
    ],
)
def test_a_list_of_all_inline_policies_takes_the_others_away(read: Read, names: str, uncertain: str) -> None:
    source = role("r", f'managed_policy_arns = ["{BASIC}"]') + INLINE + EXCLUSIVE % names + 'variable "names" {}\n'
    held = {str(policy.name): policy.uncertain for policy in read(source).roles[0].policies}
    assert (held["AWSLambdaBasicExecutionRole"], held["mine"]) == ("", uncertain)


def test_an_inline_policy_that_is_listed_and_written_nowhere_is_not_known(read: Read) -> None:
    """It is left on the role as it is."""
    estate = read(role("r", "") + EXCLUSIVE % '["theirs"]')
    assert [(str(p.name), p.policy) for p in estate.roles[0].policies] == [("theirs", None)]
    assert [entry.text for entry in estate.unresolved] == ["theirs"]


def test_a_list_of_all_attachments_takes_the_others_away(read: Read) -> None:
    source = (
        role("r", "")
        + POLICY
        + f"""
resource "aws_iam_role_policy_attachment" "a" {{
  role       = aws_iam_role.r.name
  policy_arn = aws_iam_policy.p.arn
}}
resource "aws_iam_role_policy_attachments_exclusive" "x" {{
  role_name   = aws_iam_role.r.name
  policy_arns = ["{BASIC}"]
}}
"""
    )
    taken = "`aws_iam_role_policy_attachments_exclusive.x` takes"
    held = [(str(policy.name), policy.uncertain[: len(taken)]) for policy in read(source).roles[0].policies]
    assert held == [("p", taken), ("AWSLambdaBasicExecutionRole", "")]


@pytest.mark.parametrize("named", ['name = "AWSLambdaBasicExecutionRole"', f'arn = "{BASIC}"'])
def test_a_policy_of_aws_by_data_source(read: Read, named: str) -> None:
    """By name or by ARN, attached or copied."""
    source = f'data "aws_iam_policy" "basic" {{\n  {named}\n}}\n'
    attached, copied = role("a", "managed_policy_arns = [data.aws_iam_policy.basic.arn]"), role("b", "")
    policy = "role   = aws_iam_role.b.id\n  policy = data.aws_iam_policy.basic.policy"
    copied += f'resource "aws_iam_role_policy" "c" {{\n  {policy}\n}}\n'
    one, other = (found.policies[0] for found in read(source + attached + copied).roles)
    assert (one.attachment, str(one.name), one.address) == (
        Attachment.AWS_MANAGED,
        "AWSLambdaBasicExecutionRole",
        "aws_iam_role.a",
    )
    assert set(actions(one)) == {"logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"}
    assert actions(other) == actions(one)
    assert other.policy is not None
    assert other.policy.statements[0].origin.file == "main.tf"


def test_what_a_policy_s_arn_tells_of_it(read: Read) -> None:
    source = 'data "aws_iam_policy" "x" {\n  arn = "arn:aws:iam::111122223333:policy/team/theirs"\n}\n'
    named = role("r", "").replace('"r"\n', '"${data.aws_iam_policy.x.path}${data.aws_iam_policy.x.name}"\n', 1)
    assert str(read(source + named).roles[0].name) == "/team/theirs"


def test_a_policy_that_nothing_attaches(read: Read) -> None:
    """What is wrong with it is told; what it is attached to is not known."""
    bad = POLICY.replace('"s3:GetObject"', '"GetObject"')
    assert bad != POLICY
    estate = read(bad)
    (document,) = estate.documents
    assert (document.name, len(document.policy.defects)) == ("aws_iam_policy.p", 1)
    assert [entry.text for entry in estate.unresolved] == ["what aws_iam_policy.p is attached to"]
    assert read(role("r", "managed_policy_arns = [aws_iam_policy.p.arn]") + bad).documents == ()
