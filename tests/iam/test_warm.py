"""Policies that remember answer as `decide` does, in any order and as often as they are asked."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from auditor.iam.decide import Policies, decide
from auditor.iam.document import PolicyKind
from auditor.iam.match.condition import match_condition
from auditor.iam.match.direct import direct_test
from auditor.iam.node import node
from auditor.iam.parse import parse_policy
from auditor.iam.request import Request
from auditor.iam.truth import truth
from auditor.iam.warm import Warm
from auditor.question.decide import resource_kind
from auditor.question.request import parse_request

CASES = Path(__file__).parents[1] / "cases"


def _policies(case: dict[str, Any], action: str) -> Policies:
    def read(document: Any, kind: PolicyKind) -> Any:
        return parse_policy(node(document), kind)

    resource = case.get("resource_policy")
    bounding = [case["permission_boundary"]] if case.get("permission_boundary") else []
    return Policies(
        None if resource is None else read(resource, resource_kind(action)),
        tuple(read(d, PolicyKind.IDENTITY) for d in case.get("identity_policies", [])),
        tuple(read(d, PolicyKind.IDENTITY) for d in bounding),
        sessions=tuple(read(d, PolicyKind.IDENTITY) for d in case.get("session_policies", [])),
    )


def _corpus() -> list[tuple[Request, Policies]]:
    found = []
    for path in sorted(CASES.glob("*.json")):
        for case in json.loads(path.read_text(encoding="utf-8")):
            if isinstance(case.get("resource_policy", {}), dict):
                request = parse_request(case["request"])
                found.append((request, _policies(case, request.action)))
    return found


CORPUS = _corpus()


def test_each_case_of_the_corpus_is_decided_alike_and_again() -> None:
    for request, policies in CORPUS:
        warm = Warm(policies)
        cold = decide(request, policies)
        assert [warm.decide(request), warm.decide(request)] == [cold, cold]


@pytest.mark.parametrize("seed", range(4))
def test_what_is_remembered_of_one_request_does_not_leak_into_another(seed: int) -> None:
    """Every policy of the corpus is asked many foreign requests in a random order."""
    chance = random.Random(seed)
    answers = defaultdict(int)
    for _, policies in chance.sample(CORPUS, 60):
        warm = Warm(policies)
        for request, _ in chance.sample(CORPUS, 40):
            expected = decide(request, policies)
            answers[expected.verdict] += 1
            assert warm.decide(request) == expected
    assert len(answers) == 3


@pytest.mark.parametrize("topic", ["kms-keys", "cross-account", "trust-policies", "boundaries"])
def test_what_bears_on_a_decision_beside_the_statements_is_remembered_with_it(topic: str) -> None:
    """Whose a bucket is, whether a key or a role is asked for: the same statements match all the same."""
    cases = json.loads((CASES / f"{topic}.json").read_text(encoding="utf-8"))
    requests = [parse_request(case["request"]) for case in cases]
    for case, asked in zip(cases, requests, strict=True):
        policies = _policies(case, asked.action)
        warm = Warm(policies)
        for request in requests:
            assert warm.decide(request) == decide(request, policies)


def test_an_unseen_value_is_compared_as_ever() -> None:
    """Each value of the corpus against each condition of the corpus, by the direct path and without."""
    values = sorted({v for request, _ in CORPUS for held in request.context.values() for v in held}, key=str)
    tried = 0
    for _, policies in CORPUS:
        for policy, statement in policies.statements():
            for condition in statement.conditions:
                test = direct_test(condition, policy.variables)
                for value in values if test is not None else ():
                    answer = test(str(value)) if test is not None else None
                    if answer is not None:
                        context = {str(condition.key).lower(): (value,)}
                        assert truth(answer) == match_condition(condition, context, policy.variables), condition
                        tried += 1
    assert tried > 1000
