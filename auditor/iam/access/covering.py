"""Statements that surely say no more than others: the short way to "nothing escapes"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from auditor.iam.access.dimensions import Tested
from auditor.iam.access.nearby import Outline, may_meet
from auditor.iam.arn import COMPONENTS
from auditor.iam.decide import Policies
from auditor.iam.document import Condition, Effect, Pattern, Statement
from auditor.iam.match.glob import glob, matches
from auditor.iam.match.text import match_resource
from auditor.iam.request import PrincipalKind
from auditor.iam.text import Text


def comparable(new: Policies, old: Policies) -> bool:
    """Whether what one Allow statement of `new` lets in is let in by `old` where a statement of
    `old` covers it: both have one kind of policy, and nothing else limits `old`."""
    if any(part.effect is Effect.DENY for _, policy in old.named() for part in policy.unknown):
        return False
    if old.boundaries or old.alone != new.alone or (new.callers_allow and not old.callers_allow):
        return False
    kinds = {(side.resource is not None, bool(side.identity)) for side in (new, old)}
    return len(kinds) == 1 and kinds != {(True, True)}


def is_covered(focus: Outline, near: Sequence[Outline]) -> bool:
    """Whether `old` surely allows all that the Allow statement `focus` of `new` does: one of its
    Allow statements covers it, and each of its Deny statements is covered by one of `new`."""
    statements = [outline.tested for outline in near]
    if not any(not t.new and t.statement.effect is Effect.ALLOW and covers(t, focus.tested) for t in statements):
        return False
    denials = [outline for outline in near if outline.tested.statement.effect is Effect.DENY]
    kept = [outline.tested for outline in denials if outline.tested.new]
    return all(
        any(covers(denial, outline.tested) for denial in kept)
        for outline in denials
        if not outline.tested.new and may_meet(outline, focus)
    )


def covers(wide: Tested, narrow: Tested) -> bool:
    """Whether `wide` surely matches what `narrow` matches, and may match what it may match, for
    the same reason. A no means that it is not plain to see."""
    one, other = wide.statement, narrow.statement
    if wide.variables != narrow.variables and any("${" in str(text) for text in _written(one, other)):
        return False
    return (
        _covers_principals(one, other)
        and _covers_actions(one, other)
        and _covers_resources(one, other)
        and {_plain(c) for c in one.conditions} <= {_plain(c) for c in other.conditions}
    )


def _written(*statements: Statement) -> Iterable[Text]:
    for statement in statements:
        yield from (pattern.text for pattern in statement.resources or ())
        yield from (value.text for condition in statement.conditions for value in condition.values)


def _plain(condition: Condition) -> tuple[object, ...]:
    key = condition.key.map(str.lower)
    return condition.operator, key, frozenset(value.text for value in condition.values)


def _covers_principals(wide: Statement, narrow: Statement) -> bool:
    if wide.principals is None or narrow.principals is None:
        return wide.principals is narrow.principals
    if wide.not_principal or narrow.not_principal:
        same = {(p.kind, p.text) for p in wide.principals} == {(p.kind, p.text) for p in narrow.principals}
        return wide.not_principal == narrow.not_principal and wide.effect is narrow.effect and same
    if any(p.kind is PrincipalKind.ANYONE and not p.text.holes for p in wide.principals):
        return True
    return {(p.kind, p.text) for p in narrow.principals} <= {(p.kind, p.text) for p in wide.principals}


def _covers_actions(wide: Statement, narrow: Statement) -> bool:
    if not wide.not_action and any(pattern.text.literal == "*" for pattern in wide.actions):
        return True
    if wide.not_action or narrow.not_action:
        return wide.not_action == narrow.not_action and _lowered(wide.actions) <= _lowered(narrow.actions)
    return all(any(_spans(w, n) for w in _lowered(wide.actions)) for n in _lowered(narrow.actions))


def _lowered(patterns: Sequence[Pattern]) -> set[Text]:
    return {pattern.text.map(str.lower) for pattern in patterns}


def _spans(wide: Text, narrow: Text) -> bool:
    """Whether a pattern surely takes every text of another: it takes that pattern as a text, whose
    `*` then only its own `*` can take."""
    if wide == narrow:
        return True
    if wide.holes or narrow.literal is None or ("?" in str(wide) and ("*" in narrow.literal or "?" in narrow.literal)):
        return False
    return matches(glob(wide), narrow).yes


def _covers_resources(wide: Statement, narrow: Statement) -> bool:
    if wide.resources is None or narrow.resources is None:
        return wide.resources is narrow.resources
    if not wide.not_resource and any(pattern.text.literal == "*" for pattern in wide.resources):
        return True
    ours, theirs = [{p.text for p in s.resources or ()} for s in (wide, narrow)]
    if wide.not_resource or narrow.not_resource:
        return wide.not_resource == narrow.not_resource and ours <= theirs
    return all(any(_spans_resource(w, n) for w in ours) for n in theirs)


def _spans_resource(wide: Text, narrow: Text) -> bool:
    if wide == narrow or wide.literal == "*":
        return True
    if wide.literal is None or "${" in wide.literal or narrow.literal is None or "${" in narrow.literal:
        return False
    if narrow.literal.count(":") < COMPONENTS - 1:
        return False
    if not ("*" in narrow.literal or "?" in narrow.literal):
        return match_resource(glob(wide), narrow).yes
    # What begins with five components and goes on as it likes is read alike by all readings.
    begins, star, rest = wide.literal.partition("*")
    plain = star and not rest and "?" not in begins and begins.count(":") >= COMPONENTS - 1
    return bool(plain) and narrow.literal.startswith(begins)
