"""Many plain texts as one pattern: the direct path for literals.

Patterns without wildcards tell texts apart in the simplest way: each takes just itself. So they are
looked up, and only where a text has to be found that is none of them, they are walked: all at once,
as one tree of letters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from auditor.iam.match.items import Item, Machine, Unit, letter


def spelled(pattern: Machine) -> str | None:
    """The one text that a pattern takes; None where it may take several, or one with holes."""
    if pattern.skips or pattern.jumps:
        return None
    letters: list[str] = []
    for item in pattern.items:
        chars = item.chars
        if chars is None or item.loop or item.wild or chars.negated or len(chars.chars) != 1:
            return None
        letters.extend(chars.chars)
    return "".join(letters)


class Tree:
    """Texts as a pattern that takes each of them. State 0 is the dead one."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._children: list[dict[str, int]] = [{}, {}]
        self._ends: set[int] = set()
        self.start = 1
        for written in texts:
            state = self.start
            for char in written:
                following = self._children[state].get(char)
                if following is None:
                    following = self._children[state][char] = len(self._children)
                    self._children.append({})
                state = following
            self._ends.add(state)

    def step(self, state: int, unit: Unit) -> int:
        return self._children[state].get(unit, 0) if isinstance(unit, str) else 0

    def accepts(self, state: int) -> bool:
        return state in self._ends

    def expected(self, state: int) -> tuple[Item, ...]:
        """The items that may come next."""
        return tuple(letter(char) for char in self._children[state])


def numbered(patterns: Sequence[Machine]) -> Mapping[str, int]:
    """The plain texts among patterns, each with the place of the first that takes it."""
    places: dict[str, int] = {}
    for place, pattern in enumerate(patterns):
        text = spelled(pattern)
        if text is not None:
            places.setdefault(text, place)
    return places
