"""The general question, against asking `decide` about every request of a small universe.

`decide` is asked without any short way: with an identity policy that allows everything, which is
what "the policies of other parties are taken to allow" means. Where no new access is said to be,
none may be in the universe; where some is, its witness must be decided as it claims.
"""

from __future__ import annotations

import itertools
import json
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from auditor.iam.access import Outcome
from auditor.iam.access.general import NewAccess, new_access
from auditor.iam.access.plausible import plausible
from auditor.iam.decide import Policies, decide
from auditor.iam.document import Policy, PolicyKind
from auditor.iam.node import node
from auditor.iam.parse import parse_policy
from auditor.iam.request import ANONYMOUS, Principal, PrincipalKind, Request, aws, context, service
from auditor.iam.text import text

OWN, OTHER, THIRD = "111111111111", "222222222222", "333333333333"
FUNCTION = f"arn:aws:lambda:us-east-1:{OWN}:function:f"
HEAD = "arn:aws:lex:us-east-1:"
Document = dict[str, Any]

CALLERS: tuple[Principal, ...] = (
    service("lex.amazonaws.com"),
    service("events.amazonaws.com"),
    ANONYMOUS,
    aws(f"arn:aws:iam::{OTHER}:role/r"),
    aws(f"arn:aws:sts::{OTHER}:assumed-role/r/s"),
    aws(f"arn:aws:iam::{OTHER}:user/u"),
    aws(f"arn:aws:iam::{OTHER}:root"),
    aws(f"arn:aws:iam::{THIRD}:role/r"),
    aws(f"arn:aws:iam::{OWN}:role/r"),
)
ACTIONS = ("lambda:InvokeFunction", "lambda:GetFunction", "s3:GetObject")
RESOURCES = (FUNCTION, f"{FUNCTION}:live", f"{FUNCTION}-other", f"{FUNCTION.replace('1:f', '2:f')}", "*")
SOURCES = (None, f"{HEAD}{OWN}:intent:A:1", f"{HEAD}{OWN}:intent:B:1", f"{HEAD}{OTHER}:intent:A:1", "arn:aws:s3:::b")
ACCOUNTS = (None, OWN, OTHER)


def choose_principal(rng: random.Random) -> Any:
    return rng.choice(
        [
            "*",
            {"AWS": "*"},
            {"Service": "lex.amazonaws.com"},
            {"Service": "lex.amazonaws.com"},
            {"Service": ["lex.amazonaws.com", "events.amazonaws.com"]},
            {"AWS": OTHER},
            {"AWS": f"arn:aws:iam::{OTHER}:root"},
            {"AWS": f"arn:aws:iam::{OTHER}:role/r"},
            {"AWS": [f"arn:aws:iam::{OTHER}:user/u", f"arn:aws:sts::{OTHER}:assumed-role/r/s"]},
        ]
    )


def choose_condition(rng: random.Random) -> Document:
    made: Document = {}
    for _ in range(rng.choice([0, 1, 1, 2])):
        kind = rng.choice(["arn", "account", "caller", "null"])
        tail = rng.choice(["", "", "IfExists"])
        if kind == "arn":
            operator = rng.choice(["ArnLike", "ArnLike", "StringLike", "StringEquals", "ArnNotLike"])
            forms = [
                f"{HEAD}{OWN}:intent:A:*",
                f"{HEAD}{OWN}:intent:A:1",
                f"{HEAD}*:intent:A:*",
                "arn:aws:*:*:*:*",
                "*",
            ]
            value: Any = rng.sample(forms, rng.randint(1, 2))
            if operator.startswith("Arn"):
                value = [form for form in value if form != "*"] or [forms[0]]
            made.setdefault(operator + tail, {})[rng.choice(["aws:SourceArn", "AWS:SourceArn"])] = value
        elif kind == "account":
            operator = rng.choice(["StringEquals", "StringNotEquals", "StringLike"])
            made.setdefault(operator + tail, {})["aws:SourceAccount"] = rng.choice([OWN, OTHER, [OWN, OTHER]])
        elif kind == "caller":
            made.setdefault("StringEquals" + tail, {})["aws:PrincipalAccount"] = rng.choice([OTHER, THIRD])
        else:
            made.setdefault("Null", {})["aws:SourceArn"] = rng.choice(["true", "false"])
    return made


def statement(rng: random.Random) -> Document:
    made: Document = {"Effect": rng.choice(["Allow", "Allow", "Allow", "Deny"]), "Principal": choose_principal(rng)}
    actions = ["lambda:InvokeFunction", "lambda:*", "*", "LAMBDA:invoke*", "lambda:Get?unction"]
    made[rng.choice(["Action"] * 5 + ["NotAction"])] = rng.choice(actions)
    resources = [FUNCTION, f"{FUNCTION}:*", f"{FUNCTION}*", "*", f"{FUNCTION}:live"]
    made[rng.choice(["Resource"] * 5 + ["NotResource"])] = rng.choice(resources)
    condition = choose_condition(rng)
    return {**made, "Condition": condition} if condition else made


def document(rng: random.Random) -> Document:
    return {"Version": "2012-10-17", "Statement": [statement(rng) for _ in range(rng.randint(1, 3))]}


