"""The snippets are what the real Terraform and AWS provider take, and mean what the fix says."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from msgspec.structs import replace

from auditor.fixes.operation import (
    AddInlinePolicy,
    AddPermission,
    DetachPolicy,
    RemovePermission,
    ReplaceStatement,
    ReplaceTrust,
)
from auditor.iam.document import Condition, Effect, Operator, Pattern, Policy, PolicyKind, PrincipalPattern, Quantifier
from auditor.iam.request import PrincipalKind
from auditor.iam.text import Hole, HoleType, text
from auditor.iam.writing import statement_dict

from .estates import (
    HERE,
    HOSTILE,
    NAMES,
    WRITE,
    add_for_intent,
    bundle,
    classifieds,
    condition,
    fix,
    from_source,
    function,
    held,
    identity,
    invoke,
    lambda_role,
    role,
    snippet,
    trust,
)
from .estates import (
    terraform as terraform_estate,
)

FUNCTION = """
variable "env" { default = "dev" }
resource "aws_iam_role" "r" {
  name               = "r"
  assume_role_policy = "{}"
}
resource "aws_lambda_function" "f" {
  function_name = "classifieds_lambda"
  role          = aws_iam_role.r.arn
  filename      = "x.zip"
  handler       = "index.handler"
  runtime       = "python3.12"
}
resource "aws_cloudwatch_log_group" "g" { name = "/aws/lambda/classifieds_lambda" }
"""
BOT = """
resource "aws_lexv2models_bot" "pizza" {
  name                        = "pizza"
  role_arn                    = aws_iam_role.r.arn
  idle_session_ttl_in_seconds = 60
  data_privacy {
    child_directed = false
  }
}
"""
INTENT_ARGUMENTS = """name = "{name}"
  fulfillment_activity {{
    type = "ReturnIntent"
  }}"""


def with_intents(written: str) -> str:
    """The intents' blocks filled with the arguments that were there."""
    filled = re.sub(
        r'(resource "aws_lex_intent" "(\w+)" \{\n)  # \.\.\..*\n',
        lambda m: m[1] + "  " + INTENT_ARGUMENTS.format(name=m[2].title().replace("_", "")) + "\n",
        written,
    )
    assert "..." not in filled
    return filled


def in_document(written: str) -> str:
    comment, _, blocks = written.partition("\n")
    return f'{comment}\ndata "aws_iam_policy_document" "logs" {{\n{blocks}\n}}\n'


def in_policy(written: str) -> str:
    return f"locals {{\n{written}\n}}\n" + (
        'resource "aws_iam_policy" "p" {\n'
        '  policy = jsonencode({ Version = "2012-10-17", Statement = local.Statement })\n}\n'
    )


def cases() -> Mapping[str, str]:
    """Snippets in whole configurations, by name."""
    f, estate, remove = classifieds()
    intents = [add_for_intent(f, name, f"AllowLex-{name}", f"aws_lex_intent.{name.lower()}") for name in NAMES]
    odd_ids = [replace(add, statement_id=f"lex{number}") for number, add in enumerate(intents)]
    one = add_for_intent(f, "CreatePost", "AllowLexCreatePost", "aws_lex_intent.createpost")
    holder, policy, statement = held(identity("logs:*", "*"), "data.aws_iam_policy_document.logs")
    _, encoded, written = held(identity("logs:*", "*"), "aws_iam_policy.logs")
    roles = dataclasses.replace(estate, roles=(holder,))
    bot = Hole("aws_lexv2models_bot.pizza.id", HoleType.LEX_ID)
    v2 = invoke(
        f,
        from_source(text("arn:aws:lex:", HERE, ":bot-alias/", bot, "/*")),
        condition("StringEquals", "aws:SourceAccount", "111122223333"),
        principal="lexv2.amazonaws.com",
        resource=text(f.arn, ":", Hole("var.env")),
    )
    conditioned = replace(WRITE, conditions=(condition("StringEquals", 'aws:PrincipalTag/te"am', "${x} %{y}"),))
    inline = (AddInlinePolicy(holder, "write-logs", (WRITE, conditioned)), DetachPolicy(holder, policy))
    edit = ReplaceStatement(lambda_role(encoded), encoded, written, (WRITE, conditioned))
    return {
        "intents": FUNCTION + with_intents(snippet(fix(*intents, remove), estate)),
        "intents with odd ids": FUNCTION + with_intents(snippet(fix(*odd_ids), estate)),
        "in place": FUNCTION + with_intents(snippet(fix(one, remove), estate)),
        "v2": FUNCTION + BOT + snippet(fix(AddPermission(f, v2, "lexv2"), remove), estate),
        "by name": FUNCTION + snippet(fix(replace(one, callers=())), bundle(f)),
        "removal": FUNCTION + snippet(fix(remove), estate),
        "inline": FUNCTION + snippet(fix(*inline), roles),
        "document": FUNCTION + in_document(snippet(fix(ReplaceStatement(holder, policy, statement, (WRITE,))), roles)),
        "jsonencode": FUNCTION + in_policy(snippet(fix(edit), roles)),
    }


