"""Globs: text with `*`, `?`, policy variables and holes, matched against text with holes.

Sources: IAM user guide, "Policy variables" (`${*}`, `${?}`, `${$}` are literal characters;
a missing variable matches nothing unless it has a default `${key, 'value'}`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from functools import lru_cache
from typing import TypeAlias

from auditor.iam.frozen import Frozen
from auditor.iam.match.doubt import not_known
from auditor.iam.match.items import (
    ONE,
    ONE_IN_SEGMENT,
    STAR,
    STAR_IN_SEGMENT,
    Item,
    Unit,
    intersect,
    letter,
    machine,
    spelled_out,
)
from auditor.iam.text import Hole, HoleType, Text, text
from auditor.iam.truth import NO, YES, Truth, maybe, truth


class Wild(Enum):
    STAR = "*"
    ONE = "?"


class Variable(Frozen):
    """A policy variable: the value of the condition key `key` (lower case), else `default`."""

    key: str
    default: str | None = None


Part: TypeAlias = "str | Wild | Variable | Hole"
Glob: TypeAlias = tuple[Part, ...]
"""Literal runs, wildcards, variables and holes, in order."""

_VARIABLE = re.compile(r"\$\{([^{}]*)\}")
_DEFAULTED = re.compile(r"\s*([^,\s]+)\s*,\s*'(.*)'\s*")
_SPECIAL = ("*", "?", "$")


@lru_cache(maxsize=4096)
def glob(written: Text, wildcards: bool = True, variables: bool = False) -> Glob:
    """Take a pattern apart. Without `wildcards`, `*` and `?` are plain characters; without
    `variables`, so is `${...}`."""
    tokens: list[Part] = []
    for part in written.parts:
        if isinstance(part, Hole):
            tokens.append(part)
        elif variables:
            tokens.extend(_with_variables(part, wildcards))
        else:
            tokens.extend(_with_wildcards(part, wildcards))
    return tuple(_joined(tokens))


def _with_variables(part: str, wildcards: bool) -> Iterator[Part]:
    position = 0
    for found in _VARIABLE.finditer(part):
        yield from _with_wildcards(part[position : found.start()], wildcards)
        position = found.end()
        inside = found.group(1)
        if inside in _SPECIAL:
            yield inside
            continue
        defaulted = _DEFAULTED.fullmatch(inside)
        if defaulted:
            yield Variable(defaulted.group(1).lower(), defaulted.group(2))
        else:
            yield Variable(inside.strip().lower())
    yield from _with_wildcards(part[position:], wildcards)


def _with_wildcards(part: str, wildcards: bool) -> Iterator[Part]:
    if not wildcards:
        yield part
        return
    for piece in re.split(r"([*?])", part):
        yield Wild(piece) if piece in ("*", "?") else piece


def _joined(tokens: Iterable[Part]) -> Iterator[Part]:
    """Join neighbouring literals, and drop a `*` that follows a `*`."""
    run = ""
    last: Part | None = None
    for token in tokens:
        if isinstance(token, str):
            run += token
            continue
        if run:
            yield run
            last = run
            run = ""
        if token is Wild.STAR and last is Wild.STAR:
            continue
        last = token
        yield token
    if run:
        yield run


def resolve(pattern: Glob, value_of: Callable[[str], Text | None]) -> Glob | None:
    """Put values in the place of variables, as plain text; None where one has no value."""
    for variable in [part for part in pattern if isinstance(part, Variable)]:
        value = value_of(variable.key)
        if value is None and variable.default is not None:
            value = text(variable.default)
        if value is None:
            return None
        pattern = substitute(pattern, variable, value)
    return pattern


def substitute(pattern: Glob, variable: Variable, value: Text) -> Glob:
    """Put a value, as plain text, in the place of one variable."""
    parts: list[Part] = []
    for part in pattern:
        parts.extend(value.parts if part == variable else (part,))
    return tuple(_joined(parts))


def variables_in(pattern: Glob) -> frozenset[str]:
    return frozenset(token.key for token in pattern if isinstance(token, Variable))


def fold(pattern: Glob) -> Glob:
    """The pattern in lower case."""
    return tuple(token.lower() if isinstance(token, str) else token for token in pattern)


def split(pattern: Glob, separator: str, most: int) -> tuple[Glob, ...]:
    """Split at a character in the literal runs, at most `most` times."""
    pieces: list[list[Part]] = [[]]
    for token in pattern:
        if not isinstance(token, str):
            pieces[-1].append(token)
            continue
        first, *rest = token.split(separator, most - len(pieces) + 1) if len(pieces) <= most else [token]
        if first:
            pieces[-1].append(first)
        pieces.extend([piece] if piece else [] for piece in rest)
    return tuple(tuple(piece) for piece in pieces)


def matches(pattern: Glob, value: Text, folded: bool = False) -> Truth:
    """Whether a pattern without variables matches a whole text; `folded` where both are in
    lower case already."""
    literal = value.literal
    if literal is not None and not any(isinstance(token, Hole) for token in pattern):
        return truth(_matches_literal(pattern, literal))
    return _matches_holes(pattern, value, folded)


def _matches_literal(pattern: Glob, value: str) -> bool:
    """Greedy matching, linear in the value: each run between stars at its first place."""
    if len(pattern) == 1 and isinstance(pattern[0], str):
        return pattern[0] == value
    if not pattern:
        return not value
    runs = _runs(pattern)
    first, last = runs[0], runs[-1]
    if len(runs) == 1:
        return len(value) == first.length and first.at(value, 0)
    if len(value) < sum(run.length for run in runs):
        return False
    end = len(value) - last.length
    if not first.at(value, 0) or not last.at(value, end):
        return False
    position = first.length
    for run in runs[1:-1]:
        position = run.find(value, position, end)
        if position < 0:
            return False
        position += run.length
    return position <= end


class _Run(Frozen):
    """What stands between two stars: literals and `?`."""

    pieces: tuple[str | None, ...]
    """A string, or None for one `?`."""
    length: int

    def at(self, value: str, position: int) -> bool:
        for piece in self.pieces:
            if piece is None:
                position += 1
            elif value.startswith(piece, position):
                position += len(piece)
            else:
                return False
        return True

    def find(self, value: str, start: int, end: int) -> int:
        if len(self.pieces) == 1 and self.pieces[0] is not None:
            return value.find(self.pieces[0], start, end)
        return next((p for p in range(start, end - self.length + 1) if self.at(value, p)), -1)


@lru_cache(maxsize=2048)
def _runs(pattern: Glob) -> tuple[_Run, ...]:
    runs: list[list[str | None]] = [[]]
    for token in pattern:
        if token is Wild.STAR:
            runs.append([])
        else:
            runs[-1].append(token if isinstance(token, str) else None)
    return tuple(_Run(tuple(run), sum(1 if piece is None else len(piece) for piece in run)) for run in runs)


def items_of(pattern: Glob, segmented: bool = False) -> tuple[Item, ...]:
    """The pattern, without variables, as a sequence of items. `segmented` keeps the wildcards
    of the first five ARN components from crossing a colon."""
    made: list[Item] = []
    colons = 0
    for part in pattern:
        if isinstance(part, str):
            colons += part.count(":")
            made.extend(letter(char) for char in part)
        elif isinstance(part, Hole):
            made.append(Item(hole=part))
        else:
            inside = segmented and colons < _LAST_COLON
            star, one = (STAR_IN_SEGMENT, ONE_IN_SEGMENT) if inside else (STAR, ONE)
            made.append(star if part is Wild.STAR else one)
    return tuple(made)


_LAST_COLON = 5
"""The colon before an ARN's last component."""


