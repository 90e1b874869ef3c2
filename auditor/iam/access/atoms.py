"""Atoms: one text for each way in which a set of patterns can tell texts apart.

Walks the product of all patterns' machines inside a domain, shortest texts first, and keeps
the first text for every set of patterns that accept it. One atom then decides for all texts
that the same patterns accept.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

from auditor.iam.access.question import Domain
from auditor.iam.match.charset import CharSet
from auditor.iam.match.glob import fold, glob, items_of
from auditor.iam.match.items import Machine, Unit, machine, within
from auditor.iam.text import Hole, Text, text

_PLAIN = "1x40Aabcdefghijklmnopqrstuvwyz235678-9_/:.BCDEFGHIJKLMNOPQRSTUVWXYZ$=@ "


class TooManyError(Exception):
    """The patterns tell more texts apart than the limit admits."""


def atoms(patterns: Sequence[Machine], domain: Domain, limit: int, folded: bool = False) -> tuple[Text, ...]:
    """Representatives of a domain under patterns, the domain's likely values first.

    Raises TooManyError where more than `limit` states would be visited.
    """
    found: dict[frozenset[int], Text] = {}
    for value in domain.likely:
        found.setdefault(_accepting(patterns, value), value)
    for form in domain.forms:
        if form.holes and any(hole.each for hole in form.holes):
            _walk(patterns, form, found, limit, folded)
        else:
            found.setdefault(_accepting(patterns, form), form)
    return tuple(dict.fromkeys(found.values()))


def _accepting(patterns: Sequence[Machine], value: Text) -> frozenset[int]:
    units: list[Unit] = []
    for part in value.parts:
        units.extend((part,) if isinstance(part, Hole) else part)
    return frozenset(index for index, pattern in enumerate(patterns) if pattern.accepts(units))


def _walk(patterns: Sequence[Machine], form: Text, found: dict[frozenset[int], Text], limit: int, folded: bool) -> None:
    shown = glob(form, wildcards=False)
    domain = machine(items_of(fold(shown) if folded else shown), folded)
    start = (domain.start(), tuple(pattern.start() for pattern in patterns))
    seen = {start}
    queue: deque[tuple[tuple[frozenset[int], tuple[frozenset[int], ...]], Text]] = deque([(start, text())])
    while queue:
        (inside, states), so_far = queue.popleft()
        if domain.end in inside:
            accepted = frozenset(i for i, p in enumerate(patterns) if p.end in states[i])
            found.setdefault(accepted, so_far)
        for unit in _next_units(domain, inside, patterns, states):
            following = (
                domain.step(inside, unit),
                tuple(p.step(state, unit) if state else state for p, state in zip(patterns, states, strict=True)),
            )
            if following not in seen:
                if len(seen) >= limit:
                    raise TooManyError
                seen.add(following)
                queue.append((following, so_far + unit))


def _next_units(
    domain: Machine, inside: frozenset[int], patterns: Sequence[Machine], states: Sequence[frozenset[int]]
) -> Iterable[Unit]:
    """The letters worth trying: each that some pattern names here, one that none names for each
    step of the domain, and the holes that the domain admits here."""
    steps = [domain.items[position] for position in inside if position < domain.end]
    expected = [
        p.items[position] for p, state in zip(patterns, states, strict=True) for position in state if position < p.end
    ]
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
