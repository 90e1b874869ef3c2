"""Patterns as sequences of items: a linear automaton with self-loops.

A glob, a text with holes and a typed hole are all such sequences, so one small machine
matches them, intersects them and enumerates what they tell apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TypeAlias

from msgspec.structs import replace

from auditor.iam.frozen import Frozen
from auditor.iam.match.charset import ANY, DIGIT, LOWER, CharSet, besides, only
from auditor.iam.text import Hole, HoleType

Unit: TypeAlias = "str | Hole"
"""What a text is made of: one character, or a hole that is taken as one opaque letter."""


class Item(Frozen):
    """One step: a character of `chars`, any number of them with `loop`, or exactly `hole`.

    With `wild` the step also takes any hole (that is what `*` does).
    """

    chars: CharSet | None = None
    loop: bool = False
    hole: Hole | None = None
    wild: bool = False

    def takes(self, unit: Unit) -> bool:
        if isinstance(unit, str):
            return self.chars is not None and unit in self.chars
        return self.wild or self.hole == unit


STAR = Item(ANY, loop=True, wild=True)
STAR_IN_SEGMENT = Item(besides(":"), loop=True, wild=True)
ONE = Item(ANY)
ONE_IN_SEGMENT = Item(besides(":"))


@lru_cache(maxsize=4096)
def letter(char: str) -> Item:
    """The step that takes one character."""
    return Item(only(char))


def _fixed(chars: CharSet, count: int = 1) -> tuple[Item, ...]:
    return (Item(chars),) * count


def _plus(chars: CharSet) -> tuple[Item, ...]:
    return (Item(chars), Item(chars, loop=True))


_LETTER = CharSet(frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"))
_NOTHING = Item(only(""))
_ID = CharSet(DIGIT.chars | frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
_TEST_ALIAS = "TSTALIASID"


class Shape(Frozen):
    """What spells the values of a hole type: items, and `skips` from one position to another that
    take no character."""

    items: tuple[Item, ...]
    skips: tuple[tuple[int, int], ...] = ()


_SHAPES: dict[HoleType, tuple[Item, ...]] = {
    HoleType.ACCOUNT: _fixed(DIGIT, 12),
    HoleType.REGION: (*_fixed(LOWER, 2), *_fixed(only("-")), *_plus(CharSet(LOWER.chars | DIGIT.chars | {"-"}))),
    HoleType.PARTITION: (
        *(Item(only(char)) for char in "aws"),
        Item(CharSet(LOWER.chars | {"-"}), loop=True),
    ),
    HoleType.NAME: _plus(besides(":/")),
    HoleType.SEGMENT: _plus(besides(":")),
    HoleType.LEX_ID: _fixed(_ID, 10),
    # The one id that it is not, past which nothing leads; then what is beside each of its letters; then
    # any other letters, which one joins at the place that one left off.
    HoleType.LEX_ALIAS_ID: (
        *(Item(only(char)) for char in _TEST_ALIAS[:-1]),
        _NOTHING,
        *(step for char in _TEST_ALIAS for step in (Item(CharSet(_ID.chars - {char})), _NOTHING)),
        *_fixed(_ID, len(_TEST_ALIAS) - 1),
    ),
    # `$LATEST`, past which nothing leads, or a number.
    HoleType.LEX_VERSION: (*(Item(only(char)) for char in "$LATEST"), _NOTHING, *_plus(DIGIT)),
    HoleType.LEX_NAME: (Item(_LETTER), Item(only("_"))),
    HoleType.ORGANISATION: (*(Item(only(char)) for char in "o-"), *_plus(CharSet(LOWER.chars | DIGIT.chars))),
    HoleType.ANYTHING: (Item(ANY, loop=True),),
}

_SKIPS: dict[HoleType, tuple[tuple[int, int], ...]] = {
    HoleType.LEX_ALIAS_ID: tuple(
        skip
        for place in range(10)
        for beside in (10 + 2 * place,)
        for skip in ((place, beside), (beside + 1, 30 + place))
    ),
    HoleType.LEX_VERSION: ((0, len("$LATEST") + 1), (len("$LATEST"), len("$LATEST") + 3)),
    HoleType.LEX_NAME: ((1, 2), (2, 0)),
}

_NAMES = {
    HoleType.ACCOUNT,
    HoleType.REGION,
    HoleType.PARTITION,
    HoleType.LEX_ID,
    HoleType.LEX_ALIAS_ID,
    HoleType.LEX_VERSION,
    HoleType.LEX_NAME,
    HoleType.ORGANISATION,
    HoleType.NAME,
}


_OPEN = {HoleType.NAME, HoleType.SEGMENT, HoleType.ANYTHING}
"""Types whose values may hold a hole of the type and more text."""


_WIDER = {HoleType.LEX_ALIAS_ID: HoleType.LEX_ID}
"""Types within another one of the same length."""


def within(inner: HoleType, outer: HoleType) -> bool:
    """Whether every value of one hole type is a value of the other."""
    if inner is outer or outer is HoleType.ANYTHING or _WIDER.get(inner) is outer:
        return True
    if outer is HoleType.SEGMENT:
        return inner is not HoleType.ANYTHING
    return outer is HoleType.NAME and inner in _NAMES


class Machine(Frozen):
    """Items with the jumps that let an `each` hole take a whole hole of a narrower type, and the
    skips of shapes.

    Positions run from 0 to `end`, the accepting one.
    """

    items: tuple[Item, ...]
    jumps: tuple[tuple[int, HoleType, int], ...] = ()
    skips: tuple[tuple[int, int], ...] = ()

    def __hash__(self) -> int:
        # Machines are looked up often, and to hash every item costs more than to compare a few. Names
        # differ at their ends.
        return hash((len(self.items), self.items[-7:], self.jumps))

    @property
    def end(self) -> int:
        return len(self.items)

    def start(self) -> frozenset[int]:
        return self.closure((0,))

    def closure(self, positions: Iterable[int]) -> frozenset[int]:
        """The positions, and those reached from them without a character: past loops, and by skips."""
        reached: set[int] = set()
        for first in positions:
            position = first
            reached.add(position)
            while position < self.end and self.items[position].loop:
                position += 1
                reached.add(position)
        if not self.skips:
            return frozenset(reached)
        skipped = {end for start, end in self.skips if start in reached}
        return frozenset(reached) if skipped <= reached else self.closure(reached | skipped)

    def step(self, positions: frozenset[int], unit: Unit) -> frozenset[int]:
        reached: set[int] = set()
        for position in positions:
            if position < self.end:
                item = self.items[position]
                if item.takes(unit):
                    reached.add(position if item.loop else position + 1)
        if self.jumps and isinstance(unit, Hole):
            reached.update(
                end for start, accepted, end in self.jumps if start in positions and within(unit.type, accepted)
            )
        return self.closure(reached)

    def accepts(self, units: Sequence[Unit]) -> bool:
        positions = self.start()
        for unit in units:
            positions = self.step(positions, unit)
            if not positions:
                return False
        return self.end in positions


@lru_cache(maxsize=64)
def shape(kind: HoleType, folded: bool = False) -> Shape:
    """What spells every value of a hole type; `folded` for text in lower case."""
    items, skips = _SHAPES[kind], _SKIPS.get(kind, ())
    if not folded:
        return Shape(items, skips)
    return Shape(tuple(Item(item.chars.folded() if item.chars else None, item.loop) for item in items), skips)


def machine(items: Iterable[Item], folded: bool = False) -> Machine:
    """A machine in which an `each` hole takes every value of its type, and any other hole
    exactly itself."""
    made: list[Item] = []
    jumps: list[tuple[int, HoleType, int]] = []
    skips: list[tuple[int, int]] = []
    for item in items:
        if item.hole is None or not item.hole.each:
            made.append(item)
            continue
        start, kind = len(made), item.hole.type
        _spell(kind, folded, made, skips)
        jumps.append((start, kind, len(made)))
        if kind in _OPEN:
            loop = len(made) - 1
            jumps.extend((position, kind, loop) for position in range(start, loop + 1))
    return Machine(tuple(made), tuple(jumps), tuple(skips))


def spelled_out(items: Iterable[Item], folded: bool = False) -> Machine:
    """A machine in which every hole takes every value of its type."""
    return opened(Machine(tuple(items)), folded)


def opened(whole: Machine, folded: bool = False) -> Machine:
    """A machine with every hole that is left in it taking every value of its type."""
    made: list[Item] = []
    skips: list[tuple[int, int]] = []
    places: list[int] = []
    for item in whole.items:
        places.append(len(made))
        if item.hole is None:
            made.append(item)
        else:
            _spell(item.hole.type, folded, made, skips)
    places.append(len(made))
    skips.extend((places[start], places[end]) for start, end in whole.skips)
    return Machine(tuple(made), skips=tuple(skips))


def in_line(items: Iterable[Item]) -> Machine:
    """A machine without skips, which can be cut anywhere: a hole whose type needs them takes what a wider
    type takes, or every name."""
    made: list[Item] = []
    for item in items:
        kind = item.hole.type if item.hole is not None else None
        wider = _WIDER.get(kind, HoleType.NAME) if kind in _SKIPS else kind
        made.extend((item,) if wider is None else shape(wider).items)
    return Machine(tuple(made))


def _spell(kind: HoleType, folded: bool, made: list[Item], skips: list[tuple[int, int]]) -> None:
    """Put the shape of a hole type behind what is made."""
    spelled = shape(kind, folded)
    skips.extend((len(made) + start, len(made) + end) for start, end in spelled.skips)
    made.extend(spelled.items)


def either_case(item: Item) -> Item:
    """The step that takes a letter in either case."""
    if item.chars is None or item.chars.negated:
        return item
    spelled = {form for char in item.chars.chars for form in (char, char.lower(), char.upper())}
    lowered = {char.lower() for char in item.chars.chars}
    return replace(item, chars=CharSet(frozenset(c for c in spelled if len(c) == 1 and c.lower() in lowered)))


def intersect(one: Machine, other: Machine) -> bool:
    """Whether some string of characters is accepted by both."""
    return meeting(one, other)[0]


def meeting(one: Machine, other: Machine) -> tuple[bool, int]:
    """The same, and how many pairs of positions were looked at."""
    looked = 0
    for i, j in _together(one, other, 0):
        looked += 1
        if i == one.end and j == other.end:
            return True, looked
    return False, looked


@lru_cache(maxsize=65536)
def through(walked: Machine, position: int, kind: HoleType) -> frozenset[int]:
    """The positions of a machine that the values of a hole type lead to from one position."""
    spelled = shape(kind)
    whole = Machine(spelled.items, skips=spelled.skips)
    return frozenset(i for i, j in _together(walked, whole, position) if j == whole.end)


def _together(one: Machine, other: Machine, start: int) -> Iterator[tuple[int, int]]:
    """Every pair of positions that one string leads both machines to, the first from `start`."""
    seen = {(start, 0)}
    todo = [(start, 0)]
    while todo:
        i, j = todo.pop()
        yield i, j
        left = one.items[i] if i < one.end else None
        right = other.items[j] if j < other.end else None
        following: list[tuple[int, int]] = []
        if one.skips or other.skips:
            following.extend((end, j) for begin, end in one.skips if begin == i)
            following.extend((i, end) for begin, end in other.skips if begin == j)
        if left is not None and left.loop:
            following.append((i + 1, j))
        if right is not None and right.loop:
            following.append((i, j + 1))
        if left and right and left.chars and right.chars and left.chars.overlaps(right.chars):
            following.append((i if left.loop else i + 1, j if right.loop else j + 1))
        for pair in following:
            if pair not in seen:
                seen.add(pair)
                todo.append(pair)
