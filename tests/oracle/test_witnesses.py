"""What `escape` says about pairs of policies, replayed.

A witness must be allowed by the one side and denied by the other, for `decide` and for
iam-simulate. Where nothing escapes, no request of a random sample may.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from types import MappingProxyType
from typing import Any

import pytest
from msgspec.structs import replace

from auditor.iam.access import Domain, Escape, Outcome, Question, escape
from auditor.iam.access.question import ANY_ARN, each
from auditor.iam.decide import decide
from auditor.iam.request import Principal
from auditor.iam.text import HoleType, text

from .asking import Asked, Document, Situation, asked_of, policies_of, request_of
from .comparison import compare
from .patterns import FOREIGN, OWN
from .shrinking import smaller_documents
from .simulator import Simulator
from .situations import ACTIONS, CALLERS, FUNCTIONS, listed, random_policy, random_request

SAMPLES = 20
HEAD = f"arn:aws:lambda:us-east-1:{OWN}:function:"
NAME = each(HoleType.NAME)
FUNCTION_ARNS = Domain((text(HEAD, NAME), text(HEAD, NAME, ":", NAME)), tuple(map(text, FUNCTIONS)))
DOMAINS = MappingProxyType(dict.fromkeys(("aws:principalarn", "lambda:functionarn"), ANY_ARN))
ASKERS = CALLERS[:-1]
EVERYTHING: Document = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}
_ARN = re.compile(r"arn:aws[a-z-]*:[^:/]+:[^:]*:([0-9]{12}):.*|arn:aws:s3:::[^:/]+")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two resource policies, and what escapes from the new one past the old one."""

    new: Document
    old: Document
    answer: Escape


def _pairs(random: Random) -> Iterator[Pair]:
    """Pairs, most of them a policy and the same with something taken away."""
    while True:
        # A question counts the work that is done for it, so each pair has its own.
        question = Question(tuple(map(_principal, ASKERS)), ACTIONS[:3], FUNCTION_ARNS, DOMAINS)
        one = _small_policy(random)
        smaller = list(smaller_documents(one))
        other = random.choice(smaller) if smaller and random.random() < 0.8 else _small_policy(random)
        new, old = (one, other) if random.random() < 0.5 else (other, one)
        yield Pair(new, old, escape(_ours(new), _ours(old), question))


def _small_policy(random: Random) -> Document:
    """A policy that does not take long to search: a variable in a resource tells very many
    values of its key apart."""
    while True:
        document = random_policy(random, principals=True)
        statements = listed(document["Statement"])
        resources = [(s.get("Resource"), s.get("NotResource")) for s in statements]
        if len(statements) <= 5 and "${" not in repr(resources):
            return document


def _principal(plain: Any) -> Principal:
    return request_of(Asked(plain, "", "")).principal


def _ours(document: Document) -> Any:
    return replace(policies_of(Situation(resource=document)), callers_allow=True)


def _judged(document: Document, asked: Asked, simulator: Simulator) -> bool | None:
    """Whether the simulator allows a request, the caller's own policies allowing everything;
    None where a known fault is touched or we do not commit ourselves."""
    identity = (EVERYTHING,) if "AWS" in asked.principal else ()
    situation = Situation(resource=document, identity=identity, requests=(asked,))
    (judgement,) = simulator.judge(situation)
    comparison = compare(policies_of(situation), request_of(asked), judgement)
    assert not comparison.unexplained
    return judgement.allowed if comparison.compared and not comparison.undetermined else None


@pytest.fixture(scope="module")
def pairs_of_policies(classes: int) -> list[Pair]:
    """One pair for every 25 request classes of the run."""
    stream = _pairs(Random("witnesses"))
    return [next(stream) for _ in range(classes // 25)]


def test_every_witness_is_confirmed(pairs_of_policies: list[Pair], simulator: Simulator) -> None:
    confirmed = Counter[bool]()
    for pair in pairs_of_policies:
        if pair.answer.outcome is not Outcome.FOUND:
            continue
        assert pair.answer.request is not None
        asked = asked_of(pair.answer.request)
        decisions = [decide(request_of(asked), _ours(document)) for document in (pair.new, pair.old)]
        assert decisions[0].allowed, (pair, asked)
        assert decisions[1].denied, (pair, asked)
        judged = [_judged(document, asked, simulator) for document in (pair.new, pair.old)]
        assert judged[0] is not False, (pair, asked)
        assert judged[1] is not True, (pair, asked)
        confirmed[None not in judged] += 1
    assert confirmed[True] > 0.75 * confirmed.total() > 0.1 * len(pairs_of_policies)


def test_nothing_escapes_where_none_is_said_to(pairs_of_policies: list[Pair], simulator: Simulator) -> None:
    random = Random("samples")
    tried = 0
    for pair in pairs_of_policies:
        if pair.answer.outcome is not Outcome.NONE:
            continue
        statements = [s for document in (pair.new, pair.old) for s in listed(document["Statement"])]
        for _ in range(SAMPLES):
            asked = _within(random_request(statements, random, False, CALLERS), random)
            if _judged(pair.new, asked, simulator) is True:
                tried += 1
                assert _judged(pair.old, asked, simulator) is not False, (pair, asked)
    assert tried > len(pairs_of_policies)


def test_few_questions_stay_open(pairs_of_policies: list[Pair]) -> None:
    """Though the policies go out of their way to meet the corners where AWS's documents disagree."""
    outcomes = Counter(pair.answer.outcome for pair in pairs_of_policies)
    assert outcomes[Outcome.UNDETERMINED] < 0.2 * len(pairs_of_policies)


def _within(asked: Asked, random: Random) -> Asked:
    """The request moved into what the question ranges over: a function of ours, one source that
    a service can name, and its account."""
    context = dict(asked.context)
    names = {name.lower(): name for name in context}
    source, account = names.get("aws:sourcearn"), names.get("aws:sourceaccount")
    if account is not None and not re.fullmatch("[0-9]{12}", str(context[account])):
        context[account] = random.choice((OWN, FOREIGN))
    if source is not None:
        named = _ARN.fullmatch(str(context[source]))
        if named is None:
            del context[source]
        elif account is not None and named.group(1):
            context[account] = named.group(1)
    resource = asked.resource if re.fullmatch(HEAD + "[^:/]+(:[^:/]+)?", asked.resource) else random.choice(FUNCTIONS)
    action = asked.action if asked.action in ACTIONS[:3] else random.choice(ACTIONS[:3])
    principal = asked.principal if asked.principal in ASKERS else random.choice(ASKERS)
    return Asked(principal, action, resource, context)
