"""Atoms: one text for each way in which a set of patterns can tell texts apart.

Walks the product of all patterns' machines inside a domain, shortest texts first, and keeps
the first text for every set of patterns that accept it. One atom then decides for all texts
that the same patterns accept.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from auditor.iam.access.question import Domain
from auditor.iam.match.charset import CharSet
from auditor.iam.match.glob import fold, glob, items_of, units_of
from auditor.iam.match.items import Item, Machine, Unit, intersect, machine, spelled_out, through, within
from auditor.iam.text import Text, text

_PLAIN = "1x40Aabcdefghijklmnopqrstuvwyz235678-9_/:.BCDEFGHIJKLMNOPQRSTUVWXYZ$=@ "


_MOST_PATTERNS = 4
"""So many patterns may be alive in all states up to their limit; with more of them it is lower."""


class TooManyError(Exception):
    """The policies tell more apart than can be searched. The message is a reason for the user."""

    def __init__(self, reason: str = "the policies tell more requests apart than can be searched") -> None:
        super().__init__(reason)


def atoms(patterns: Sequence[Machine], domain: Domain, limit: int, folded: bool = False) -> tuple[Text, ...]:
    """Representatives of a domain under patterns, the domain's likely values first.

    Raises TooManyError where more than `limit` states would be visited.
    """
    return _atoms(tuple(patterns), domain, limit, folded)


@lru_cache(maxsize=512)
def _atoms(patterns: tuple[Machine, ...], domain: Domain, limit: int, folded: bool) -> tuple[Text, ...]:
    found: dict[frozenset[int], Text] = {}
    tests = _tests(patterns, domain)
    for value in domain.likely:
        found.setdefault(_accepting(tests, value), value)
    for form in domain.forms:
        if form.holes and any(hole.each for hole in form.holes):
            _walk(tests, form, found, limit, folded)
        else:
            found.setdefault(_accepting(tests, form), form)
    return tuple(dict.fromkeys(found.values()))


def _accepting(patterns: Sequence[_Test], value: Text) -> frozenset[int]:
    units = units_of(value)
    return frozenset(index for index, pattern in enumerate(patterns) if pattern.accepts(units))


@dataclass(frozen=True, slots=True)
class _Possible:
    """A pattern that takes whatever it may take, for some values of the holes on either side."""

    walked: Machine

    @property
    def items(self) -> tuple[Item, ...]:
        return self.walked.items

    @property
    def end(self) -> int:
        return self.walked.end

    def start(self) -> frozenset[int]:
        return self.walked.start()

    def step(self, positions: frozenset[int], unit: Unit) -> frozenset[int]:
        if isinstance(unit, str):
            return self.walked.step(positions, unit)
        return frozenset(end for start in positions for end in through(self.walked, start, unit.type))

    def accepts(self, units: Sequence[Unit]) -> bool:
        positions = self.start()
        for unit in units:
            positions = self.step(positions, unit)
        return self.end in positions


_Test: TypeAlias = "Machine | _Possible"


def _tests(patterns: Sequence[Machine], domain: Domain) -> tuple[_Test, ...]:
    """What to tell texts apart by: surely matching, and where there are holes, possibly so."""
    given = (hole for form in (*domain.forms, *domain.likely) for hole in form.holes)
    wanted = (item.hole for pattern in patterns for item in pattern.items if item.hole is not None)
    if all(hole.each for hole in (*given, *wanted)):
        return tuple(patterns)
    return (*patterns, *(_Possible(spelled_out(pattern.items)) for pattern in patterns))


class _Lazy:
    """A pattern whose sets of positions are numbered as they are met, so that every step is
    taken once. State 0 is the dead one."""

    def __init__(self, pattern: _Test) -> None:
        self.pattern = pattern
        self.positions: list[frozenset[int]] = [frozenset()]
        self._numbers: dict[frozenset[int], int] = {frozenset(): 0}
        self._steps: dict[tuple[int, Unit], int] = {}
        self._expected: dict[int, tuple[Item, ...]] = {}
        self.start = self._number(pattern.start())

    def _number(self, positions: frozenset[int]) -> int:
        number = self._numbers.setdefault(positions, len(self.positions))
        if number == len(self.positions):
            self.positions.append(positions)
        return number

    def step(self, state: int, unit: Unit) -> int:
        if not state:
            return 0
        following = self._steps.get((state, unit))
        if following is None:
            following = self._number(self.pattern.step(self.positions[state], unit))
            self._steps[state, unit] = following
        return following

    def accepts(self, state: int) -> bool:
        return self.pattern.end in self.positions[state]

    def expected(self, state: int) -> tuple[Item, ...]:
        """The items that may come next."""
        found = self._expected.get(state)
        if found is None:
            items, end = self.pattern.items, self.pattern.end
            found = tuple(items[position] for position in self.positions[state] if position < end)
            self._expected[state] = found
        return found


def _walk(patterns: Sequence[_Test], form: Text, found: dict[frozenset[int], Text], limit: int, folded: bool) -> None:
    shown = glob(form, wildcards=False)
    items = items_of(fold(shown) if folded else shown)
    domain = machine(items, folded)
    # What can hold for no text of the form tells none of them apart.
    whole = spelled_out(items, folded)
    telling = {
        index: _Lazy(pattern)
        for index, pattern in enumerate(patterns)
        if intersect(whole, spelled_out(pattern.items, folded))
    }
    walkers = tuple(telling.values())
    start = (domain.start(), tuple(walker.start for walker in walkers))
    seen = {start}
    queue: deque[tuple[tuple[frozenset[int], tuple[int, ...]], Text]] = deque([(start, text())])
    alive = 0
    while queue:
        (inside, states), so_far = queue.popleft()
        if domain.end in inside:
            accepted = frozenset(
                index for (index, walker), state in zip(telling.items(), states, strict=True) if walker.accepts(state)
            )
            found.setdefault(accepted, so_far)
        for unit in _next_units(domain, inside, walkers, states):
            following = (
                domain.step(inside, unit),
                tuple(walker.step(state, unit) if state else 0 for walker, state in zip(walkers, states, strict=True)),
            )
            if following not in seen:
                alive += len(walkers) - following[1].count(0)
                if len(seen) >= limit or alive >= limit * _MOST_PATTERNS:
                    raise TooManyError
                seen.add(following)
                queue.append((following, so_far + unit))


def _next_units(
    domain: Machine, inside: frozenset[int], walkers: Sequence[_Lazy], states: Sequence[int]
) -> Iterable[Unit]:
    """The letters worth trying: each that some pattern names here, one that none names for each
    step of the domain, and the holes that the domain admits here."""
    steps = [domain.items[position] for position in inside if position < domain.end]
    expected = {item for walker, state in zip(walkers, states, strict=True) if state for item in walker.expected(state)}
    named = sorted({char for item in expected if item.chars is not None for char in item.chars.chars})
    units: dict[Unit, None] = {}
    for step in steps:
        if step.hole is not None:
            units[step.hole] = None
        if step.chars is None:
            continue
        fresh = _fresh(step.chars, named)
        if fresh is not None:
            units[fresh] = None
        units.update(dict.fromkeys(char for char in named if char in step.chars))
    held = {item.hole for item in expected if item.hole is not None and not item.hole.each}
    for start, accepted, _ in domain.jumps:
        if start in inside:
            units.update(dict.fromkeys(sorted((h for h in held if within(h.type, accepted)), key=str)))
    return units


def _fresh(chars: CharSet, named: Sequence[str]) -> str | None:
    """A character of the set that no pattern names, a readable one if there is one."""
    taken = set(named)
    for char in _PLAIN:
        if char in chars and char not in taken:
            return char
    if not chars.negated:
        return next((char for char in sorted(chars.chars) if char not in taken), None)
    return next((chr(code) for code in range(0x21, 0x3000) if chr(code) in chars and chr(code) not in taken), None)
