"""Functions and roles that are like one another but for their names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st
from msgspec.structs import replace

from auditor.estate.estate import Bot, Estate, Intent, SourceKind
from auditor.estate.function import Function, Hook, LexGeneration, LogGroup
from auditor.estate.role import Attachment, Role, RolePolicy
from auditor.iam.document import PolicyKind
from auditor.iam.node import node
from auditor.iam.origin import Origin
from auditor.iam.parse import parse_policy
from auditor.iam.text import ACCOUNT, REGION, Hole, HoleType, text

OWN = "111122223333"
NAMES = (
    *("orders-1", "orders-2", "payments_api", "Booking.Hook", "q7", "q8"),
    *("orders", "ORDERS-1", "us-east-1.orders-1", "fn-1", "fn-2", "my-lambda-1", "x"),
    *("another-function", "anyone", "other", "lambda-insights", "444455556666", "ABCDEFGHIJ", "ABCDEFGHIK"),
    *("lexicon", "another-lexicon", "table", "polly"),
)
"""Plain names, and such as are part of others, differ in case, look like a region, an account or an
id of Lex's, are names that a witness has, or words of the catalogue of actions."""
HOLES = (
    *("QuarkAlpha", "QuarkBeta", "QuarkGamma", "QuarkAlphaRole", "QuarkBetaHook", "QuarkAlpha.Zed", "QuarkBeta.Zed"),
    *("var.quark", "module.quark.id", "In/QuarkAlpha", "Stage of QuarkAlpha", "orders-1", "Quark1", "Quark2"),
    *("Function", "bot", "account", "ABCDEFGHIJ", "aws_x.q_a.id", "aws_x.q_b.id", "QUARKALPHA"),
)
"""Holes as sources call them, and such whose likely values meet or are names, or what the program names."""
HOLE_TYPES = {"name": HoleType.NAME, "role": HoleType.NAME, "bot": HoleType.LEX_ID, "other": HoleType.LEX_NAME}
LOG_RESOURCES = (
    "arn:aws:logs:{region}:{account}:log-group:/aws/lambda/{name}:*",
    "arn:aws:logs:{region}:{account}:log-group:/aws/lambda/{name}",
    "arn:aws:logs:*:*:log-group:/aws/lambda/{name}:*",
    "arn:aws:logs:*:*:log-group:/aws/lambda/{name}*",
    "arn:aws:logs:*:*:log-group:/aws/lambda/{other}:*",
    "arn:aws:logs:*:*:log-group:/aws/lambda/us-east-1.{other}:*",
    "arn:aws:logs:*:*:log-group:/aws/lambda/o*:*",
    "arn:aws:logs:*:*:*",
    "*",
)
ACTIONS = (
    *("logs:CreateLogStream", "logs:PutLogEvents", "logs:*", "dynamodb:GetItem", "*"),
    *("iam:PassRole", "polly:GetLexicon", "polly:*"),
)
OTHER_RESOURCES = (
    "arn:aws:dynamodb:{region}:{account}:table/{name}",
    "arn:aws:dynamodb:*:*:{other}/*",
    "arn:aws:{name}:*:*:lexicon/*",
    "arn:aws:polly:*:*:{other}/*",
    "arn:aws:iam::{account}:role/{role}",
)
SOURCES = (
    "arn:aws:lex:{region}:{account}:bot-alias/{bot}/TSTALIASID",
    "arn:aws:lex:{region}:{account}:bot-alias/{bot}/{alias}",
    "arn:aws:lex:{region}:{account}:bot-alias/{bot}/*",
    "arn:aws:lex:{region}:444455556666:bot-alias/{bot}/*",
    "arn:aws:lex:{region}:{account}:intent:{other}:*",
    "arn:aws:lex:*:*:bot-alias/{name}/*",
    "*",
)
TRUSTED: tuple[dict[str, str] | str, ...] = (
    {"Service": "lambda.amazonaws.com"},
    {"AWS": "arn:aws:iam::{account}:role/{other}"},
    {"AWS": "arn:aws:iam::444455556666:role/{name}"},
    "*",
)


def fill(value: Any, parts: dict[str, str | Hole]) -> Any:
    """A document with its `{...}` filled, in the place where `name` stands."""
    if isinstance(value, str):
        pieces = _FIELD.split(value)
        return text(*(parts[piece] if number % 2 else piece for number, piece in enumerate(pieces)))
    if isinstance(value, list):
        return [fill(part, parts) for part in value]
    return {key: fill(part, parts) for key, part in value.items()}


