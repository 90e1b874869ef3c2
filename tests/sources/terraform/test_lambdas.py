"""Functions, their permissions and what is configured on them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from auditor.estate.estate import Estate
from auditor.estate.function import Function, UrlAuth
from auditor.iam.document import Policy, Statement
from auditor.iam.origin import Origin

Read = Callable[..., Estate]
FUNCTION = """resource "aws_lambda_function" "f" {
  function_name = "fn"
  role          = aws_iam_role.r.arn
}
resource "aws_iam_role" "r" {
  name               = "r"
  assume_role_policy = "{}"
}
"""
ARN = "arn:aws:lambda:${region}:${account}:function:fn"


def permission(arguments: str) -> str:
    return f'resource "aws_lambda_permission" "p" {{\n  action = "lambda:InvokeFunction"\n{arguments}\n}}\n'


def policy_of(function: Function) -> Policy:
    assert function.resource_policy is not None
    assert function.resource_policy.defects == ()
    return function.resource_policy


def shown(statement: Statement) -> tuple[list[tuple[str, str]], list[str], dict[str, str]]:
    principals = [(p.kind.value, str(p.text)) for p in statement.principals or ()]
    conditions = {f"{c.operator} {c.key}": str(c.values[0].text) for c in statement.conditions}
    return principals, [str(pattern.text) for pattern in statement.resources or ()], conditions


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ('principal = "lex.amazonaws.com"', ([("Service", "lex.amazonaws.com")], [ARN], {})),
        ('principal = "alexa-appkit.amazon.com"', ([("Service", "alexa-appkit.amazon.com")], [ARN], {})),
        ('principal = "123456789012"', ([("AWS", "123456789012")], [ARN], {})),
        ('principal = "arn:aws:iam::1:role/x"', ([("AWS", "arn:aws:iam::1:role/x")], [ARN], {})),
        ('principal = "*"', ([("*", "*")], [ARN], {})),
        ("principal = var.who", ([("*", "${var.who}")], [ARN], {})),
        ('principal = "*"\nqualifier = "live"', ([("*", "*")], [f"{ARN}:live"], {})),
        (
            'principal = "s3.amazonaws.com"\nsource_arn = "arn:aws:s3:::b"\nsource_account = "123456789012"',
            (
                [("Service", "s3.amazonaws.com")],
                [ARN],
                {"ArnLike AWS:SourceArn": "arn:aws:s3:::b", "StringEquals AWS:SourceAccount": "123456789012"},
            ),
        ),
        (
            'principal = "*"\nprincipal_org_id = "o-abcdefghij"',
            ([("*", "*")], [ARN], {"StringEquals aws:PrincipalOrgID": "o-abcdefghij"}),
        ),
        (
            'principal = "alexa-appkit.amazon.com"\nevent_source_token = "amzn1.ask.skill.x"',
            (
                [("Service", "alexa-appkit.amazon.com")],
                [ARN],
                {"StringEquals lambda:EventSourceToken": "amzn1.ask.skill.x"},
            ),
        ),
        (
            'principal = "*"\nfunction_url_auth_type = "NONE"',
            ([("*", "*")], [ARN], {"StringEquals lambda:FunctionUrlAuthType": "NONE"}),
        ),
        (
            'principal = "*"\ninvoked_via_function_url = true',
            ([("*", "*")], [ARN], {"Bool lambda:InvokedViaFunctionUrl": "true"}),
        ),
    ],
)
def test_the_statement_of_a_permission(
    read: Read, arguments: str, expected: tuple[list[tuple[str, str]], list[str], dict[str, str]]
) -> None:
    """As AddPermission writes it."""
    source = FUNCTION + 'variable "who" {}\n' + permission(f"function_name = aws_lambda_function.f.arn\n{arguments}")
    (function,) = read(source).functions
    (statement,) = policy_of(function).statements
    assert shown(statement) == expected


@pytest.mark.parametrize(
    ("name", "qualifier"),
    [
        ("aws_lambda_function.f.function_name", None),
        ("aws_lambda_function.f.id", None),
        ("aws_lambda_function.f.arn", None),
        ('"fn"', None),
        ('"fn:live"', "live"),
        ("aws_lambda_alias.a.arn", "live"),
        ("local.arn", None),
        ("aws_lambda_function.f.qualified_arn", "${aws_lambda_function.f.version}"),
    ],
)
def test_a_permission_joins_its_function(read: Read, name: str, qualifier: str | None) -> None:
    alias = """
