"""Globs as automata of automata-lib, built from their text alone: the second opinion on `iam.match.items`.

The alphabet is small. `OTHER` stands for every character that no pattern names.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from random import Random

from automata.fa.dfa import DFA
from automata.fa.nfa import NFA

OTHER = "z"
ALPHABET = frozenset("ab:" + OTHER)
_NAMED = "ab"


@lru_cache(maxsize=8192)
def automaton(pattern: str, arn: bool) -> DFA:
    """The texts that a pattern matches: as StringLike reads it, or as ArnLike does, whose
    wildcards stay within the first five components."""
    transitions: dict[int, dict[str, set[int]]] = {state: {} for state in range(len(pattern) + 1)}
    colons = 0
    for state, token in enumerate(pattern):
        inside = ALPHABET - {":"} if arn and colons < 5 else ALPHABET
        if token == "*":
            transitions[state] = {symbol: {state} for symbol in inside} | {"": {state + 1}}
        elif token == "?":
            transitions[state] = {symbol: {state + 1} for symbol in inside}
        else:
            transitions[state] = {token: {state + 1}}
            colons += token == ":"
    final = {len(pattern)}
    nfa = NFA(
        states=set(transitions), input_symbols=ALPHABET, transitions=transitions, initial_state=0, final_states=final
    )
    return DFA.from_nfa(nfa)


@lru_cache(maxsize=8192)
def complement(pattern: str, arn: bool) -> DFA:
    """The texts that a pattern does not match."""
    return automaton(pattern, arn).to_complete().complement()


def random_pairs(random: Random, arn: bool, count: int) -> Iterator[tuple[str, str]]:
    """Pairs of patterns. Every second time one is made from the other, so that inclusion is
    common. The patterns come from a pool, because building an automaton is what takes time."""
    families = [_family(random, arn) for _ in range(max(2, count // 40))]
    for _ in range(count):
        family = random.choice(families)
        yield random.choice(family), random.choice(family if random.random() < 0.5 else random.choice(families))


def _family(random: Random, arn: bool) -> list[str]:
    first = _arn(random) if arn else _tokens(random, 8, colons=True)
    return [first, *(_widened(first, random) for _ in range(4))]


def random_word(pattern: str, random: Random, arn: bool) -> str:
    """A text that the pattern matches, or nearly; with `arn` one of at least six components."""
    symbols = sorted(ALPHABET)
    fill = {"*": lambda: "".join(random.choices(symbols, k=random.randint(0, 3))), "?": lambda: random.choice(symbols)}
    word = "".join(fill[token]() if token in fill else token for token in pattern)
    if random.random() < 0.5:
        at = random.randrange(len(word) + 1)
        word = word[:at] + random.choice(["", *symbols]) + word[at + random.randint(0, 1) :]
    return word + ":" * (5 - word.count(":")) if arn else word


def _tokens(random: Random, most: int, colons: bool) -> str:
    choices = [*_NAMED, "*", "?", *([":"] if colons else [])]
    return "".join(random.choices(choices, weights=[3, 3, 3, 2, 1][: len(choices)], k=random.randint(0, most)))


def _arn(random: Random) -> str:
    return ":".join([*(_tokens(random, 2, colons=False) for _ in range(5)), _tokens(random, 4, colons=True)])


def _widened(pattern: str, random: Random) -> str:
    """The pattern with one or two characters made wild, or a wildcard more."""
    for _ in range(random.randint(1, 2)):
        at = random.randrange(len(pattern) + 1)
        if pattern[at : at + 1] == ":":
            pattern = pattern[:at] + random.choice("*?") + pattern[at:]
        else:
            pattern = pattern[:at] + random.choice(("*", "?", "*", "a")) + pattern[at + random.randint(0, 1) :]
    return pattern
