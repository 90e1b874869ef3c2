"""Our decisions against iam-simulate's, on random policies and requests.

A request class is a set of requests that the simulator cannot tell apart: for the same policies,
it gives the same answer for every part of every statement.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from itertools import islice

import pytest

from auditor.iam.operators import OPERATORS

from .asking import Situation, policies_of, request_of
from .comparison import Comparison, compare
from .faults import FAULTS
from .shrinking import shrink
from .simulator import Judgement, Simulator
from .situations import situations

SEED = "auditor"
BATCH = 50


@dataclass(slots=True)
class Tally:
    """What the run found."""

    classes: int = 0
    requests: int = 0
    compared: int = 0
    undetermined: int = 0
    results: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    operators: Counter[tuple[str, bool]] = field(default_factory=Counter)
    wrong: list[Situation] = field(default_factory=list)

    def add(self, comparison: Comparison, judgement: Judgement) -> None:
        self.requests += 1
        self.compared += comparison.compared
        self.undetermined += comparison.undetermined
        if comparison.compared:
            self.results[judgement.result] += 1
        self.faults.update({difference.fault for difference in comparison.differences if difference.fault})


@pytest.fixture(scope="module")
def tally(simulator: Simulator, classes: int) -> Tally:
    found = Tally()
    asked = situations(SEED)
    while found.classes < classes:
        batch = list(islice(asked, BATCH))
        for situation, judgements in zip(batch, simulator.judge_all(batch), strict=True):
            _compare_all(situation, judgements, found)
    return found


def _compare_all(situation: Situation, judgements: list[Judgement], tally: Tally) -> None:
    policies = policies_of(situation)
    seen = set()
    for asked, judgement in zip(situation.requests, judgements, strict=True):
        comparison = compare(policies, request_of(asked), judgement)
        tally.add(comparison, judgement)
        seen.add((str(asked.principal), judgement.result, tuple(judgement.statements.values())))
        for name, policy in policies.named():
            for statement, parts in zip(policy.statements, judgement.statements[name], strict=True):
                tally.operators.update(
                    (condition.operator.name, answer)
                    for condition, answer in zip(statement.conditions, parts.conditions, strict=True)
                )
        if comparison.unexplained:
            tally.wrong.append(
                Situation(situation.resource, situation.identity, situation.boundaries, (asked,), situation.trust)
            )
    tally.classes += len(seen)


def test_we_agree_wherever_no_known_fault_is_touched(tally: Tally, simulator: Simulator) -> None:
    """Every part of every statement, and every decision."""
    if tally.wrong:
        pytest.fail("\n\n".join(_explain(situation, simulator) for situation in tally.wrong[:3]))


def test_enough_classes_were_compared(tally: Tally, classes: int) -> None:
    assert tally.classes >= classes


def test_few_answers_are_undetermined(tally: Tally) -> None:
    """An engine that never commits itself would agree with everybody."""
    assert tally.undetermined < 0.02 * tally.requests


def test_known_faults_leave_most_decisions_to_compare(tally: Tally) -> None:
    assert tally.compared > 0.75 * tally.requests


@pytest.mark.parametrize("result", ["Allowed", "ExplicitlyDenied", "ImplicitlyDenied"])
def test_every_result_is_common(tally: Tally, result: str) -> None:
    assert tally.results[result] > 0.05 * tally.compared


@pytest.mark.parametrize("operator", OPERATORS)
def test_every_operator_was_seen_to_hold_and_to_fail(tally: Tally, operator: str) -> None:
    assert {True, False} == {answer for name, answer in tally.operators if name == operator}


def test_every_known_fault_is_met(tally: Tally) -> None:
    """One that is never met is not needed."""
    assert set() == {fault.name for fault in FAULTS} - set(tally.faults)


def _explain(situation: Situation, simulator: Simulator) -> str:
    """A smallest situation that still differs, with how it does."""

    def differences(candidate: Situation) -> list[str]:
        (judgement,) = simulator.judge(candidate)
        found = compare(policies_of(candidate), request_of(candidate.requests[0]), judgement).unexplained
        return [f"{each.place}: ours {each.ours}, theirs {each.theirs}" for each in found]

    smallest = shrink(situation, lambda candidate: bool(differences(candidate)))
    return "\n".join([*differences(smallest), json.dumps(asdict(smallest), indent=1)])
