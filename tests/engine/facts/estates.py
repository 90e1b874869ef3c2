"""Small estates for tests of facts, built from plain documents."""

from __future__ import annotations

from typing import Any

from auditor.estate.estate import Bot, Estate, Intent, SourceKind
from auditor.estate.function import Function, Hook, LexGeneration, LogGroup
from auditor.estate.role import Attachment, Role, RolePolicy
from auditor.iam.document import PolicyKind
from auditor.iam.node import node
from auditor.iam.parse import parse_policy
from auditor.iam.text import ACCOUNT, REGION, Hole, HoleType, text

ACCOUNT_ID = "111122223333"
FUNCTION_ARN = f"arn:aws:lambda:us-east-1:{ACCOUNT_ID}:function:hook"
VERSION = Hole("version", HoleType.LEX_VERSION, each=True)


def permission(principal: Any = None, condition: Any = None, **others: Any) -> dict[str, Any]:
    """One Allow statement for `lambda:InvokeFunction` on the function."""
    statement = {
        "Effect": "Allow",
        "Principal": principal if principal is not None else {"Service": "lex.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": FUNCTION_ARN,
        **others,
    }
    return statement if condition is None else {**statement, "Condition": condition}


def source_arn(*patterns: Any) -> dict[str, Any]:
    return {"ArnLike": {"AWS:SourceArn": list(patterns)}}


def intent_hook(name: str, account: Any = ACCOUNT_ID, region: Any = "us-east-1", qualifier: str | None = None) -> Hook:
    source = text("arn:aws:lex:", region, ":", account, f":intent:{name}:", VERSION)
    return Hook(LexGeneration.V1, source, text(name), text(qualifier) if qualifier else None, intent=text(name))


def alias_hook(bot: str = "ABCDEFGHIJ", alias: str = "TSTALIASID") -> Hook:
    source = text(f"arn:aws:lex:us-east-1:{ACCOUNT_ID}:bot-alias/{bot}/{alias}")
    return Hook(LexGeneration.V2, source, text(f"{bot}/{alias}"), bot=text(bot), alias=text(alias))


def estate_of(
    *statements: dict[str, Any],
    hooks: tuple[Hook, ...] | None = None,
    bots: tuple[Bot, ...] = (),
    intents: tuple[str, ...] = (),
    role: Role | None = None,
    managed: bool | None = None,
    account_known: bool = True,
) -> Estate:
    """An estate of one function whose resource policy has these statements. `hooks` None: who
    calls is not known. Without `account_known`, account and region are holes."""
    own = text(ACCOUNT_ID) if account_known else text(ACCOUNT)
    region = text("us-east-1") if account_known else text(REGION)
    arn = text("arn:aws:lambda:", region, ":", own, ":function:hook")
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    function = Function(
        text("hook"),
        arn,
        address="aws_lambda_function.hook",
        role=role.key if role else None,
        log_group=LogGroup(text("/aws/lambda/hook"), managed),
        resource_policy=parse_policy(node(document), PolicyKind.RESOURCE),
        hooks=hooks or (),
        hooks_known=frozenset(LexGeneration) if hooks is not None else frozenset(),
        invokers_known=hooks is not None,
    )
    return Estate(
        SourceKind.BUNDLE,
        functions=(function,),
        roles=(role,) if role else (),
        bots=bots,
        intents=tuple(Intent(text(name)) for name in intents),
        account=own,
        region=region,
    )


def role_of(*statements: dict[str, Any], trust: dict[str, Any] | None = None, **others: Any) -> Role:
    """A role with one inline policy."""
    trusted = trust or {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    policy = RolePolicy(text("inline"), Attachment.INLINE, parse_policy(node(document), PolicyKind.IDENTITY))
    values: dict[str, Any] = {
        "key": "role",
        "name": text("role"),
        "arn": text(f"arn:aws:iam::{ACCOUNT_ID}:role/role"),
        "path": text("/"),
        "trust": parse_policy(node({"Version": "2012-10-17", "Statement": trusted}), PolicyKind.TRUST),
        "policies": (policy,) if statements else (),
        **others,
    }
    return Role(**values)