CASES = cases()


@pytest.fixture(scope="module")
def objections(terraform_aws, tmp_path_factory) -> list[dict[str, object]]:
    """What `terraform validate` says of all cases, as the modules of one configuration."""
    folder: Path = tmp_path_factory.mktemp("snippets")
    calls = []
    for number, source in enumerate(CASES.values()):
        module = folder / f"case{number}"
        module.mkdir()
        (module / "main.tf").write_text(source)
        calls.append(f'module "case{number}" {{\n  source = "./case{number}"\n}}\n')
    (folder / "main.tf").write_text("\n".join(calls))
    initialised = terraform_aws(folder, "init", "-input=false", "-no-color")
    assert initialised.returncode == 0, initialised.stderr
    found = json.loads(terraform_aws(folder, "validate", "-json").stdout)["diagnostics"]
    return [diagnostic for diagnostic in found if diagnostic["severity"] == "error"]


@pytest.mark.parametrize("case", CASES)
def test_terraform_validates(case, objections):
    folder = f"case{list(CASES).index(case)}/"
    assert [o for o in objections if o.get("range", {}).get("filename", folder).startswith(folder)] == []


def snippets() -> Mapping[str, str]:
    """The snippets alone."""
    f, estate, remove = classifieds()
    intents = [add_for_intent(f, name, f"AllowLex-{name}", f"aws_lex_intent.{name.lower()}") for name in NAMES]
    long = [add_for_intent(f, name * 9, f"AllowLex-{name * 9}", "aws_lex_intent.x") for name in NAMES]
    holder, policy, statement = held(identity("logs:*", "*"), "data.aws_iam_policy_document.logs")
    roles = dataclasses.replace(estate, roles=(holder,))
    edit = fix(ReplaceStatement(holder, policy, statement, (TRICKY[0], TRICKY[1])))
    trusted = lambda_role(trust=Policy(PolicyKind.TRUST, (trust("lex.amazonaws.com"),)))
    return {
        "intents": snippet(fix(*intents, remove), estate),
        "long names": snippet(fix(*long, remove), estate),
        "in place": snippet(fix(intents[0], remove), estate),
        "inline": snippet(fix(AddInlinePolicy(holder, "p", TRICKY), DetachPolicy(holder, policy)), roles),
        "document": snippet(edit, roles),
        "trust": snippet(fix(ReplaceTrust(trusted, trusted.trust.statements[0], (trust("a", "b"),))), roles),
        "no trust yet": snippet(fix(ReplaceTrust(lambda_role(), None, (trust("a"),))), roles),
    }


# Statements whose every part needs care somewhere. Policy variables stay as they are.
TRICKY = (
    replace(identity("s3:GetObject", "arn:aws:s3:::b/${aws:username}/*", "arn:aws:s3:::%{x}/é"), sid=text("Read")),
    replace(
        identity(["sqs:*", "sns:*"], "*"),
        effect=Effect.DENY,
        not_action=True,
        not_resource=True,
        conditions=(
            Condition(
                Operator("StringLike", Quantifier.ANY, if_exists=True),
                text("aws:TagKeys"),
                (Pattern(text('a"b')), Pattern(text("c\\d\n"))),
            ),
            condition("Bool", "aws:SecureTransport", "false"),
        ),
    ),
)
TRUSTS = (
    trust("lambda.amazonaws.com", "edgelambda.amazonaws.com"),
    replace(trust(), effect=Effect.DENY, principals=(PrincipalPattern(PrincipalKind.ANYONE, text("*")),)),
    replace(
        trust("lambda.amazonaws.com"),
        principals=(
            PrincipalPattern(PrincipalKind.AWS, text("arn:aws:iam::111122223333:root")),
            PrincipalPattern(PrincipalKind.FEDERATED, text("cognito-identity.amazonaws.com")),
        ),
    ),
)
SNIPPETS = snippets()