_FIELD = re.compile(r"\{(\w+)\}")


def statement(**parts: Any) -> dict[str, Any]:
    return {"Effect": "Allow", **parts}


def unit(template: dict[str, Any], parts: dict[str, str | Hole], number: int) -> tuple[Function, Role]:
    """A function and its role, each element with a place of its own."""
    origin = Origin("main.tf", number * 100 + 1, 1, address=f"f{number}")

    def parsed(statements: Sequence[dict[str, Any]], kind: PolicyKind) -> Any:
        policy = parse_policy(node({"Version": "2012-10-17", "Statement": fill(list(statements), parts)}), kind)
        placed = (replace(s, origin=replace(origin, line=number * 100 + 2 + s.index)) for s in policy.statements)
        return replace(policy, statements=tuple(placed), origin=origin)

    account = text(ACCOUNT) if parts["account"] != OWN else text(OWN)
    region = text(REGION) if template["region"] is None else text(template["region"])
    arn = text("arn:aws:lambda:", region, ":", account, ":function:", parts["name"])
    version = Hole("version", HoleType.LEX_VERSION, each=True)
    hooks: tuple[Hook, ...] = ()
    if template["hook"] == "v1":
        intent = parts["other"]
        source = text("arn:aws:lex:", region, ":", account, ":intent:", intent, ":", version)
        hooks = (Hook(LexGeneration.V1, source, text(intent), intent=text(intent), origin=origin),)
    if template["hook"] == "v2":
        bot, alias = text(parts["bot"]), text(parts["alias"])
        source = text("arn:aws:lex:", region, ":", account, ":bot-alias/", bot, "/", alias)
        hooks = (Hook(LexGeneration.V2, source, text(bot, "/", alias), bot=bot, alias=alias, origin=origin),)
    function = Function(
        text(parts["name"]),
        arn,
        address=f"f{number}",
        origin=origin,
        role=f"r{number}",
        log_group=LogGroup(text("/aws/lambda/", parts["name"]), template["managed"], origin),
        resource_policy=parsed(template["permissions"], PolicyKind.RESOURCE),
        hooks=hooks,
        hooks_known=frozenset(LexGeneration) if template["known"] else frozenset(),
        invokers_known=template["known"],
    )
    role = Role(
        f"r{number}",
        text(parts["role"]),
        text("arn:aws:iam::", account, ":role/", parts["role"]),
        text("/"),
        trust=parsed(template["trust"], PolicyKind.TRUST),
        policies=(
            RolePolicy(text("own"), Attachment.INLINE, parsed(template["held"], PolicyKind.IDENTITY), origin=origin),
        ),
        origin=origin,
    )
    return function, role


_BOT = Bot(LexGeneration.V2, text("QuarkGamma"), text(Hole("QuarkAlpha", HoleType.LEX_ID)))