def units_of(value: Text) -> tuple[Unit, ...]:
    """A text as letters, each hole one of them."""
    units: list[Unit] = []
    for part in value.parts:
        units.extend((part,) if isinstance(part, Hole) else part)
    return tuple(units)


@lru_cache(maxsize=4096)
def _matches_holes(pattern: Glob, value: Text, folded: bool) -> Truth:
    """Surely yes where it matches with holes as opaque letters; surely no where no values of
    the holes make it match. Equal beginnings and ends cancel out first, so that a hole that
    stands at the same place on both sides decides nothing."""
    wanted, given = list(items_of(pattern)), list(units_of(value))
    if machine(wanted, folded).accepts(given):
        return YES
    while wanted and given and _same(wanted[0], given[0]):
        del wanted[0], given[0]
    while wanted and given and _same(wanted[-1], given[-1]):
        del wanted[-1], given[-1]
    value_items = [letter(u) if isinstance(u, str) else Item(hole=u) for u in given]
    if not intersect(spelled_out(wanted, folded), spelled_out(value_items, folded)):
        return NO
    holes = [item.hole for item in (*wanted, *value_items) if item.hole is not None]
    # INVARIANT: without holes the first machine decides, so a hole is left here.
    unknown = next((hole for hole in holes if not hole.each), holes[0] if holes else Hole("?", HoleType.ANYTHING))
    return maybe(not_known(unknown))


def _same(item: Item, unit: Unit) -> bool:
    """Whether an item can only be this very unit. An `each` hole has no one value to share."""
    if isinstance(unit, Hole):
        return item.hole == unit and not unit.each
    return not item.loop and item.chars is not None and not item.chars.negated and item.chars.chars == {unit}