@pytest.mark.parametrize("name", SNIPPETS)
def test_terraform_fmt_has_nothing_to_change(name, terraform, tmp_path):
    (tmp_path / "main.tf").write_text(SNIPPETS[name] + "\n")
    done = terraform(tmp_path, "fmt", "-check", "-diff")
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_the_provider_renders_the_statement_that_was_meant(terraform_aws, tmp_path):
    """aws_iam_policy_document and jsonencode, evaluated by Terraform, give the same statements
    as IAM's JSON; the data source writes its lists sorted."""
    provider = """provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
}
"""
    sources, expected = [provider], {}
    for number, statement in enumerate((*TRICKY, *TRUSTS)):
        expected[f"s{number}"] = [_sorted(statement_dict(statement))] * 2
        holder, policy, old = held(statement, "data.aws_iam_policy_document.x")
        document = snippet(fix(ReplaceStatement(holder, policy, old, (statement,))), terraform_estate())
        holder, policy, old = held(statement, "aws_iam_policy.x")
        encoded = snippet(fix(ReplaceStatement(holder, policy, old, (statement,))), terraform_estate())
        encoded = encoded.replace("Statement = [", f"encoded{number} = [")
        sources.append(f'data "aws_iam_policy_document" "s{number}" {{\n{document}\n}}\nlocals {{\n{encoded}\n}}\n')
        both = f"[data.aws_iam_policy_document.s{number}.json, jsonencode({{ Statement = local.encoded{number} }})]"
        sources.append(f'output "s{number}" {{\n  value = {both}\n}}\n')
    (tmp_path / "main.tf").write_text("\n".join(sources))
    for arguments in (("init",), ("apply", "-auto-approve")):
        done = terraform_aws(tmp_path, *arguments, "-input=false", "-no-color")
        assert done.returncode == 0, done.stderr
    outputs = json.loads(terraform_aws(tmp_path, "output", "-json").stdout)
    found = {
        name: [_sorted(json.loads(document)["Statement"]) for document in output["value"]]
        for name, output in outputs.items()
    }
    assert found == expected


def test_a_hostile_name_stays_text_in_terraform(terraform, tmp_path):
    """Real Terraform evaluates what each snippet says of it."""
    expressions, expected, whole = [], [], []
    for name in HOSTILE:
        f = function(name)
        holder = role(name)
        written = snippet(fix(AddPermission(f, invoke(f), "x"), RemovePermission(f, invoke(f, sid=name))), bundle(f))
        inline = snippet(fix(AddInlinePolicy(holder, name, (identity("logs:PutLogEvents", name),))), bundle())
        whole.append(f"{written}\n{inline}\n")
        found = [
            *re.findall(r"^  function_name += (.*)$", written, re.MULTILINE),
            *re.findall(r"^  (?:name|role) += (.*)$", inline, re.MULTILINE),
            *re.findall(r"^ +Resource = (.*)$", inline, re.MULTILINE),
        ]
        expressions += found
        expected += [name] * 4
    assert len(expressions) == len(expected)
    for number, source in enumerate(whole):
        (tmp_path / f"s{number}.tf").write_text(source)
    parsed = terraform(tmp_path, "fmt", "-check", "-diff")
    assert (parsed.returncode, parsed.stdout + parsed.stderr) == (0, "")
    elsewhere = tmp_path / "empty"
    elsewhere.mkdir()
    told = terraform(elsewhere, "console", given=f"jsonencode([{', '.join(expressions)}])")
    assert told.returncode == 0, told.stderr
    assert json.loads(json.loads(told.stdout)) == expected


def _sorted(value):
    """A statement without the order of its lists, and with lists of one as the one."""
    if isinstance(value, list):
        members = sorted((_sorted(item) for item in value), key=json.dumps)
        return members[0] if len(members) == 1 else members
    return {key: _sorted(item) for key, item in value.items()} if isinstance(value, dict) else value
