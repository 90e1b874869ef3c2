"""Comparing one value of a request with one pattern of a policy, by the operator's family.

Source: IAM user guide, "IAM JSON policy elements: Condition operators".
"""

from __future__ import annotations

from auditor.iam.arn import COMPONENTS
from auditor.iam.match.glob import Glob, Wild, fold, matches, split
from auditor.iam.text import Text
from auditor.iam.truth import NO, YES, Truth, all_of, maybe

CORNER_ARN_PATTERN = "AWS's documents do not say what an ARN pattern of fewer than six components matches"
CORNER_ARN_VALUE = "AWS's documents do not say how an ARN operator compares a value that is no ARN"
CORNER_SEGMENT = "AWS's documents disagree on whether `*` crosses a colon in the first five components"


def match_exact(pattern: Glob, value: Text) -> Truth:
    return matches(pattern, value)


def match_ignoring_case(pattern: Glob, value: Text) -> Truth:
    return matches(fold(pattern), value.map(str.lower), folded=True)


def match_arn(pattern: Glob, value: Text) -> Truth:
    """ArnLike and ArnEquals: each component by itself; `*` crosses a colon only in the sixth."""
    wanted = split(pattern, ":", COMPONENTS - 1)
    given = value.split(":", COMPONENTS - 1)
    if len(wanted) < COMPONENTS:
        whole = matches(pattern, value)
        return maybe(CORNER_ARN_PATTERN) if whole.yes else whole
    if len(given) < COMPONENTS:
        return matches(pattern, value) if value.holes else maybe(CORNER_ARN_VALUE)
    return all_of(matches(part, piece) for part, piece in zip(wanted, given, strict=True))


def match_resource(pattern: Glob, value: Text) -> Truth:
    """A Resource pattern: `*` is everything; elsewhere the whole text, where the reading that
    keeps `*` within the first five components agrees."""
    if pattern == (Wild.STAR,):
        return YES
    whole = matches(pattern, value)
    if whole.no or not any(isinstance(token, Wild) for token in pattern):
        return whole
    wanted = split(pattern, ":", COMPONENTS - 1)
    given = value.split(":", COMPONENTS - 1)
    if len(given) < COMPONENTS:
        return whole
    if len(wanted) < COMPONENTS:
        return whole if whole.maybe else maybe(CORNER_SEGMENT)
    parted = all_of(matches(part, piece) for part, piece in zip(wanted, given, strict=True))
    return maybe(CORNER_SEGMENT) if parted.no else parted
