"""Random policies with random requests about them, each from its own seed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from typing import Any

from .asking import Asked, Document, Situation
from .conditions import VARIABLES, random_condition, random_context
from .patterns import FOREIGN, OWN, instance, nudge, vary, vary_arn

FUNCTIONS = tuple(
    f"arn:aws:lambda:us-east-1:{OWN}:function:{name}"
    for name in ("orders", "orders:live", "orders:1", "orders:$LATEST", "orders-dev", "Orders", "orders-dev:live")
)
OTHERS = (
    f"arn:aws:lambda:eu-west-1:{OWN}:function:orders",
    f"arn:aws:lambda:us-east-1:{FOREIGN}:function:orders",
    f"arn:aws:logs:us-east-1:{OWN}:log-group:/aws/lambda/orders:*",
    f"arn:aws:logs:us-east-1:{OWN}:log-group:/aws/lambda/orders:log-stream:2026",
    f"arn:aws:sqs:us-east-1:{OWN}:orders",
    "arn:aws:s3:::orders-uploads/blue/1",
)
ROLE = f"arn:aws:iam::{OWN}:role/orders-role"
CALLERS: tuple[Any, ...] = (
    "*",
    {"Service": "lex.amazonaws.com"},
    {"Service": "lexv2.amazonaws.com"},
    {"Service": "events.amazonaws.com"},
    {"AWS": f"arn:aws:iam::{OWN}:role/app"},
    {"AWS": f"arn:aws:iam::{OWN}:role/team/app"},
    {"AWS": f"arn:aws:iam::{OWN}:user/ana"},
    {"AWS": f"arn:aws:sts::{OWN}:assumed-role/app/s1"},
    {"AWS": f"arn:aws:sts::{FOREIGN}:assumed-role/app/s1"},
    {"AWS": f"arn:aws:iam::{FOREIGN}:role/app"},
    {"AWS": f"arn:aws:iam::{FOREIGN}:user/ana"},
    {"AWS": f"arn:aws:iam::{OWN}:root"},
)
IDENTITIES = tuple(caller for caller in CALLERS if "AWS" in caller)
"""Only these have identity policies."""
ACCOUNTS = (OWN, f"arn:aws:iam::{OWN}:root", FOREIGN, f"arn:aws:iam::{FOREIGN}:root")
ACTIONS = (
    "lambda:InvokeFunction",
    "lambda:InvokeFunctionUrl",
    "lambda:GetFunction",
    "lambda:UpdateFunctionCode",
    "logs:PutLogEvents",
    "sqs:ReceiveMessage",
    "s3:GetObject",
)
REQUESTS = 20


def situations(seed: str) -> Iterator[Situation]:
    """Endless situations; the same seed gives the same ones."""
    index = 0
    while True:
        yield situation(Random(f"{seed}:{index}"))
        index += 1


def situation(random: Random) -> Situation:
    kind = random.random()
    trust = kind < 0.1
    resource = identity = boundaries = None
    if kind < 0.85:
        resource = random_policy(random, principals=True, trust=trust)
    if kind > 0.5 or (trust and random.random() < 0.7):
        identity = [random_policy(random, trust=trust) for _ in range(random.choice((1, 1, 2)))]
        if random.random() < 0.25:
            boundaries = [random_policy(random, trust=trust)]
    documents = [resource, *(identity or ()), *(boundaries or ())]
    statements = [s for document in documents if document for s in listed(document["Statement"])]
    requests: dict[str, Asked] = {}
    for _ in range(REQUESTS):
        asked = random_request(statements, random, trust, CALLERS if not identity else IDENTITIES)
        requests.setdefault(repr(asked), asked)
    return Situation(resource, tuple(identity or ()), tuple(boundaries or ()), tuple(requests.values()), trust)


def listed(value: Any) -> list[Any]:
    """An element that may be a list or its only item, as a list."""
    return value if isinstance(value, list) else [value]


def random_policy(random: Random, principals: bool = False, trust: bool = False) -> Document:
    """A policy of one to eight statements: a resource policy with `principals`, and a trust
    policy with both; an identity policy about roles with `trust` alone."""
    statements = [_statement(random, principals, trust) for _ in range(random.choice((1, 1, 2, 2, 3, 4, 5, 6, 7, 8)))]
    for index, statement in enumerate(statements):
        if random.random() < 0.5:
            statement["Sid"] = f"S{index}"
    document: Document = {"Statement": statements[0] if len(statements) == 1 and random.random() < 0.3 else statements}
    kind = random.random()
    if kind < 0.92:
        document["Version"] = "2012-10-17" if kind < 0.85 else "2008-10-17"
    return document


def _statement(random: Random, principals: bool, trust: bool) -> Document:
    deny = random.random() < 0.3
    made: Document = {"Effect": "Deny" if deny else "Allow"}
    if principals:
        name = "NotPrincipal" if random.random() < (0.2 if deny else 0.02) else "Principal"
        made[name] = _principals(random, name == "NotPrincipal")
    actions = [_action(random, trust) for _ in range(random.choice((1, 1, 2)))]
    made["NotAction" if random.random() < 0.1 else "Action"] = _one_or_list(actions, random)
    if not (principals and trust):
        resources = [_resource(random, trust) for _ in range(random.choice((1, 1, 2)))]
        made["NotResource" if random.random() < 0.12 else "Resource"] = _one_or_list(resources, random)
    if random.random() < 0.65:
        made["Condition"] = random_condition(random)
    return made


def _one_or_list(values: list[str], random: Random) -> Any:
    return values[0] if len(values) == 1 and random.random() < 0.6 else values


def _principals(random: Random, negated: bool) -> Any:
    kind = random.random()
    if kind < 0.3 and not negated:
        return random.choice(("*", {"AWS": "*"}, {"AWS": ["*"]}))
    made: dict[str, Any] = {}
    for _ in range(random.choice((1, 1, 2, 3))):
        plain = random.choice(CALLERS[1:]) if random.random() < 0.75 else {"AWS": random.choice(ACCOUNTS)}
        for type_of, name in plain.items():
            made.setdefault(type_of, []).append(name)
    if random.random() < 0.03:
        made["Federated"] = ["cognito-identity.amazonaws.com"]
    return {type_of: _one_or_list(list(dict.fromkeys(names)), random) for type_of, names in made.items()}


def _action(random: Random, trust: bool) -> str:
    if trust:
        return random.choice(("sts:AssumeRole", "sts:*", "sts:Assume*", "STS:assumerole", "sts:TagSession", "*"))
    kind = random.random()
    if kind < 0.1:
        return "*"
    service, name = random.choice(ACTIONS if kind < 0.5 else ACTIONS[:2]).split(":")
    if kind > 0.8:
        name = vary(name, random)
    if kind > 0.95:
        service = service.upper()
    return f"{service}:{name}"


def _resource(random: Random, trust: bool) -> str:
    kind = random.random()
    if kind < 0.15:
        return "*"
    made = vary_arn(ROLE if trust else random.choice(FUNCTIONS if kind < 0.8 else OTHERS), random)
    if kind < 0.17:
        made = made[: random.randint(8, max(8, len(made)))]
    elif kind < 0.22:
        made += random.choice(VARIABLES)
    elif kind < 0.23:
        made = made.replace(OWN, "${aws:PrincipalAccount}")
    elif kind < 0.24:
        made = made.replace("arn:aws:l", "arn:aws:L")
    return made if made.startswith("arn:") else f"arn:{made[4:]}"


def random_request(statements: list[Document], random: Random, trust: bool, callers: tuple[Any, ...]) -> Asked:
    """A request near what the statements say. The last of the callers is the rare one."""
    tests = _tests(statements, random)
    context = random_context(tests, random)
    principal = random.choice(callers if random.random() < 0.1 else callers[:-1])
    if trust:
        return Asked(principal, random.choice(("sts:AssumeRole", "sts:AssumeRole", "sts:TagSession")), ROLE, context)
    action = random.choice(ACTIONS[:2] if random.random() < 0.7 else ACTIONS)
    if random.random() < 0.05:
        action = action.lower()
    single = {key: value for key, value in context.items() if isinstance(value, str)}
    return Asked(principal, action, _target(statements, single, random), context)


def _target(statements: list[Document], known: dict[str, str], random: Random) -> str:
    patterns = [r for s in statements for r in listed(s.get("Resource", s.get("NotResource", [])))]
    patterns = [pattern for pattern in patterns if pattern.count(":") > 4]
    if patterns and random.random() < 0.6:
        made = re.sub(r"[*?]", "x", instance(random.choice(patterns), random, known))
        if made.startswith("arn:aws:") and made.count(":") > 4:
            return made
    target = random.choice(FUNCTIONS if random.random() < 0.8 else OTHERS).replace("*", "log-stream:x")
    return f"arn:aws:{nudge(target[8:], random)}" if random.random() < 0.05 else target


def _tests(statements: list[Document], random: Random) -> dict[str, list[str]]:
    """The patterns that each key (in lower case) is compared with, and the keys of variables."""
    tests: dict[str, list[str]] = {}
    for statement in statements:
        for operator, keys in statement.get("Condition", {}).items():
            for key, values in keys.items():
                found = tests.setdefault(key.lower(), [])
                if operator.lower() != "null":
                    found.extend(value for value in listed(values) if isinstance(value, str))
    for key in re.findall(r"\$\{(aws:[^},]+)", repr(statements)):
        tests.setdefault(key.lower(), ["blue", "x"])
    if random.random() < 0.05:
        tests.setdefault("aws:sourcearn", [])
    return tests