@st.composite
def estates(draw: st.DrawFn) -> Estate:
    """Some functions of one template that differ by names, and what stands around them."""
    known = draw(st.booleans())
    account, region = (OWN, "us-east-1") if known else ("${account}", "us-east-1")
    conditions = st.sampled_from(SOURCES).map(lambda source: {"ArnLike": {"aws:SourceArn": source}})
    accounts = st.sampled_from(({"StringEquals": {"aws:SourceAccount": "111122223333"}}, {}))
    permissions = st.builds(
        lambda who, *tests: statement(
            Principal=who,
            Action="lambda:InvokeFunction",
            Resource="arn:aws:lambda:{region}:111122223333:function:{name}",
            Condition={key: value for test in tests for key, value in test.items()},
        ),
        st.sampled_from(({"Service": "lexv2.amazonaws.com"}, {"Service": "lex.amazonaws.com"})),
        conditions,
        accounts,
    )
    actions = st.lists(
        st.sampled_from(ACTIONS),
        min_size=1,
        max_size=2,
        unique=True,
    )
    held = st.builds(
        lambda a, r: statement(Action=a, Resource=r), actions, st.sampled_from((*LOG_RESOURCES, *OTHER_RESOURCES))
    )
    template = {
        "permissions": draw(st.lists(permissions, max_size=2)),
        "held": draw(st.lists(held, max_size=2)),
        "trust": [
            statement(Principal=who, Action="sts:AssumeRole")
            for who in draw(st.lists(st.sampled_from(TRUSTED), min_size=1, max_size=1))
        ],
        "managed": draw(st.sampled_from((True, False, None))),
        "hook": draw(st.sampled_from(("v1", "v2", ""))),
        "known": draw(st.booleans()),
        "region": "us-east-1" if known else None,
    }
    names = st.lists(st.sampled_from(NAMES), min_size=4, max_size=4, unique=True)
    unknown = draw(st.sampled_from(((), ("bot",), ("name", "role"), ("name", "role", "bot"), tuple(HOLE_TYPES))))
    holes = st.lists(st.sampled_from(HOLES), min_size=len(HOLE_TYPES), max_size=len(HOLE_TYPES), unique=True)
    units = []
    for number in range(3):
        letter = "ABC"[number]
        odd = draw(st.sampled_from(((), ("names",), ("holes",))))
        clean = [f"z{letter}-{part}" for part in HOLE_TYPES], [f"Quark{letter}{part}" for part in HOLE_TYPES]
        called = draw(names) if "names" in odd else clean[0]
        parts: dict[str, str | Hole] = dict(zip(HOLE_TYPES, called, strict=True))
        for part, called_hole in zip(HOLE_TYPES, draw(holes) if "holes" in odd else clean[1], strict=True):
            if part in unknown:
                parts[part] = Hole(called_hole, HOLE_TYPES[part])
        bot = parts["bot"]
        alias = Hole(f"{bot.name}Live.Id", HoleType.LEX_ALIAS_ID) if isinstance(bot, Hole) else "ABCDEFGHIZ"
        parts |= {"alias": alias, "region": region, "account": account if known else "*"}
        units.append(unit(template, parts, number))
    return Estate(
        SourceKind.BUNDLE,
        functions=tuple(function for function, _ in units),
        roles=tuple(role for _, role in units),
        bots=draw(st.sampled_from(((), (Bot(LexGeneration.V1, text("orders")),), (_BOT,)))),
        intents=draw(st.sampled_from(((), (Intent(text("payments_api")),)))),
        account=text(OWN) if known else text(ACCOUNT),
        region=text("us-east-1") if known else text(REGION),
    )


def plain(
    names: Sequence[str],
    resource: str = LOG_RESOURCES[0],
    actions: Sequence[str] = ("logs:CreateLogStream", "logs:PutLogEvents"),
) -> Estate:
    """Functions whose logs are written to their own groups, one for each name; or who may do else."""
    template = {
        "permissions": [],
        "held": [statement(Action=list(actions), Resource=resource)],
        "trust": [statement(Principal={"Service": "lambda.amazonaws.com"}, Action="sts:AssumeRole")],
        "managed": True,
        "hook": "",
        "known": True,
        "region": "us-east-1",
    }
    parts = {"other": "beside", "bot": "ABCDEFGHIJ", "alias": "ABCDEFGHIZ", "account": OWN, "region": "us-east-1"}
    units = [unit(template, {**parts, "name": n, "role": f"run-{i}x"}, i) for i, n in enumerate(names)]
    functions, roles = zip(*units, strict=True)
    return Estate(SourceKind.BUNDLE, functions=functions, roles=roles, account=text(OWN), region=text("us-east-1"))


def called(*names: str, bot: str = "{name}Bot", function: str = "{name}", resource: str = LOG_RESOURCES[2]) -> Estate:
    """Functions that deployment names, each called by a bot of its own, and open to the bots of the account."""
    template = {
        "permissions": [
            statement(
                Principal={"Service": "lexv2.amazonaws.com"},
                Action="lambda:InvokeFunction",
                Resource="arn:aws:lambda:{region}:111122223333:function:{name}",
                Condition={"StringEquals": {"aws:SourceAccount": OWN}},
            )
        ],
        "held": [statement(Action="logs:PutLogEvents", Resource=resource)],
        "trust": [statement(Principal={"Service": "lambda.amazonaws.com"}, Action="sts:AssumeRole")],
        "managed": True,
        "hook": "v2",
        "known": True,
        "region": "us-east-1",
    }
    units = []
    for number, name in enumerate(names):
        parts: dict[str, str | Hole] = {
            "name": Hole(function.format(name=name), HoleType.NAME),
            "role": Hole(f"{name}Role", HoleType.NAME),
            "bot": Hole(bot.format(name=name), HoleType.LEX_ID),
            "alias": Hole(f"{name}Live.BotAliasId", HoleType.LEX_ALIAS_ID),
        }
        units.append(unit(template, {**parts, "account": OWN, "region": "us-east-1"}, number))
    functions, roles = zip(*units, strict=True)
    return Estate(SourceKind.BUNDLE, functions=functions, roles=roles, account=text(OWN), region=text("us-east-1"))
