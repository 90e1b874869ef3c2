"""Conditions: one operator on one key against a request's context.

Sources: IAM user guide, "Condition operators", "Multivalued context keys", "...IfExists",
"Condition operator to check existence of condition keys".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from auditor.iam.document import Condition, Pattern, Quantifier
from auditor.iam.match.doubt import not_known
from auditor.iam.match.glob import Glob, glob, resolve, variables_in
from auditor.iam.match.text import match_arn, match_exact, match_ignoring_case
from auditor.iam.match.typed import boolean, compare
from auditor.iam.operators import Comparison, Family, Meaning, meaning
from auditor.iam.request import Context
from auditor.iam.text import Text
from auditor.iam.truth import NO, Truth, all_of, any_of, maybe, negate, truth

CORNER_LIST = (
    "AWS's documents do not say what several values mean under an operator without ForAllValues or ForAnyValue"
)
CORNER_EMPTY = "AWS's documents do not say what a condition with an empty list of values means"
CORNER_UNREADABLE = "AWS's documents do not say what becomes of a value that the operator cannot read"
CORNER_VARIABLE_EMPTY = "AWS's documents do not say whether the empty value of a policy variable counts as none"
CORNER_VARIABLE_LIST = "AWS's documents do not say what a policy variable is whose key has several values"


def match_condition(condition: Condition, context: Context, variables: bool) -> Truth:
    """Whether a condition holds; `variables` tells whether `${...}` is a policy variable."""
    key = condition.key.literal
    what = meaning(condition.operator)
    if key is None or what is None:
        return maybe(f"the condition on `{condition.key}` is not known")
    given = context.get(key.lower(), ())
    if what.family is Family.NULL:
        return _match_null(condition.values, bool(given))
    if not condition.values:
        return maybe(CORNER_EMPTY)
    quantifier = condition.operator.quantifier
    if given and quantifier is not None and all(value.literal == "" for value in given):
        # The set operators take a key that holds just an empty string for an empty set.
        return truth(quantifier is Quantifier.ALL)
    if not given:
        if quantifier is Quantifier.ANY:
            # IfExists changes nothing: of no values, none can match.
            return NO
        return truth(condition.operator.if_exists or quantifier is Quantifier.ALL or what.negated)
    each = (_match_value(what, condition.values, value, context, variables) for value in given)
    if quantifier is Quantifier.ALL:
        return all_of(each)
    if quantifier is Quantifier.ANY:
        return any_of(each)
    return maybe(CORNER_LIST) if len(given) > 1 else next(each)


def _match_null(values: tuple[Pattern, ...], present: bool) -> Truth:
    answers: list[Truth] = []
    for value in values:
        literal = value.text.literal
        wanted = boolean(literal) if literal is not None else None
        answers.append(
            maybe(f"Null takes true or false, not `{value.text}`") if wanted is None else truth(wanted != present)
        )
    return any_of(answers) if answers else maybe(CORNER_EMPTY)


def _match_value(what: Meaning, patterns: Iterable[Pattern], value: Text, context: Context, variables: bool) -> Truth:
    """One value against all patterns: any of them, or for a negated operator none."""
    answer = any_of(_match_pattern(what, pattern.text, value, context, variables) for pattern in patterns)
    return negate(answer) if what.negated else answer


def _match_pattern(what: Meaning, written: Text, value: Text, context: Context, variables: bool) -> Truth:
    if what.family in _TEXTUAL:
        return _match_text(what, written, value, context, variables)
    pattern, given = written.literal, value.literal
    if pattern is None or given is None:
        if written == value and not any(hole.each for hole in written.holes):
            return truth(what.comparison not in (Comparison.LESS, Comparison.GREATER))
        return maybe(not_known(written if pattern is None else value))
    answer = compare(what.family, what.comparison, pattern, given)
    return maybe(f"{CORNER_UNREADABLE}: `{pattern}` and `{given}`") if answer is None else truth(answer)


_TEXTUAL = {Family.STRING, Family.STRING_IGNORE_CASE, Family.LIKE, Family.ARN}


def _match_text(what: Meaning, written: Text, value: Text, context: Context, variables: bool) -> Truth:
    family = what.family
    parsed = glob(written, family in (Family.LIKE, Family.ARN), variables)

    def match(pattern: Glob) -> Truth:
        if family is Family.ARN:
            return match_arn(pattern, value, what.negated)
        if family is Family.STRING_IGNORE_CASE:
            return match_ignoring_case(pattern, value)
        return match_exact(pattern, value)

    return match_with_variables(parsed, context, match)


def match_with_variables(pattern: Glob, context: Context, match: Callable[[Glob], Truth]) -> Truth:
    """How a pattern matches with its variables filled from the context: not at all where one has no
    value, MAYBE where one has several. An empty value may count as none: where that makes a
    difference it is MAYBE too."""
    named = variables_in(pattern)
    if not named:
        return match(pattern)
    doubts: list[str] = []

    def value_of(key: str) -> Text | None:
        values = context.get(key, ())
        if len(values) > 1:
            doubts.append(f"{CORNER_VARIABLE_LIST}: `{key}`")
        return values[0] if values else None

    resolved = resolve(pattern, value_of)
    if doubts:
        return maybe(doubts[0])
    answer = NO if resolved is None else match(resolved)
    empty = [key for key in sorted(named) if any(value.literal == "" for value in context.get(key, ()))]
    if not empty:
        return answer
    without = resolve(pattern, lambda key: None if key in empty else value_of(key))
    otherwise = NO if without is None else match(without)
    return answer if otherwise.value is answer.value else maybe(f"{CORNER_VARIABLE_EMPTY}: `{empty[0]}`")
