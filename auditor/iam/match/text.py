"""Comparing one value of a request with one pattern of a policy, by the operator's family.

Source: IAM user guide, "IAM JSON policy elements: Condition operators".
"""

from __future__ import annotations

from auditor.iam.arn import COMPONENTS
from auditor.iam.match.glob import Glob, Wild, fold, matches, split
from auditor.iam.text import Text
from auditor.iam.truth import YES, Truth, all_of, maybe

CORNER_ARN_PATTERN = "AWS's documents do not say what an ARN pattern of fewer than six components matches"
CORNER_ARN_VALUE = "AWS's documents do not say whether a value that is no ARN is unlike one"
CORNER_SHORT = "AWS's documents do not say what a Resource of fewer than six components matches"
CORNER_SEGMENT = "AWS's documents disagree on whether `*` crosses a colon in the first five components"


def match_exact(pattern: Glob, value: Text) -> Truth:
    return matches(pattern, value)


def match_ignoring_case(pattern: Glob, value: Text) -> Truth:
    return matches(fold(pattern), value.map(str.lower), folded=True)


def match_arn(pattern: Glob, value: Text, negated: bool = False) -> Truth:
    """ArnLike and ArnEquals: each component by itself; `*` crosses a colon only in the sixth.
    A value that is no ARN surely is not like one; whether it then is unlike one (`negated`)
    AWS's documents do not say."""
    wanted = split(pattern, ":", COMPONENTS - 1)
    given = value.split(":", COMPONENTS - 1)
    if len(wanted) < COMPONENTS:
        whole = matches(pattern, value)
        return maybe(CORNER_ARN_PATTERN) if whole.yes else whole
    if len(given) < COMPONENTS:
        whole = matches(pattern, value)
        return maybe(CORNER_ARN_VALUE) if whole.no and negated else whole
    return all_of(matches(part, piece) for part, piece in zip(wanted, given, strict=True))


def match_resource(pattern: Glob, value: Text, completed: bool = False) -> Truth:
    """A Resource pattern: `*` is everything; elsewhere the whole text, where the reading by
    components agrees. That one keeps `*` within the first five, and takes missing ones for `*`,
    as IAM says it does in identity policies (`completed`; IAM user guide, "IAM identifiers")."""
    if pattern == (Wild.STAR,):
        return YES
    whole = matches(pattern, value)
    given = value.split(":", COMPONENTS - 1)
    if len(given) < COMPONENTS:
        return whole
    wanted = split(pattern, ":", COMPONENTS - 1)
    if len(wanted) == COMPONENTS and (whole.no or not any(isinstance(token, Wild) for token in pattern)):
        return whole
    missing = ((Wild.STAR,),) * (COMPONENTS - len(wanted))
    parted = all_of(matches(part, piece) for part, piece in zip((*wanted, *missing), given, strict=True))
    if whole.value is parted.value or whole.maybe:
        return whole
    if completed and parted.yes:
        return YES
    return parted if parted.maybe else maybe(CORNER_SHORT if missing else CORNER_SEGMENT)