def related(rng: random.Random, one: Document) -> Document:
    """Another document, mostly one that differs little."""
    listed = list(one["Statement"])
    change = rng.choice(["drop", "add", "swap", "widen", "new"])
    if change == "drop" and len(listed) > 1:
        listed.pop(rng.randrange(len(listed)))
    elif change == "add":
        listed.insert(rng.randrange(len(listed) + 1), statement(rng))
    elif change == "swap":
        rng.shuffle(listed)
    elif change == "widen":
        place = rng.randrange(len(listed))
        other = statement(rng)
        listed[place] = {
            **{k: v for k, v in listed[place].items() if k != "Condition"},
            "Principal": other["Principal"],
        }
    else:
        return document(rng)
    return {**one, "Statement": listed}


def parse(written: Document, kind: PolicyKind = PolicyKind.RESOURCE) -> Policy:
    policy = parse_policy(node(written), kind)
    assert not policy.unknown, policy.defects
    return policy


EVERYTHING = parse(
    {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}, PolicyKind.IDENTITY
)


def asked(policy: Policy) -> Policies:
    return Policies(policy, identity=(EVERYTHING,))


def universe() -> Iterator[Request]:
    for principal, action, resource, source, account in itertools.product(
        CALLERS, ACTIONS, RESOURCES, SOURCES, ACCOUNTS
    ):
        if source is not None and account is not None and source.split(":")[4] not in ("", account):
            continue
        known = {"aws:SourceArn": source, "aws:SourceAccount": account}
        if principal.kind is PrincipalKind.AWS:
            known["aws:PrincipalAccount"] = str(principal.value).split(":")[4]
        yield Request(
            principal,
            action,
            text(resource),
            context({key: value for key, value in known.items() if value is not None}),
        )


UNIVERSE = random.Random("universe").sample(list(universe()), 500)


def ask(new: Document, old: Document) -> NewAccess:
    return new_access(Policies(parse(new)), Policies(parse(old)))


def is_foreign(request: Request) -> bool:
    """Whether the caller surely is of another account than the resource, or of none."""
    if request.principal.kind is not PrincipalKind.AWS:
        return True
    owner = (str(request.resource).split(":") + [""] * 5)[4]
    return owner != "" and str(request.principal.value).split(":")[4] != owner


def test_no_new_access_and_witnesses_hold_for_every_request() -> None:
    seen = Counter[Outcome]()
    for seed in range(45):
        rng = random.Random(f"general {seed}")
        old = document(rng)
        new = related(rng, old)
        found = ask(new, old)
        told = f"seed {seed}\nold {old}\nnew {new}\n{found.answer}"
        seen[found.answer.outcome] += 1
        after, before = asked(parse(new)), asked(parse(old))
        # A caller of the own account whom no document names is judged by the documents alone.
        asking = [r for r in UNIVERSE if is_foreign(r) or str(r.principal.value) in json.dumps([old, new])]
        escaping = [r for r in asking if decide(r, after).allowed and decide(r, before).denied]
        if found.answer.outcome is Outcome.NONE:
            assert escaping == [], told
        if found.answer.outcome is Outcome.FOUND:
            for request in (found.answer.request, plausible(found)):
                assert request is not None
                assert decide(request, found.new).allowed, (told, request)
                assert decide(request, found.old).denied, (told, request)
                if is_foreign(request):
                    assert decide(request, after).allowed, (told, request)
                    assert decide(request, before).denied, (told, request)
        if escaping:
            assert found.answer.outcome is Outcome.FOUND, told
    assert seen[Outcome.NONE] > 10
    assert seen[Outcome.FOUND] > 10
    assert seen[Outcome.UNDETERMINED] < 5


def test_a_policy_gives_nothing_new_beside_itself() -> None:
    """Nor beside itself with its statements in another order, nor with one Deny more."""
    for seed in range(40):
        rng = random.Random(f"itself {seed}")
        old = document(rng)
        shuffled = rng.sample(old["Statement"], len(old["Statement"]))
        denying = {**statement(rng), "Effect": "Deny"}
        for listed in (old["Statement"], shuffled, [*old["Statement"], denying], [denying, *shuffled]):
            found = ask({**old, "Statement": listed}, old)
            assert found.answer.outcome is Outcome.NONE, (seed, old, listed, found.answer)


def test_a_statement_taken_away_is_no_new_access() -> None:
    """Where it is an Allow; and a policy plus a statement contains the policy."""
    for seed in range(40):
        rng = random.Random(f"plus {seed}")
        small = document(rng)
        big = {**small, "Statement": [*small["Statement"], {**statement(rng), "Effect": "Allow"}]}
        assert ask(small, big).answer.outcome is Outcome.NONE, (seed, small, big)


def test_no_new_access_is_transitive() -> None:
    kept = 0
    for seed in range(100):
        rng = random.Random(f"chain {seed}")
        first = document(rng)
        second = related(rng, first)
        third = related(rng, second)
        steps = [ask(second, first).answer.outcome, ask(third, second).answer.outcome]
        if steps == [Outcome.NONE, Outcome.NONE]:
            kept += 1
            assert ask(third, first).answer.outcome is Outcome.NONE, (seed, first, second, third)
    assert kept > 10


@pytest.mark.parametrize("seed", range(3))
def test_order_of_statements_changes_no_verdict(seed: int) -> None:
    rng = random.Random(f"order {seed}")
    for _ in range(8):
        one, other = document(rng), document(rng)
        verdict = ask(one, other).answer.outcome
        turned = [{**d, "Statement": d["Statement"][::-1]} for d in (one, other)]
        assert ask(*turned).answer.outcome is verdict