resource "aws_lambda_alias" "a" {
  name             = "live"
  function_name    = aws_lambda_function.f.function_name
  function_version = "1"
}
locals {
  arn = aws_lambda_function.f.arn
}
"""
    source = FUNCTION + alias + permission(f'function_name = {name}\nprincipal = "lex.amazonaws.com"')
    (function,) = read(source).functions
    resource = ARN if qualifier is None else f"{ARN}:{qualifier}"
    assert shown(policy_of(function).statements[0])[1] == [resource]


def test_the_places_of_a_permission(read: Read) -> None:
    arguments = '  function_name = "fn"\n  principal     = "lex.amazonaws.com"\n  source_arn    = "arn:aws:lex:*"'
    (statement,) = policy_of(read({"f.tf": FUNCTION, "p.tf": permission(arguments)}).functions[0]).statements
    address = "aws_lambda_permission.p"
    assert statement.origin == Origin("p.tf", 1, 1, 6, 2, address)
    assert statement.actions[0].origin == Origin("p.tf", 2, 3, 2, 35, address)
    assert statement.conditions[0].origin == Origin("p.tf", 5, 3, 5, 34, address)


def test_a_permission_of_a_function_that_is_in_no_block(read: Read) -> None:
    """The function is known by name alone: its role and hooks are not known."""
    arn = "arn:aws:lambda:eu-west-1:123456789012:function:other:live"
    estate = read(permission(f'function_name = "{arn}"\nprincipal = "lex.amazonaws.com"'))
    (function,) = estate.functions
    assert (str(function.name), str(function.arn)) == ("other", arn.removesuffix(":live"))
    assert (function.address, function.role, function.hooks_known) == (None, None, frozenset())
    assert function.origin.address == "aws_lambda_permission.p"
    assert [str(r.text) for r in policy_of(function).statements[0].resources or ()] == [arn]
    assert (str(estate.account), str(estate.region)) == ("123456789012", "eu-west-1")


def test_a_function_without_permissions_has_an_empty_policy(read: Read) -> None:
    assert policy_of(read(FUNCTION).functions[0]).statements == ()


def test_a_module_that_is_not_there_may_grant_anything_on_what_it_is_given(read: Read) -> None:
    module = 'module "grants" {\n  source = "acme/grants/aws"\n  name   = aws_lambda_function.f.function_name\n}\n'
    estate = read(FUNCTION + module)
    policy = policy_of(estate.functions[0])
    assert [str(unknown.text) for unknown in policy.unknown] == ["${module.grants}"]
    assert "module.grants" in " ".join(entry.text for entry in estate.unresolved)


def test_a_role_that_a_missing_module_is_given_may_hold_more(read: Read) -> None:
    module = 'module "grants" {\n  source = "acme/grants/aws"\n  role   = aws_iam_role.r.name\n}\n'
    assert [role.policies_known for role in read(FUNCTION + module).roles] == [False]


def test_configuration(read: Read) -> None:
    source = """
resource "aws_lambda_function" "f" {
  function_name = "fn"
  role          = "arn:aws:iam::123456789012:role/elsewhere"
  runtime       = "python3.12"
  kms_key_arn   = "arn:aws:kms:eu-west-1:123456789012:key/k"
  vpc_config {
    subnet_ids         = ["subnet-1"]
    security_group_ids = ["sg-1"]
  }
  tracing_config {
    mode = "Active"
  }
  dead_letter_config {
    target_arn = aws_sqs_queue.q.arn
  }
  file_system_config {
    arn              = "arn:aws:elasticfilesystem:eu-west-1:123456789012:access-point/fsap-1"
    local_mount_path = "/mnt/x"
  }
  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.g.name
  }
}
resource "aws_sqs_queue" "q" {
  name = "q"
}
resource "aws_cloudwatch_log_group" "g" {
  name = "/custom"
}
resource "aws_lambda_function_url" "u" {
  function_name      = aws_lambda_function.f.function_name
  authorization_type = "NONE"
}
resource "aws_lambda_function_event_invoke_config" "c" {
  function_name = aws_lambda_function.f.function_name
  destination_config {
    on_failure {
      destination = aws_sqs_queue.q.arn
    }
  }
}
resource "aws_lambda_event_source_mapping" "m" {
  function_name    = aws_lambda_function.f.arn
  event_source_arn = aws_sqs_queue.q.arn
}
"""
    estate = read(source, region="eu-west-1")
    (function,) = estate.functions
    queue = "arn:aws:sqs:eu-west-1:123456789012:q"
    assert (function.runtime, function.vpc, function.tracing) == ("python3.12", True, True)
    assert (str(function.dead_letter), list(map(str, function.destinations))) == (queue, [queue])
    assert str(function.kms_key).endswith(":key/k")
    assert [str(arn).rpartition("/")[2] for arn in function.file_systems] == ["fsap-1"]
    assert [str(source.arn) for source in function.event_sources] == [queue]
    [url] = function.urls
    assert url.auth is UrlAuth.NONE
    assert function.log_group is not None
    assert (str(function.log_group.name), function.log_group.managed) == ("/custom", True)
    assert function.log_group.origin.address == "aws_cloudwatch_log_group.g"
    assert function.role is None
    assert "arn:aws:iam::123456789012:role/elsewhere" in [entry.text for entry in estate.unresolved]


def test_the_log_group_of_a_function_that_names_none(read: Read) -> None:
    (function,) = read(FUNCTION).functions
    assert function.log_group is not None
    assert (str(function.log_group.name), function.log_group.managed) == ("/aws/lambda/fn", None)
    assert (function.vpc, function.tracing) == (False, False)


def test_the_account_of_the_role_is_that_of_the_estate(read: Read) -> None:
    source = FUNCTION.replace("aws_iam_role.r.arn", '"arn:aws:iam::123456789012:role/r"')
    estate = read(source)
    assert str(estate.account) == "123456789012"
    assert str(estate.functions[0].arn) == "arn:aws:lambda:${region}:123456789012:function:fn"
    assert estate.functions[0].role == "aws_iam_role.r"


def test_two_accounts_are_nobody_s(read: Read) -> None:
    source = FUNCTION.replace("aws_iam_role.r.arn", '"arn:aws:iam::123456789012:role/a"')
    other = source.split('resource "aws_iam_role"')[0].replace('"f"', '"g"').replace("123456789012", "210987654321")
    assert str(read(source + other).account) == "${account}"


def test_a_whole_resource_policy(read: Read) -> None:
    source = (
        FUNCTION
        + """
resource "aws_lambda_resource_policy" "p" {
  resource_arn = aws_lambda_function.f.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      Principal = "*"
      Action    = "lambda:InvokeFunction"
      Resource  = aws_lambda_function.f.arn
    }]
  })
}
"""
    )
    (statement,) = policy_of(read(source).functions[0]).statements
    assert (statement.effect.value, statement.origin.line) == ("Deny", 14)
