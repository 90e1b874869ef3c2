"""Atoms among many plain texts: the direct path says what the walk says."""

from __future__ import annotations

import itertools

import pytest

from auditor.iam.access.atoms import atoms
from auditor.iam.access.literals import numbered, spelled
from auditor.iam.access.question import Domain, each
from auditor.iam.access.steps import Steps, TooManyError
from auditor.iam.match.glob import glob, items_of, matches
from auditor.iam.match.items import Machine, machine
from auditor.iam.text import Hole, HoleType, Text, text

ANYTHING = Domain((text(each(HoleType.ANYTHING)),))
ACCOUNTS = Domain((text(each(HoleType.ACCOUNT)),))


def pattern(written: str) -> Machine:
    return machine(items_of(glob(text(written))))


def ways(written: list[str], domain: Domain) -> set[frozenset[str]]:
    """Which of the patterns take each of the texts that were found."""
    found = atoms([pattern(one) for one in written], domain, 20_000)
    assert len(found) == len(set(found))
    return {frozenset(one for one in written if matches(glob(text(one)), value).yes) for value in found}


def every_way(written: list[str], letters: str, longest: int) -> set[frozenset[str]]:
    """The same for every short text of some letters, one of which no pattern names."""
    texts = ("".join(made) for size in range(longest + 1) for made in itertools.product(letters, repeat=size))
    return {frozenset(one for one in written if matches(glob(text(one)), text(value)).yes) for value in texts}


@pytest.mark.parametrize(
    "written",
    [
        ["a"],
        ["a", "b", "ab", ""],
        ["a", "a*"],
        ["a", "b", "?"],
        ["", "a", "?", "??", "ab"],
        ["a*", "*b", "ab", "a?b", "aab"],
        ["a", "b", "c", "?"],
        ["ab", "ab", "a*"],
    ],
    ids=" ".join,
)
def test_every_way_in_which_patterns_take_a_text_is_found(written: list[str]) -> None:
    """By the definition of atoms: compared with all texts of up to four letters."""
    assert ways(written, ANYTHING) == every_way(written, "abcz", 4)


def test_a_text_beside_all_accounts_that_are_named_is_found() -> None:
    named = [f"{number:012}" for number in range(300)]
    assert ways(named, ACCOUNTS) == {frozenset(), *(frozenset({one}) for one in named)}


def test_what_a_domain_leaves_out_is_not_found() -> None:
    domain = Domain(
        (text("r/", each(HoleType.NAME)),), (text("r/x"),), without=(text("r/x"), text("r/b", each(HoleType.ANYTHING)))
    )
    found = atoms([pattern("r/a"), pattern("r/b"), pattern("r/x"), pattern("r/*")], domain, 2_000)
    assert text("r/a") in found
    assert {str(value)[:3] for value in found}.isdisjoint({"r/x", "r/b"})
    assert any(value != text("r/a") for value in found)
    assert not domain.admits(text("r/bob"))
    assert domain.admits(text("r/a"))


def test_thousands_of_literals_take_few_steps() -> None:
    steps = Steps(100_000)
    named = [f"vpc-{number:08x}" for number in range(3_000)]
    found = atoms([pattern(one) for one in named], ANYTHING, 20_000, steps=steps)
    assert set(map(text, named)) < set(found)
    assert steps.left > 0


def test_steps_are_the_same_when_the_answer_is_remembered() -> None:
    patterns = [pattern(one) for one in ("*ab*c", "a*bc*", "x")]
    spent = []
    for _ in range(2):
        steps = Steps(100_000)
        atoms(patterns, ANYTHING, 20_000, steps=steps)
        spent.append(100_000 - steps.left)
    assert spent[0] == spent[1] > 0
    with pytest.raises(TooManyError):
        atoms(patterns, ANYTHING, 20_000, steps=Steps(spent[0] - 1))


def test_what_is_a_plain_text() -> None:
    hole: Text = text("a", Hole("var.x"))
    assert (spelled(pattern("abc")), spelled(pattern("")), spelled(pattern("a*")), spelled(pattern("a?"))) == (
        "abc",
        "",
        None,
        None,
    )
    assert spelled(machine(items_of(glob(hole)))) is None
    assert dict(numbered([pattern("b"), pattern("a*"), pattern("b"), pattern("a")])) == {"b": 0, "a": 3}
