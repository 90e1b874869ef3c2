"""What `escape` answers, against asking `decide` about every request of a small universe.

Random small policies, a few principals, actions and resources, and keys whose values range over
short texts. Where `escape` finds a request, `decide` must confirm it and it must lie in the
domains. Where it finds none, no request of the universe may escape.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from auditor.iam.access import Domain, Outcome, Question, escape
from auditor.iam.access.question import each, one_of
from auditor.iam.decide import Policies, decide
from auditor.iam.document import PolicyKind
from auditor.iam.node import node
from auditor.iam.parse import parse_policy
from auditor.iam.request import ANONYMOUS, Principal, Request, aws, context, service
from auditor.iam.text import HoleType, text

OWN, OTHER = "111111111111", "222222222222"
ROLE = aws(f"arn:aws:iam::{OWN}:role/r")
PRINCIPALS = (
    service("a.amazonaws.com"),
    service("b.amazonaws.com"),
    ANONYMOUS,
    ROLE,
    aws(f"arn:aws:sts::{OWN}:assumed-role/r/s"),
    aws(f"arn:aws:iam::{OTHER}:role/r"),
    aws(f"arn:aws:iam::{OWN}:root"),
)
ACTIONS = ("x:Aa", "x:Ab", "y:Aa")
Document = dict[str, Any]
SEEDS = 12


@dataclass(frozen=True)
class Game:
    """A universe: what policies may say in it, and every request that is asked by brute force."""

    condition: Callable[[random.Random], tuple[str, str, list[str]]]
    resources: tuple[str, ...] = (f"arn:aws:x:r:{OWN}:a",)
    resource_domain: Domain = field(default_factory=lambda: one_of(text(f"arn:aws:x:r:{OWN}:a")))
    resource_patterns: tuple[str, ...] = ("*",)
    contexts: tuple[dict[str, str | list[str]], ...] = ({},)
    domains: dict[str, Domain] = field(default_factory=dict)
    principals: tuple[Principal, ...] = PRINCIPALS[:1]
    identity: bool = False


def short_texts(alphabet: str, longest: int) -> list[str]:
    return ["".join(t) for n in range(longest + 1) for t in itertools.product(alphabet, repeat=n)]


def pattern(rng: random.Random, alphabet: str) -> str:
    return "".join(rng.choice(alphabet) for _ in range(rng.randint(0, 3)))


def statement(rng: random.Random, game: Game, identity: bool) -> Document:
    made: Document = {"Effect": rng.choice(["Allow", "Allow", "Deny"])}
    made[rng.choice(["Action"] * 4 + ["NotAction"])] = rng.choice(["*", "x:*", "x:A?", "X:aA", ["x:Ab", "y:*"], "*"])
    made[rng.choice(["Resource"] * 4 + ["NotResource"])] = rng.sample(game.resource_patterns, 1)
    if not identity:
        choices: list[Any] = [
            "*",
            {"Service": ["a.amazonaws.com"]},
            {"Service": ["a.amazonaws.com", "b.amazonaws.com"]},
        ]
        if any(p.kind.value == "AWS" for p in game.principals):
            choices += [{"AWS": OWN}, {"AWS": str(ROLE)}, {"AWS": [OTHER, str(PRINCIPALS[4])]}]
        made[rng.choice(["Principal"] * 6 + ["NotPrincipal"])] = rng.choice(choices)
    conditions: dict[str, dict[str, list[str]]] = {}
    for _ in range(rng.choice([0, 1, 1, 2, 2, 3])):
        operator, key, values = game.condition(rng)
        conditions.setdefault(operator, {})[key] = values
    if conditions:
        made["Condition"] = conditions
    return made


def document(rng: random.Random, game: Game, identity: bool = False) -> Document:
    listed = [statement(rng, game, identity) for _ in range(rng.randint(1, 3))]
    return {"Version": rng.choice(["2012-10-17"] * 5 + ["2008-10-17"]), "Statement": listed}


def policies(rng: random.Random, game: Game) -> tuple[Policies, list[Document]]:
    """One side: a resource policy, and where the game has roles what bears on them too."""
    resource, held, bounds = document(rng, game), [], []
    if game.identity:
        held = [document(rng, game, identity=True)]
        bounds = [document(rng, game, identity=True)] if rng.random() < 0.3 else []
    read = [
        parse_policy(node(written), PolicyKind.IDENTITY if number else PolicyKind.RESOURCE)
        for number, written in enumerate((resource, *held, *bounds))
    ]
    assert not any(policy.unknown for policy in read)
    callers_allow = game.identity and rng.random() < 0.3
    made = Policies(read[0], tuple(read[1 : 1 + len(held)]), tuple(read[1 + len(held) :]), callers_allow)
    return made, [resource, *held, *bounds]


def universe(game: Game) -> Iterator[Request]:
    for principal, action, resource, known in itertools.product(
        game.principals, ACTIONS, game.resources, game.contexts
    ):
        yield Request(principal, action, text(resource), context(dict(known)))


def linked(request: Request) -> bool:
    source, account = request.value("aws:SourceArn"), request.value("aws:SourceAccount")
    if not source or not account:
        return True
    named = str(source[0]).split(":")[4]
    return named in ("", str(account[0]))


def in_domain(request: Request, question: Question) -> bool:
    known = all(
        question.domain(key).admits(value) if values else question.domain(key).absent
        for key, values in request.context.items()
        for value in values
    )
    return known and question.resources.admits(request.resource) and linked(request)


def play(game: Game, seed: int) -> Outcome:
    """One random pair of policies; returns the outcome, which the caller counts."""
    rng = random.Random(seed)
    new, new_written = policies(rng, game)
    old, old_written = policies(rng, game)
    actions = rng.choice((ACTIONS, ACTIONS, None))
    question = Question(game.principals, actions, game.resource_domain, game.domains)
    answer = escape(new, old, question)
    told = f"seed {seed}\nnew {new_written}\nold {old_written}\nanswer {answer.outcome} {answer.request}"
    if answer.outcome is Outcome.FOUND:
        assert answer.request is not None
        assert decide(answer.request, new).allowed, told
        assert decide(answer.request, old).denied, told
        assert in_domain(answer.request, question), told
        return answer.outcome
    for request in universe(game):
        if not linked(request):
            continue
        escapes = decide(request, new).allowed and decide(request, old).denied
        assert not escapes or (answer.outcome is Outcome.UNDETERMINED and "than can be" in answer.reason), (
            f"{told}\nmissed {request}"
        )
        if answer.outcome is Outcome.NONE:
            after, before = decide(request, new), decide(request, old)
            alike = bool(after.reason and before.reason)
            assert after.denied or before.allowed or alike, f"{told}\nnot surely none {request}"
    return answer.outcome


QUANTIFIERS = ["", "", "ForAllValues:", "ForAnyValue:"]


def text_condition(rng: random.Random) -> tuple[str, str, list[str]]:
    name = rng.choice(
        ["StringEquals", "StringLike", "StringNotLike", "StringNotEquals", "StringEqualsIgnoreCase", "Null"]
    )
    if name == "Null":
        return name, "k", [rng.choice(["true", "false"])]
    tail = rng.choice(["", "", "IfExists"])
    return name + tail, "k", [pattern(rng, "aAb*?") for _ in range(rng.randint(1, 2))]


TEXTS = Game(
    text_condition,
    contexts=({}, *({"k": value} for value in short_texts("aAbz", 3))),
    domains={"k": Domain((text(each(HoleType.ANYTHING)),))},
)


def set_condition(rng: random.Random) -> tuple[str, str, list[str]]:
    name = rng.choice(["StringEquals", "StringLike", "StringNotEquals", "StringNotLike"])
    tail = rng.choice(["", "", "IfExists"])
    return rng.choice(QUANTIFIERS[1:]) + name + tail, "k", [pattern(rng, "ab*") for _ in range(rng.randint(1, 2))]


SETS = Game(
    set_condition,
    contexts=tuple(
        {"k": list(held)} for size in range(4) for held in itertools.combinations(short_texts("abz", 2)[:9], size)
    ),
)


def variable_condition(rng: random.Random) -> tuple[str, str, list[str]]:
    name = rng.choice(["StringEquals", "StringLike", "StringNotEquals", "StringNotLike"])
    key = rng.choice(["k", "k", "v"])
    if key == "v":
        return name, key, [pattern(rng, "ab*")]
    forms = ["${v}", "a${v}", "${v}b", "${v}*", "${v, 'ab'}", "${*}", "${w}", "a*", "b", "*b", "ab"]
    return name + rng.choice(["", "IfExists"]), key, rng.sample(forms, rng.randint(1, 2))


WORDS = short_texts("abz*", 2)
VARIABLES = Game(
    variable_condition,
    contexts=tuple(
        {key: value for key, value in (("k", k), ("v", v), ("w", w)) if value is not None}
        for k in [None, *WORDS, "aab", "abb", "abz"]
        for v in [None, *WORDS]
        for w in (None, "b")
    ),
)
SHELF = f"arn:aws:x:r:{OWN}:"
IN_RESOURCE = Game(
    lambda rng: ("StringLike", "v", [pattern(rng, "ab*")]),
    resources=tuple(SHELF + word for word in short_texts("abz", 3)),
    resource_domain=Domain((text(SHELF, each(HoleType.ANYTHING)),)),
    resource_patterns=("*", *(SHELF + form for form in ("${v}", "a${v}", "${v}*", "ab", "a*", "*b", "${v}${v}"))),
    contexts=({}, *({"v": value} for value in short_texts("abz", 2))),
)


def typed_condition(rng: random.Random) -> tuple[str, str, list[str]]:
    kind = rng.choice(["n", "n", "d", "i", "b"])
    tail = rng.choice(["", "", "IfExists"])
    if kind == "n":
        comparison = rng.choice(["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan"])
        return f"Numeric{comparison}{tail}", "n", [rng.choice(["1", "1.2", "2", "-1"])]
    if kind == "d":
        comparison = rng.choice(["Equals", "NotEquals", "LessThan", "GreaterThanEquals"])
        return f"Date{comparison}{tail}", "d", [rng.choice(["2026-01-01", "2026-01-01T00:00:01Z", "1767225605"])]
    if kind == "i":
        blocks = ["10.0.0.0/31", "10.0.0.0/30", "10.0.0.2", "0.0.0.0/0", "2001:db8::/32", "::/0"]
        return rng.choice(["IpAddress", "NotIpAddress"]) + tail, "i", rng.sample(blocks, rng.randint(1, 2))
    return "Bool" + tail, "b", [rng.choice(["true", "False"])]


TYPED = Game(
    typed_condition,
    contexts=tuple(
        {key: value for key, value in zip("ndib", chosen, strict=True) if value is not None}
        for chosen in itertools.product(
            (None, "-2", "-1", "0", "1", "1.1", "1.2", "1.5", "2", "3"),
            (None, "2025-12-31T00:00:00Z", "2026-01-01T00:00:00Z", "1767225601", "2026-01-01T00:00:03Z", "1767225606"),
            (None, "10.0.0.0", "10.0.0.2", "10.0.0.3", "10.0.0.4", "2001:db8::1", "2001:db9::1"),
            (None, "true", "false"),
        )
    ),
)

SOURCES = (
    "arn:aws:s3:::bucket",
    f"arn:aws:iam::{OWN}:x",
    *(
        f"arn:aws:lex:{region}:{account}:{rest}"
        for region in ("us-east-1", "eu-west-1")
        for account in (OWN, OTHER, "333333333333")
        for rest in ("intent:A:1", "intent:B:1", "bot:A", "a:b:c")
    ),
)


def source_condition(rng: random.Random) -> tuple[str, str, list[str]]:
    if rng.random() < 0.4:
        name = rng.choice(["StringEquals", "StringNotEquals", "StringLike", "StringEqualsIgnoreCase"])
        return name + rng.choice(["", "IfExists"]), "AWS:SourceAccount", [rng.choice([OWN, OTHER])]
    forms = [
        f"arn:aws:lex:*:{OWN}:intent:*",
        f"arn:aws:lex:us-east-1:{OWN}:intent:A:*",
        "arn:aws:lex:us?east-1:*:intent:A:1",
        "arn:aws:lex:*:*:*:b*",
        "arn:aws:s3:::bucket",
        f"arn:*:*:*:{OTHER}:*",
    ]
    name = rng.choice(["ArnLike", "ArnNotLike", "StringLike", "StringNotLike", "ArnEquals", "StringEqualsIgnoreCase"])
    return name + rng.choice(["", "IfExists"]), "aws:SourceArn", rng.sample(forms, rng.randint(1, 2))


FROM_SOURCES = Game(
    source_condition,
    contexts=tuple(
        {key: value for key, value in (("aws:SourceArn", arn), ("aws:SourceAccount", owner)) if value is not None}
        for arn in (None, *SOURCES)
        for owner in (None, OWN, OTHER, "333333333333")
    ),
)
COMBINED = Game(
    text_condition,
    resources=tuple(f"arn:aws:x:r:{owner}:{name}" for owner in (OWN, OTHER) for name in ("a", "ab", "b:1")),
    resource_domain=Domain((text("arn:aws:x:r:", each(HoleType.ACCOUNT), ":", each(HoleType.ANYTHING)),)),
    resource_patterns=("*", f"arn:aws:x:r:{OWN}:a*", "arn:aws:x:r:*:b:?", f"arn:aws:x:r:{OTHER}:*", "arn:aws:x:*:b*"),
    contexts=({}, {"k": "a"}, {"k": "A"}, {"k": "ab"}, {"k": "z"}),
    principals=PRINCIPALS,
    identity=True,
)
GAMES = {
    "texts": TEXTS,
    "sets": SETS,
    "variables": VARIABLES,
    "variables in resources": IN_RESOURCE,
    "typed values": TYPED,
    "sources": FROM_SOURCES,
    "principals and accounts": COMBINED,
}


@pytest.mark.parametrize("name", GAMES)
def test_escape_agrees_with_asking_about_every_request(name: str):
    """Random pairs of policies in each universe; both certain answers must occur."""
    outcomes = [play(GAMES[name], seed) for seed in range(SEEDS)]
    assert {Outcome.FOUND, Outcome.NONE} <= set(outcomes)
