"""The short ways of the search (which statements can meet, which one covers another) against asking
about every request: they may be too careful, never too bold."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import product
from typing import Any

import pytest

from auditor.iam.access import tested
from auditor.iam.access.covering import covers
from auditor.iam.access.nearby import may_meet, outlines
from auditor.iam.decide import Policies
from auditor.iam.document import PolicyKind
from auditor.iam.match.statement import match_statement
from auditor.iam.node import node
from auditor.iam.parse import parse_policy
from auditor.iam.request import ANONYMOUS, Request, aws, context, service
from auditor.iam.text import Hole, Text, text

OWN, OTHER = "111111111111", "222222222222"
CALLERS = (
    service("a.amazonaws.com"),
    ANONYMOUS,
    aws(f"arn:aws:iam::{OTHER}:role/r"),
    aws(f"arn:aws:iam::{OWN}:role/r"),
)
ACTIONS = ("x:Aa", "x:Ab", "x:b", "y:Aa")
HEAD = f"arn:aws:x:r:{OWN}:"
RESOURCES = (*(HEAD + tail for tail in ("a", "ab", "b", "b:a")), f"arn:aws:x:r:{OTHER}:a")
CONTEXTS = tuple(
    {key: value for key, value in zip(("k", "v"), chosen, strict=True) if value is not None}
    for chosen in product((None, "a", "A", "arn:aws:x:r:1:a"), (None, "a", "b"))
)
UNIVERSE = [
    Request(caller, action, text(resource), context(dict(known)))
    for caller, action, resource, known in product(CALLERS, ACTIONS, RESOURCES, CONTEXTS)
]
UNIVERSE = random.Random("universe").sample(UNIVERSE, 250)


def statement(rng: random.Random) -> dict[str, Any]:
    made: dict[str, Any] = {"Effect": rng.choice(["Allow", "Deny"])}
    principals: list[Any] = ["*", "*", {"Service": "a.amazonaws.com"}, {"AWS": OTHER}, {"AWS": str(CALLERS[2].value)}]
    made[rng.choice(["Principal"] * 6 + ["NotPrincipal"])] = rng.choice(principals)
    actions: list[Any] = ["*", "x:*", "X:a?", "x:Aa", ["x:b", "y:*"], "x:A*"]
    made[rng.choice(["Action"] * 4 + ["NotAction"])] = rng.choice(actions)
    resources = [
        "*",
        HEAD + "a",
        HEAD + "a*",
        HEAD + "?",
        HEAD + "*b",
        "arn:aws:x:*",
        HEAD + "${v}",
        HEAD + "${v, 'b'}",
    ]
    made[rng.choice(["Resource"] * 4 + ["NotResource"])] = rng.sample(resources, rng.randint(1, 2))
    for _ in range(rng.choice([0, 0, 1, 1, 2])):
        operators = [
            "StringEquals",
            "StringLike",
            "StringNotLike",
            "StringEqualsIgnoreCase",
            "ArnLike",
            "StringLikeIfExists",
        ]
        values = ["a", "A", "a*", "${v}", "arn:aws:x:r:1:*", "arn:*:x:*:*:a"]
        operator = rng.choice(["", "", "", "ForAllValues:", "ForAnyValue:"]) + rng.choice(operators)
        made.setdefault("Condition", {}).setdefault(operator, {})[rng.choice(["k", "K"])] = rng.choice(values)
    return made


def pairs(count: int, name: str) -> Sequence[tuple[tested.Tested, tested.Tested]]:
    made = []
    for seed in range(count):
        rng = random.Random(f"{name} {seed}")
        one = statement(rng)
        # Mostly one that differs in few elements, so that there is something to cover.
        other = {**one, **dict(rng.sample(list(statement(rng).items()), rng.randint(0, 2)))}
        for element in ("Principal", "Action", "Resource"):
            if element in other and f"Not{element}" in other:
                del other[rng.choice([element, f"Not{element}"])]
        versions = [rng.choice(["2012-10-17"] * 4 + ["2008-10-17"]) for _ in range(2)]
        sides = [
            Policies(parse_policy(node({"Version": version, "Statement": [written]}), PolicyKind.RESOURCE))
            for version, written in zip(versions, (one, other), strict=True)
        ]
        assert all(side.resource is not None and not side.resource.unknown for side in sides)
        first, second = tested.tested(*sides)
        made.append((first, second))
    return made


def matched(one: tested.Tested) -> tuple[set[int], set[int]]:
    """The requests that a statement surely matches, and those that it may match."""
    answers = [match_statement(one.statement, request, one.variables).applies for request in UNIVERSE]
    surely = {place for place, answer in enumerate(answers) if answer.yes}
    return surely, surely | {place for place, answer in enumerate(answers) if answer.maybe}


def test_statements_that_match_one_request_may_meet() -> None:
    apart = 0
    for one, other in pairs(100, "meet"):
        first, second = outlines((one, other), CALLERS)
        together = matched(one)[1] & matched(other)[1]
        if not may_meet(first, second):
            apart += 1
            assert not together, (one.statement, other.statement, UNIVERSE[next(iter(together))])
    assert apart > 5


def test_what_a_covered_statement_matches_the_other_matches_too() -> None:
    found = 0
    for wide, narrow in pairs(140, "cover"):
        if wide.statement.effect is narrow.statement.effect and covers(wide, narrow):
            found += 1
            (wide_surely, wide_may), (surely, may) = matched(wide), matched(narrow)
            assert surely <= wide_surely, (wide.statement, narrow.statement)
            assert may <= wide_may, (wide.statement, narrow.statement)
    assert found > 15


def _with_resource(resource: str | Text) -> tested.Tested:
    written = {"Effect": "Allow", "Principal": "*", "Action": "x:Aa", "Resource": resource}
    policy = parse_policy(node({"Version": "2012-10-17", "Statement": [written]}), PolicyKind.RESOURCE)
    return tested.tested(Policies(policy), Policies())[0]


@pytest.mark.parametrize(
    ("wide", "narrow", "expected"),
    [
        (HEAD + "a*", HEAD + "a/b*", True),
        (HEAD + "*", HEAD + "a?", True),
        (HEAD + "a", HEAD + "a", True),
        (HEAD + "a?", HEAD + "ab", True),
        (HEAD + "a*", HEAD + "a", True),
        (HEAD + "a", HEAD + "a*", False),
        (HEAD + "A", HEAD + "a", False),
        ("arn:aws:x*:a", HEAD + "a", False),  # whether `*` crosses a colon there is open
        (HEAD + "a?", HEAD + "a*", False),
        (text(HEAD, Hole("var.x")), text(HEAD, Hole("var.x")), True),
        (text(HEAD, Hole("var.x")), text(HEAD, Hole("var.y")), False),
        ("*", text(HEAD, Hole("var.x")), True),
    ],
)
def test_resources_that_plainly_cover_others(wide: str | Text, narrow: str | Text, expected: bool) -> None:
    assert covers(_with_resource(wide), _with_resource(narrow)) is expected
