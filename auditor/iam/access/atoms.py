"""Atoms: one text for each way in which a set of patterns can tell texts apart.

Walks the product of all patterns' machines inside a domain, shortest texts first, and keeps
the first text for every set of patterns that accept it. One atom then decides for all texts
that the same patterns accept.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias

from auditor.iam.access.literals import Tree, numbered, spelled
from auditor.iam.access.question import Domain
from auditor.iam.access.steps import Steps, TooManyError
from auditor.iam.frozen import Frozen
from auditor.iam.match.charset import CharSet
from auditor.iam.match.glob import fold, glob, items_of, units_of
from auditor.iam.match.items import Item, Machine, Unit, machine, meeting, opened, spelled_out, through, within
from auditor.iam.text import Text, text

_PLAIN = "1x40Aabcdefghijklmnopqrstuvwyz235678-9_/:.BCDEFGHIJKLMNOPQRSTUVWXYZ$=@ "


_MOST_PATTERNS = 4
"""So many patterns may be alive in all states up to their limit; with more of them it is lower."""


def atoms(
    patterns: Sequence[Machine], domain: Domain, limit: int, folded: bool = False, steps: Steps | None = None
) -> tuple[Text, ...]:
    """Representatives of a domain under patterns, the domain's likely values first.

    Raises TooManyError where more than `limit` states would be visited, or it takes more than `steps`.
    """
    try:
        found, cost = _atoms(tuple(patterns), domain, limit, folded)
    except TooManyError:
        if steps is not None:
            steps.spend(limit * _MOST_PATTERNS)
        raise
    if steps is not None:
        steps.spend(cost)
    return found


@lru_cache(maxsize=512)
def _atoms(patterns: tuple[Machine, ...], domain: Domain, limit: int, folded: bool) -> tuple[tuple[Text, ...], int]:
    """The representatives, and what it took to find them, which is the same each time."""
    left_out = tuple(machine(items_of(glob(form, wildcards=False))) for form in domain.without)
    found = _Found(_tests((*left_out, *patterns), domain), left_out)
    for value in domain.likely:
        found.add(value)
    for form in domain.forms:
        if any(hole.each for hole in form.holes):
            shown = glob(form, wildcards=False)
            items = items_of(fold(shown) if folded else shown)
            found.add_literals(machine(items, folded))
            _walk(found, items, limit, folded)
        else:
            found.add(form)
    return found.texts(), found.cost


_Way: TypeAlias = "tuple[frozenset[int], int | None]"
"""The patterns that accept a text: those that are no literals, and the literal that it is."""


class _Found:
    """The first text for every way in which patterns accept texts; the first of them are of texts
    `left_out`."""

    def __init__(self, tests: Sequence[_Test], left_out: Sequence[Machine]) -> None:
        exact = all(isinstance(test, Machine) for test in tests)
        self.literals: Mapping[str, int] = numbered([t for t in tests if isinstance(t, Machine)]) if exact else {}
        places = set(self.literals.values())
        # A literal that stands twice is one pattern.
        self.others = {
            place: test
            for place, test in enumerate(tests)
            if place not in places and not (exact and isinstance(test, Machine) and spelled(test) in self.literals)
        }
        self.cost = len(tests)
        self._left_out = len(left_out)
        self._texts: dict[_Way, Text] = {}

    def add(self, value: Text) -> None:
        units = units_of(value)
        self.cost += (1 + len(self.others)) * (1 + len(units) // _LETTERS)
        accepted = frozenset(place for place, test in self.others.items() if test.accepts(units))
        literal = value.literal
        self.keep((accepted, self.literals.get(literal) if literal is not None else None), value)

    def add_literals(self, domain: Machine) -> None:
        """The literals that are in a domain."""
        for written in self.literals:
            value = text(written)
            self.cost += 1 + len(written) // _LETTERS
            if domain.accepts(units_of(value)):
                self.add(value)

    def keep(self, way: _Way, value: Text) -> None:
        self._texts.setdefault(way, value)

    def texts(self) -> tuple[Text, ...]:
        kept = (value for way, value in self._texts.items() if not self._is_left_out(way))
        return tuple(dict.fromkeys(kept))

    def _is_left_out(self, way: _Way) -> bool:
        accepted, literal = way
        return any(place < self._left_out for place in (*accepted, *(() if literal is None else (literal,))))


_PAIRS = 4
"""So many pairs of positions are looked at in one step."""
_LETTERS = 16
"""So many letters of a text are read in one step."""


class _Possible(Frozen):
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
    return (*patterns, *(_Possible(opened(pattern)) for pattern in patterns))


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


def _walk(found: _Found, items: tuple[Item, ...], limit: int, folded: bool) -> None:
    """Find a text that is no literal for every way in which the other patterns accept texts of a form:
    without the literals at first, which may do, and where a text found is one, beside them."""
    domain = machine(items, folded)
    # What can hold for no text of the form tells none of them apart.
    whole = spelled_out(items, folded)
    telling: dict[int, _Lazy] = {}
    for place, pattern in found.others.items():
        walked = pattern.walked if isinstance(pattern, _Possible) else pattern
        met, looked = meeting(whole, opened(walked, folded))
        found.cost += 1 + looked // _PAIRS
        if met:
            telling[place] = _Lazy(pattern)
    ways = _ways(domain, tuple(telling.items()), None, limit, found)
    if any(value.literal in found.literals for value in ways.values()):
        ways = _ways(domain, tuple(telling.items()), Tree(found.literals), limit, found)
    for accepted, value in ways.items():
        found.keep((accepted, None), value)


def _ways(
    domain: Machine, telling: Sequence[tuple[int, _Lazy]], literals: Tree | None, limit: int, found: _Found
) -> dict[frozenset[int], Text]:
    """The first text, and none of `literals`, for every set of patterns that accept it."""
    walkers: tuple[_Lazy | Tree, ...] = (*(walker for _, walker in telling), *((literals,) if literals else ()))
    ways: dict[frozenset[int], Text] = {}
    start = (domain.start(), tuple(walker.start for walker in walkers))
    seen = {start}
    queue: deque[tuple[tuple[frozenset[int], tuple[int, ...]], Text]] = deque([(start, text())])
    alive = 0
    while queue:
        (inside, states), so_far = queue.popleft()
        if domain.end in inside and not (literals is not None and literals.accepts(states[-1])):
            accepted = frozenset(
                place for (place, walker), state in zip(telling, states, strict=False) if walker.accepts(state)
            )
            ways.setdefault(accepted, so_far)
        for unit in _next_units(domain, inside, walkers, states):
            following = (
                domain.step(inside, unit),
                tuple(walker.step(state, unit) if state else 0 for walker, state in zip(walkers, states, strict=True)),
            )
            found.cost += 6 + len(walkers) // 4
            if following not in seen:
                alive += len(walkers) - following[1].count(0)
                if len(seen) >= limit or alive >= limit * _MOST_PATTERNS:
                    raise TooManyError
                seen.add(following)
                queue.append((following, so_far + unit))
    return ways


def _next_units(
    domain: Machine, inside: frozenset[int], walkers: Sequence[_Lazy | Tree], states: Sequence[int]
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
