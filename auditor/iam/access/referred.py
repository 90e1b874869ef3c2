"""Telling values of a key apart when policy variables put them into patterns.

`home/${aws:username}/*` beside `home/bob/*` makes `bob` a user name that matters. For every
pattern that refers to a key, and every pattern that the same subject is compared with, the part
of the second that stands where the first has the variable is a pattern for the key's values.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from auditor.iam.access.steps import Steps, TooManyError
from auditor.iam.access.values import VariableValues, expansions, pattern_items
from auditor.iam.frozen import Frozen
from auditor.iam.match.glob import Glob, Variable, Wild, glob, items_of
from auditor.iam.match.items import Item, Machine, in_line, meeting
from auditor.iam.operators import Family
from auditor.iam.text import Text

_MOST = 300
"""More patterns than this for one key's values are not tried."""


_ITEMS = 2
"""So many items are walked in one step."""


class Subject(Frozen):
    """What is compared with patterns: the resource, or a key. `forms` are those of its domain."""

    patterns: tuple[tuple[Glob, Family], ...]
    forms: tuple[Text, ...]

    def refers(self, key: str) -> bool:
        return any(isinstance(part, Variable) and part.key == key for pattern, _ in self.patterns for part in pattern)


def telling(key: str, subjects: Sequence[Subject], variable_values: VariableValues, steps: Steps) -> list[Machine]:
    """Patterns by which values of `key` have to be told apart. Raises TooManyError where there
    are too many of them."""
    found: dict[Machine, None] = {}
    for subject in subjects:
        if not subject.refers(key):
            continue
        beside = list(dict.fromkeys(_beside(subject, variable_values, steps)))
        for before, after in _surroundings(subject, key):
            for other in beside:
                found.update(dict.fromkeys(_inside(before, after, other, steps)))
                if len(found) > _MOST:
                    raise TooManyError
    return list(found)


def _beside(subject: Subject, variable_values: VariableValues, steps: Steps) -> Iterator[Machine]:
    """What a subject is compared with: every pattern, unknown variables as `*`, and its forms."""
    for pattern, family in subject.patterns:
        for resolved in expansions(star(pattern, variable_values), variable_values):
            made = in_line(pattern_items(resolved, family))
            steps.spend(1 + made.end // _ITEMS)
            yield made
    for form in subject.forms:
        yield in_line(items_of(glob(form, wildcards=False)))


def star(pattern: Glob, variable_values: VariableValues) -> Glob:
    """A pattern with `*` for its variables that have no values."""
    unknown = [part for part in pattern if isinstance(part, Variable) and not variable_values(part.key)]
    return tuple(Wild.STAR if part in unknown else part for part in pattern)


def _surroundings(subject: Subject, key: str) -> Iterator[tuple[Machine, Machine]]:
    """What stands before and after each place where a pattern refers to a key."""
    for pattern, family in subject.patterns:
        for place, part in enumerate(pattern):
            if isinstance(part, Variable) and part.key == key:
                yield _loosely(pattern[:place], family), _loosely(pattern[place + 1 :], family)


def _loosely(part: Glob, family: Family) -> Machine:
    starred = tuple(Wild.STAR if isinstance(token, Variable) else token for token in part)
    return in_line(pattern_items(starred, family))


def _inside(before: Machine, after: Machine, other: Machine, steps: Steps) -> Iterator[Machine]:
    """The parts of `other` that can stand between what `before` and `after` accept."""
    places = range(other.end + 1)
    starts = [place for place in places if _meet(before, Machine(_up_to(other, 0, place)), steps)]
    ends = [place for place in places if _meet(after, Machine(other.items[place:]), steps)]
    for start in starts:
        for end in ends:
            if start <= end:
                yield Machine(_up_to(other, start, end))


def _meet(one: Machine, other: Machine, steps: Steps) -> bool:
    met, looked = meeting(one, other)
    steps.spend(2 + looked // _ITEMS)
    return met


def _up_to(whole: Machine, start: int, place: int) -> tuple[Item, ...]:
    """The items that lead to a place; a loop there may have been walked already."""
    loop = place < whole.end and whole.items[place].loop
    return tuple(chain(whole.items[start:place], whole.items[place : place + 1] if loop else ()))
