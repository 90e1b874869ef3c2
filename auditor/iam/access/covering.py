"""Statements that surely say no more than others: the short way to "nothing escapes"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from auditor.iam.access.nearby import Outline, may_meet
from auditor.iam.access.question import Question
from auditor.iam.access.segments import apart, spans_among
from auditor.iam.access.tested import Tested
from auditor.iam.arn import COMPONENTS
from auditor.iam.decide import Policies
from auditor.iam.document import Condition, Effect, Pattern, Statement
from auditor.iam.match.glob import glob, matches
from auditor.iam.match.statement import match_action
from auditor.iam.match.text import match_resource
from auditor.iam.request import PrincipalKind
from auditor.iam.text import Text, text


def comparable(new: Policies, old: Policies) -> bool:
    """Whether what one Allow statement of `new` lets in is let in by `old` where a statement of
    `old` covers it: both have one kind of policy, and nothing else limits `old`."""
    if any(part.may_deny for _, policy in old.named() for part in policy.unknown):
        return False
    if old.boundaries or old.sessions or old.alone != new.alone or (new.callers_allow and not old.callers_allow):
        return False
    kinds = {(side.resource is not None, bool(side.identity)) for side in (new, old)}
    return len(kinds) == 1 and kinds != {(True, True)}


def is_covered(focus: Outline, near: Sequence[Outline], question: Question) -> bool:
    """Whether `old` surely allows all requests of `question` that the Allow statement `focus` of `new` does: one of its
    Allow statements covers it, and each of its Deny statements is covered by one of `new`."""
    allowing = [o for o in near if not o.tested.new and o.tested.statement.effect is Effect.ALLOW]
    # Where hardly anything changed, one of them says the same.
    same = (focus.bound, focus.resources, focus.actions)
    allowing.sort(key=lambda outline: (outline.bound, outline.resources, outline.actions) != same)
    if not any(covers(outline.tested, focus.tested, question) for outline in allowing):
        return False
    denials = [outline for outline in near if outline.tested.statement.effect is Effect.DENY]
    kept = [outline.tested for outline in denials if outline.tested.new]
    return all(
        any(covers(denial, outline.tested, question) for denial in kept)
        for outline in denials
        if not outline.tested.new and may_meet(outline, focus)
    )


def is_outside(focus: Outline, question: Question) -> bool:
    """Whether the statement `focus` surely matches no request of `question`: none of its actions is
    asked for, or a condition that has to hold takes no value that the key may have."""
    statement = focus.tested.statement
    if question.actions is not None and all(match_action(statement, action).no for action in question.actions):
        return True
    return any(_never_met(condition, question) for condition in statement.conditions)


def _never_met(condition: Condition, question: Question) -> bool:
    operator, key = condition.operator, condition.key.literal
    if key is None or operator.quantifier is not None or operator.if_exists or operator.name not in _POSITIVE:
        return False
    domain = question.domain(key.lower())
    if operator.name == "StringEqualsIgnoreCase" or not domain.forms:
        return False
    return all(apart(form, value.text) for form in domain.forms for value in condition.values)


def covers(wide: Tested, narrow: Tested, question: Question | None = None) -> bool:
    """Whether `wide` surely matches what `narrow` matches, and may match what it may match, for
    the same reason; with `question`, among its requests. A no means that it is not plain to see."""
    one, other = wide.statement, narrow.statement
    if wide.variables != narrow.variables and any("${" in str(text) for text in _written(one, other)):
        return False
    return (
        one.uncertain in ("", other.uncertain)
        and _covers_principals(one, other)
        and _covers_actions(one, other)
        and _covers_resources(one, other)
        and all(any(_implies(n, w, question) for n in other.conditions) for w in one.conditions)
    )


def _written(*statements: Statement) -> Iterable[Text]:
    for statement in statements:
        yield from (pattern.text for pattern in statement.resources or ())
        yield from (value.text for condition in statement.conditions for value in condition.values)


def _implies(narrow: Condition, wide: Condition, question: Question | None) -> bool:
    """Whether a request that meets `narrow` meets `wide`: the same condition, or one that also
    lets the key be absent, or that more values meet."""
    one, other = narrow.operator, wide.operator
    key = narrow.key.map(str.lower)
    if key != wide.key.map(str.lower) or (one.name, one.quantifier) != (other.name, other.quantifier):
        return False
    given, wanted = ({value.text for value in condition.values} for condition in (narrow, wide))
    if given == wanted and one.if_exists == other.if_exists:
        return True
    if one.quantifier is not None or one.name not in _POSITIVE or (one.if_exists and not other.if_exists):
        return False
    forms = question.domain(key.literal).forms if question is not None and key.literal is not None else ()
    return all(value in wanted or _spanned(value, wanted, forms) for value in given)


def _spanned(value: Text, wanted: set[Text], forms: tuple[Text, ...]) -> bool:
    """Whether what a pattern takes among values of these forms, one of the wanted ones takes."""
    return bool(forms) and all(any(spans_among(form, value, wide) for wide in wanted) for form in forms)


_POSITIVE = frozenset({"StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike"})
"""Operators that a key meets where one of their values matches it."""


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
    # Where five components are spelled out, all readings take each of them by itself, and what
    # follows as one text.
    *ours, our_rest = wide.literal.split(":", COMPONENTS - 1)
    *theirs, their_rest = narrow.literal.split(":", COMPONENTS - 1)
    if len(ours) != len(theirs) or any("*" in part or "?" in part for part in theirs):
        return False
    parts = zip((*ours, our_rest), (*theirs, their_rest), strict=True)
    return all(_spans(text(w), text(n)) for w, n in parts)
