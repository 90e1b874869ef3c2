"""Small estates and the fixes that the tests of this folder render."""

from __future__ import annotations

from msgspec.structs import replace

from auditor.estate.estate import Estate, SourceKind
from auditor.estate.function import Function, Hook, LexGeneration, LogGroup
from auditor.estate.role import Attachment, Role, RolePolicy
from auditor.fixes.fix import Fix, Safety
from auditor.fixes.operation import AddPermission, Operation, RemovePermission
from auditor.fixes.render import render
from auditor.iam.document import (
    Condition,
    Effect,
    Operator,
    Pattern,
    Policy,
    PolicyKind,
    PrincipalPattern,
    Statement,
)
from auditor.iam.origin import Origin
from auditor.iam.request import PrincipalKind
from auditor.iam.text import ACCOUNT, REGION, Text, text

HERE = text(REGION, ":", ACCOUNT)
"""The region and account of the estate, as ARNs have them."""


def function(name: str | Text = "classifieds_lambda", where: Text | str = HERE, **known) -> Function:
    return Function(text(name), text("arn:aws:lambda:", where, ":function:", name), **known)


def invoke(target: Function, *conditions: Condition, principal="lex.amazonaws.com", sid=None, **known) -> Statement:
    """A statement that lets a service invoke `target`."""
    return Statement(
        Effect.ALLOW,
        (Pattern(text("lambda:InvokeFunction")),),
        (Pattern(known.pop("resource", target.arn)),),
        (PrincipalPattern(PrincipalKind.SERVICE, text(principal)),),
        conditions,
        sid=text(sid) if sid else None,
        **known,
    )


def condition(operator: str, key: str, value: str | Text) -> Condition:
    return Condition(Operator(operator), text(key), (Pattern(text(value)),))


def from_source(arn: str | Text) -> Condition:
    return condition("ArnLike", "aws:SourceArn", arn)


def intent_arn(name: str) -> Text:
    return text("arn:aws:lex:", HERE, f":intent:{name}:*")


def intent_hook(name: str, address: str | None = None) -> Hook:
    return Hook(LexGeneration.V1, intent_arn(name), text(name), intent=text(name), origin=Origin(address=address))


def add_for_intent(target: Function, name: str, statement_id: str, address: str | None = None) -> AddPermission:
    return AddPermission(
        target, invoke(target, from_source(intent_arn(name))), statement_id, (intent_hook(name, address),)
    )


def identity(actions: str | list[str], *resources: str | Text, sid: str | None = None, **known) -> Statement:
    listed = [actions] if isinstance(actions, str) else actions
    patterns = tuple(Pattern(text(action)) for action in listed)
    where = tuple(Pattern(text(resource)) for resource in resources)
    return Statement(Effect.ALLOW, patterns, where, sid=text(sid) if sid else None, **known)


def trust(*services: str, **known) -> Statement:
    principals = tuple(PrincipalPattern(PrincipalKind.SERVICE, text(service)) for service in services)
    return Statement(Effect.ALLOW, (Pattern(text("sts:AssumeRole")),), principals=principals, **known)


def role(name: str = "lambda_role", *policies: RolePolicy, **known) -> Role:
    arn = text("arn:aws:iam::", ACCOUNT, f":role/{name}")
    return Role(known.pop("key", name), text(name), arn, text("/"), policies=policies, **known)


def role_policy(name: str, *statements: Statement, attachment: Attachment = Attachment.INLINE, **known) -> RolePolicy:
    document = Policy(PolicyKind.IDENTITY).with_statements(statements)
    return RolePolicy(text(name), attachment, document, **known)


def terraform(*functions: Function, roles: tuple[Role, ...] = ()) -> Estate:
    return Estate(SourceKind.TERRAFORM, functions=functions, roles=roles)


def cloudformation(*functions: Function, roles: tuple[Role, ...] = ()) -> Estate:
    return Estate(SourceKind.CLOUDFORMATION, functions=functions, roles=roles)


def bundle(*functions: Function, roles: tuple[Role, ...] = ()) -> Estate:
    return Estate(SourceKind.BUNDLE, functions=functions, roles=roles)


def fix(*operations: Operation) -> Fix:
    return Fix("mend it", Safety.SAFE, operations)


def log_group(name: str, address: str | None = None) -> LogGroup:
    return LogGroup(text(name), True if address else None, Origin(address=address))


HOSTILE = (
    "it's",
    'a"b',
    "a b",
    "a$(touch pwned)b",
    "a`touch pwned`b",
    "a\nb",
    "a\tb",
    "../../x",
    "fü-日本",
    "a;touch pwned",
    "a\x1b[31mb",
    "-rf",
    "--region",
    "${HOME}",
    "%{ if true }x",
    "a\\",
    "*",
    "~",
    "a&&b|c>d",
    "#x",
    "*/ }",
)
"""Names that mean something to a shell, to Terraform or to YAML."""
NAMES = ("CreatePost", "ReadPost", "UpdatePost", "DeletePost")
"""The intents of the classifieds bot."""
GROUP = text("arn:aws:logs:", HERE, ":log-group:/aws/lambda/classifieds_lambda")
WRITE = identity(["logs:CreateLogStream", "logs:PutLogEvents"], text(GROUP, ":*"))


def snippet(written: Fix, estate: Estate) -> str:
    rendered = render(written, estate).terraform
    assert rendered is not None, "the fix has no Terraform form"
    return rendered


def classifieds() -> tuple[Function, Estate, RemovePermission]:
    """The function with a wide permission, as Terraform has it."""
    place = Origin("lambda.tf", 50, 1, 55, 2, "aws_lambda_permission.allow_lex")
    group = log_group("/aws/lambda/classifieds_lambda", "aws_cloudwatch_log_group.g")
    bare = function(address="aws_lambda_function.f", log_group=group, role="r", origin=Origin("lambda.tf", 30))
    wide = invoke(bare, sid="AllowLex", origin=place)
    f = replace(bare, resource_policy=Policy(PolicyKind.RESOURCE, (wide,)))
    return f, terraform(f), RemovePermission(f, wide)


def lambda_role(*policies, **known) -> Role:
    return role("lambda_role", *policies, key="r", address="aws_iam_role.r", **known)


def held(statement, block: str, attachment=Attachment.MANAGED):
    """A role with one policy of one statement, written in `block`."""
    place = replace(statement, origin=Origin("iam.tf", 3, 1, address=block))
    policy = role_policy("logs", place, attachment=attachment, address="aws_iam_policy.logs", arn=text("arn:aws:x"))
    holder = lambda_role(policy)
    return holder, policy, policy.policy.statements[0]
