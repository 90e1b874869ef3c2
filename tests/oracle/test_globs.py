"""Our globs against automata-lib: intersection, inclusion both ways, and what matches at all."""

from __future__ import annotations

from collections import Counter
from random import Random
from types import MappingProxyType

import pytest

from auditor.iam.access import Domain, Outcome, Question, escape
from auditor.iam.access.atoms import atoms
from auditor.iam.access.question import each
from auditor.iam.decide import Policies
from auditor.iam.document import PolicyKind
from auditor.iam.match.glob import glob, items_of, matches
from auditor.iam.match.items import Machine, intersect, machine
from auditor.iam.match.text import match_arn
from auditor.iam.request import service
from auditor.iam.statements import allow, policy_of
from auditor.iam.text import HoleType, Text, text

pytest.importorskip("automata", reason="automata-lib is not installed")

from .automata import ALPHABET, OTHER, automaton, complement, random_pairs, random_word

READINGS = pytest.mark.parametrize("arn", [False, True], ids=["StringLike", "ArnLike"])
ANYTHING = each(HoleType.ANYTHING)
LIMIT = 20_000
KEY = "lambda:FunctionArn"
COMPONENTS = text(ANYTHING, *(part for _ in range(5) for part in (":", ANYTHING)))
"""Texts of at least six components, which is what an ARN operator compares."""


def _machine(pattern: str, arn: bool) -> Machine:
    return machine(items_of(glob(text(pattern)), segmented=arn))


def _spelled(value: Text) -> str:
    """A text over the alphabet that patterns cannot tell from this one."""
    literal = value.literal
    assert literal is not None
    return "".join(char if char in ALPHABET else OTHER for char in literal)


def _realised(one: str, other: str, arn: bool) -> set[tuple[bool, bool]]:
    """Which combinations of matching and not matching some text has, by automata-lib."""
    first, second = automaton(one, arn), automaton(other, arn)
    found = {
        (True, True): not first.isdisjoint(second),
        (True, False): not first.issubset(second),
        (False, True): not second.issubset(first),
        (False, False): not complement(one, arn).isdisjoint(complement(other, arn)),
    }
    return {combination for combination, is_there in found.items() if is_there}


@READINGS
def test_machines_and_atoms_agree_with_automata(arn: bool, pairs: int) -> None:
    """The atoms of two patterns realise exactly the combinations that exist: that is
    intersection, and inclusion both ways, each with a text that shows it."""
    seen: Counter[tuple[bool, bool]] = Counter()
    for one, other in random_pairs(Random(f"globs:{arn}"), arn, pairs // 2):
        expected = _realised(one, other, arn)
        machines = [_machine(one, arn), _machine(other, arn)]
        assert ((True, True) in expected) == intersect(*machines), (one, other)
        found = {
            (automaton(one, arn).accepts_input(word), automaton(other, arn).accepts_input(word))
            for word in map(_spelled, atoms(machines, Domain((text(ANYTHING),)), LIMIT))
        }
        assert expected == found, (one, other)
        seen.update(expected)
    assert all(pairs // 20 < seen[kind] < pairs // 2 for kind in ((True, True), (True, False), (False, True)))


@READINGS
def test_matching_agrees_with_automata(arn: bool, pairs: int) -> None:
    random = Random(f"words:{arn}")
    seen: Counter[bool] = Counter()
    for pattern, _ in random_pairs(random, arn, pairs // 2):
        word = random_word(pattern, random, arn)
        expected = automaton(pattern, arn).accepts_input(word)
        answer = match_arn(glob(text(pattern)), text(word)) if arn else matches(glob(text(pattern)), text(word))
        assert (expected, not expected) == (answer.yes, answer.no), (pattern, word)
        seen[expected] += 1
    assert all(count > pairs // 20 for count in (seen[True], seen[False]))


@READINGS
def test_escape_agrees_with_automata_on_inclusion(arn: bool, pairs: int) -> None:
    """One condition against another, through the question that diff and the rules ask."""
    question = Question(
        (service("lex.amazonaws.com"),),
        ("lambda:InvokeFunction",),
        Domain((text("arn:aws:lambda:us-east-1:111122223333:function:f"),)),
        MappingProxyType({KEY.lower(): Domain((COMPONENTS if arn else text(ANYTHING),))}),
        limit=LIMIT,
    )
    for one, other in random_pairs(Random(f"escape:{arn}"), arn, pairs // 20):
        answer = escape(_policies(one, arn), _policies(other, arn), question)
        included = automaton(one, arn).issubset(automaton(other, arn))
        assert (Outcome.NONE if included else Outcome.FOUND) is answer.outcome, (one, other)
        if answer.request is not None:
            (value,) = answer.request.context[KEY.lower()]
            word = _spelled(value)
            assert automaton(one, arn).accepts_input(word)
            assert not automaton(other, arn).accepts_input(word)


def _policies(pattern: str, arn: bool) -> Policies:
    condition = {("ArnLike" if arn else "StringLike", KEY): (text(pattern),)}
    principal = service("lex.amazonaws.com")
    statement = allow(("lambda:InvokeFunction",), (text("*"),), (principal,), condition)
    return Policies(policy_of(PolicyKind.RESOURCE, (statement,)))
