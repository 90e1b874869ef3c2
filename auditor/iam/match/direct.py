"""The direct path for literals: a condition as a plain test of one string.

Most conditions compare a literal with literals, where nothing can be open. Such a test says what
`match_condition` says; tests hold the two against each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache

from auditor.iam.arn import COMPONENTS
from auditor.iam.document import Condition, Pattern
from auditor.iam.match.glob import Glob, Variable, Wild, glob, split
from auditor.iam.match.typed import moment, number
from auditor.iam.operators import Comparison, Family, Meaning, meaning
from auditor.iam.text import Hole

Test = Callable[[str], "bool | None"]
"""Whether a value satisfies a condition; None where that is for `match_condition` to say."""

_COLONS = COMPONENTS - 1
_MOST_STARS = 3
"""A regular expression with more stars may try too many ways."""


def direct_test(condition: Condition, variables: bool) -> Test | None:
    """A test of one value, or None where the condition needs more than its own literals."""
    what = meaning(condition.operator)
    if what is None or condition.operator.quantifier is not None or not condition.values:
        return None
    negated = what.negated
    if what.family is Family.ARN:
        return _arn_test(condition.values, negated, variables)
    if what.family in (Family.NUMERIC, Family.DATE):
        return _ordered_test(what, condition.values)
    if what.family not in (Family.STRING, Family.LIKE):
        return None
    globs = [_plain(value, what.family is Family.LIKE, variables) for value in condition.values]
    if any(parsed is None for parsed in globs):
        return None
    if what.family is Family.STRING:
        known = frozenset("".join(str(part) for part in parsed or ()) for parsed in globs)
        return (lambda value: value not in known) if negated else (lambda value: value in known)
    patterns = [_regex(parsed, ".") for parsed in globs if parsed is not None]
    return _any(patterns, negated)


def _ordered_test(what: Meaning, values: tuple[Pattern, ...]) -> Test | None:
    """Numbers and dates: of several, the least or the greatest decides, but where they must be equal."""
    read = number if what.family is Family.NUMERIC else moment
    points = [read(value.text.literal) if value.text.literal is not None else None for value in values]
    known = frozenset(point for point in points if point is not None)
    if len(known) < len(set(points)):
        return None
    holds = _holding(what.comparison, known)

    def test(value: str) -> bool | None:
        point = read(value)
        return None if point is None else holds(point) is not what.negated

    return test


def _holding(comparison: Comparison, known: frozenset[Decimal]) -> Callable[[Decimal], bool]:
    least, greatest = min(known), max(known)
    match comparison:
        case Comparison.EQUAL:
            return lambda point: point in known
        case Comparison.LESS:
            return lambda point: point < greatest
        case Comparison.LESS_EQUAL:
            return lambda point: point <= greatest
        case Comparison.GREATER:
            return lambda point: point > least
        case Comparison.GREATER_EQUAL:
            return lambda point: point >= least


def _arn_test(values: tuple[Pattern, ...], negated: bool, variables: bool) -> Test | None:
    patterns = []
    for value in values:
        parsed = _plain(value, True, variables)
        pieces = split(parsed, ":", _COLONS) if parsed is not None else ()
        if len(pieces) < COMPONENTS:
            return None
        patterns.append(":".join(_regex(piece, "[^:]") for piece in pieces[:-1]) + ":" + _regex(pieces[-1], "."))
    test = _any(patterns, negated)
    return lambda value: test(value) if value.count(":") >= _COLONS else None


def _plain(value: Pattern, wildcards: bool, variables: bool) -> Glob | None:
    """A pattern of literals and a few wildcards, or None."""
    parsed = glob(value.text, wildcards, variables)
    if any(isinstance(part, (Hole, Variable)) for part in parsed):
        return None
    return parsed if sum(part is Wild.STAR for part in parsed) <= _MOST_STARS else None


def _regex(parsed: Glob, any_char: str) -> str:
    """`_plain` lets only literals and wildcards through."""
    made = ""
    for part in parsed:
        made += re.escape(part) if isinstance(part, str) else any_char + ("*" if part is Wild.STAR else "")
    return made


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.DOTALL)


def _any(patterns: list[str], negated: bool) -> Test:
    match = _compiled("|".join(f"(?:{pattern})" for pattern in patterns)).fullmatch
    return (lambda value: match(value) is None) if negated else (lambda value: match(value) is not None)
