"""What `escape` answers where the policies have holes, against every value of the holes.

NONE must hold whatever the holes turn out to be, and so must FOUND: the request that is found
escapes for every value. UNDETERMINED claims nothing.
"""

from __future__ import annotations

import itertools
import random

import pytest

from auditor.iam.access import Domain, Outcome, Question, escape
from auditor.iam.access.question import each
from auditor.iam.decide import Policies, decide
from auditor.iam.document import PolicyKind
from auditor.iam.filling import fill_policies, fill_request
from auditor.iam.node import node
from auditor.iam.parse import parse_policy
from auditor.iam.request import Request, context, service
from auditor.iam.text import Hole, HoleType, Text, text

ANY, NAME, ACCOUNT = Hole("any"), Hole("name", HoleType.NAME), Hole("owner", HoleType.ACCOUNT)
OWN, OTHER = "111111111111", "222222222222"
VALUES = [
    dict(zip((ANY, NAME, ACCOUNT), chosen, strict=True))
    for chosen in itertools.product(("", "a", "b", "ab", "a:b"), ("a", "b", "ab", "z"), (OWN, OTHER))
]
LAMBDA = service("lambda.amazonaws.com")
SEEDS = 16


def pattern(rng: random.Random) -> Text:
    return text(*(rng.choice(["a", "b", "*", "?", ANY, NAME, NAME]) for _ in range(rng.randint(1, 3))))


def source(rng: random.Random) -> Text:
    owner = rng.choice([OWN, "*", ACCOUNT])
    return text("arn:aws:lex:us-east-1:", owner, ":", rng.choice(["a", "*", NAME, text("a", NAME)]))


def policies(rng: random.Random, on_source: bool) -> Policies:
    statements = []
    for _ in range(rng.randint(1, 3)):
        statement = {
            "Effect": rng.choice(["Allow", "Allow", "Deny"]),
            "Action": "*",
            "Principal": "*",
            "Resource": text("arn:aws:x:r:", OWN, ":", pattern(rng)),
        }
        operator = rng.choice(["StringEquals", "StringLike", "StringNotLike", "StringEqualsIfExists"])
        if on_source:
            statement["Condition"] = {
                rng.choice(["ArnLike", "ArnNotLike", "StringLike"]): {"aws:SourceArn": source(rng)}
            }
            statement["Resource"] = "*"
        elif rng.random() < 0.5:
            statement["Condition"] = {operator: {"k": pattern(rng)}}
            statement["Resource"] = rng.choice(["*", statement["Resource"]])
        statements.append(statement)
    policy = parse_policy(node({"Version": "2012-10-17", "Statement": statements}), PolicyKind.RESOURCE)
    assert not policy.unknown, policy.defects
    return Policies(policy)


WORDS = ["".join(t) for n in range(4) for t in itertools.product("abz", repeat=n)]
RESOURCE = f"arn:aws:x:r:{OWN}:"


def universe(on_source: bool):
    if on_source:
        for owner, name in itertools.product((OWN, OTHER, "333333333333"), ("a", "b", "z", "ab", "a:b", "az")):
            yield Request(
                LAMBDA, "x:A", text(RESOURCE, "a"), context({"aws:SourceArn": f"arn:aws:lex:us-east-1:{owner}:{name}"})
            )
        yield Request(LAMBDA, "x:A", text(RESOURCE, "a"))
        return
    for word in (*WORDS, "a:b"):
        for value in (None, "", "a", "b", "z", "ab", "ba", "aab", "abz"):
            yield Request(LAMBDA, "x:A", text(RESOURCE, word), context({} if value is None else {"k": value}))


def play(seed: int, on_source: bool) -> Outcome:
    rng = random.Random(seed)
    new, old = policies(rng, on_source), policies(rng, on_source)
    form = text(RESOURCE, each(HoleType.ANYTHING))
    question = Question((LAMBDA,), ("x:A",), Domain((form,)), {"k": Domain((text(each(HoleType.ANYTHING)),))})
    answer = escape(new, old, question)
    if answer.outcome is Outcome.UNDETERMINED:
        return answer.outcome
    for values in VALUES:
        after, before = fill_policies(new, values.get), fill_policies(old, values.get)
        if answer.request is not None:
            filled = fill_request(answer.request, values.get)
            assert decide(filled, after).allowed, (seed, filled, values)
            assert decide(filled, before).denied, (seed, filled, values)
            continue
        for request in universe(on_source):
            escapes = decide(request, after).allowed and decide(request, before).denied
            assert not escapes, (seed, request, {h.name: v for h, v in values.items()})
    return answer.outcome


@pytest.mark.parametrize("on_source", [False, True], ids=["resources and keys", "source ARNs"])
def test_certain_answers_hold_for_every_value_of_the_holes(on_source: bool):
    outcomes = [play(seed, on_source) for seed in range(SEEDS)]
    assert {Outcome.FOUND, Outcome.NONE, Outcome.UNDETERMINED} <= set(outcomes)
