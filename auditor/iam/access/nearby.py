"""Which statements can match one request together.

A cheap and careful answer: statements that are told apart surely have no request in common;
those that are not may have one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import product

from auditor.iam.access.boundaries import TYPED
from auditor.iam.access.tested import Tested
from auditor.iam.access.values import pattern_items, value_glob
from auditor.iam.arn import COMPONENTS
from auditor.iam.document import Condition, Statement
from auditor.iam.frozen import Frozen
from auditor.iam.keys import is_single_valued
from auditor.iam.match.glob import Glob, Variable, Wild, fold, glob, split
from auditor.iam.match.items import intersect, spelled_out
from auditor.iam.match.principal import Listed
from auditor.iam.match.statement import resource_glob
from auditor.iam.operators import Family, meaning
from auditor.iam.request import Principal


class Outline(Frozen):
    """What a statement can match at most. `callers` has a bit for each principal in question;
    None stands for an element that excludes (NotAction) and is taken for everything. `bound`
    are the keys that must have a value like one of these patterns."""

    tested: Tested
    callers: int
    actions: tuple[Glob, ...] | None
    resources: tuple[Glob, ...] | None
    bound: dict[str, tuple[tuple[Glob, Family], ...]]


def outlines(statements: Sequence[Tested], principals: Sequence[Principal]) -> list[Outline]:
    """The outline of each statement, in their order."""
    several = keys_with_several(statements)
    return [_outline(tested, principals, several) for tested in statements]


def keys_with_several(statements: Iterable[Tested]) -> frozenset[str]:
    """Keys (lower case) that may have several values, of which each condition may mean another."""
    conditions = (condition for tested in statements for condition in tested.statement.conditions)
    named = (str(c.key).lower() for c in conditions if c.operator.quantifier is not None)
    return frozenset(key for key in named if not is_single_valued(key))


def _outline(tested: Tested, principals: Sequence[Principal], several: frozenset[str]) -> Outline:
    statement = tested.statement
    listed = Listed(statement)
    named = (listed.may_apply(principal, tested.bounded) for principal in principals)
    actions = None if statement.not_action else tuple(fold(glob(p.text)) for p in statement.actions)
    resources = None
    if statement.resources is not None and not statement.not_resource:
        resources = tuple(_opened(resource_glob(p.text, tested.variables)) for p in statement.resources)
    bound = {
        key: values
        for condition in statement.conditions
        if (key := (condition.key.literal or "").lower())
        and key not in several
        and (values := _binding(condition, tested.variables))
    }
    callers = sum(1 << place for place, answer in enumerate(named) if not answer.no)
    return Outline(tested, callers, actions, resources, bound)


def _opened(pattern: Glob) -> Glob:
    """A resource pattern with `*` for its variables, and for the components that it leaves out."""
    starred = tuple(Wild.STAR if isinstance(part, Variable) else part for part in pattern)
    short = len(split(starred, ":", COMPONENTS - 1)) < COMPONENTS
    return (*starred, Wild.STAR) if short and starred[-1:] != (Wild.STAR,) else starred


def _binding(condition: Condition, variables: bool) -> tuple[tuple[Glob, Family], ...]:
    """The patterns of a condition that the key, then present, must be like one of; none where it
    binds in no such way."""
    what = meaning(condition.operator)
    if what is None or what.negated or condition.operator.if_exists or condition.operator.quantifier is not None:
        return ()
    if what.family in (*TYPED, Family.NULL, Family.BINARY):
        return ()
    parsed = (value_glob(value.text, what.family, variables) for value in condition.values)
    return tuple(
        (tuple(Wild.STAR if isinstance(part, Variable) else part for part in pattern), what.family)
        for pattern in parsed
    )


def may_meet(one: Outline, other: Outline) -> bool:
    """Whether one request may match both statements."""
    if not one.callers & other.callers:
        return False
    for mine, theirs in ((one.actions, other.actions), (one.resources, other.resources)):
        if mine is not None and theirs is not None and not any(_meet(*pair) for pair in product(mine, theirs)):
            return False
    return all(
        any(_meet(ours[0], beside[0], ours[1], beside[1]) for ours, beside in product(patterns, other.bound[key]))
        for key, patterns in one.bound.items()
        if key in other.bound
    )


def actions_meet(one: Statement, other: Statement) -> bool:
    """Whether both statements may be about one action."""
    if one.not_action or other.not_action:
        return True
    mine, theirs = ([fold(glob(action.text)) for action in statement.actions] for statement in (one, other))
    return any(_meet(*pair) for pair in product(mine, theirs))


def _meet(one: Glob, other: Glob, family: Family = Family.LIKE, other_family: Family = Family.LIKE) -> bool:
    """Whether some text is like both patterns."""
    if Family.STRING_IGNORE_CASE in (family, other_family):
        one, other = fold(one), fold(other)
    mine, theirs = one[0] if one else "", other[0] if other else ""
    if isinstance(mine, str) and isinstance(theirs, str):
        if len(one) == len(other) == 1:
            return mine == theirs
        if not (mine.startswith(theirs) or theirs.startswith(mine)):
            return False
    return _intersect(one, other)


@lru_cache(maxsize=65536)
def _intersect(one: Glob, other: Glob) -> bool:
    # Components play no part here: what is like a pattern by components is like it as a whole.
    machines = (spelled_out(pattern_items(pattern, Family.LIKE)) for pattern in (one, other))
    return intersect(*machines)
