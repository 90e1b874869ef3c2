"""Three-valued answers: yes, no, or undetermined with the reason."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from auditor.iam.frozen import Frozen


class Value(Enum):
    YES = "yes"
    NO = "no"
    MAYBE = "maybe"


class Truth(Frozen):
    """An answer; `reason` is said for MAYBE only."""

    value: Value
    reason: str = ""

    @property
    def yes(self) -> bool:
        return self.value is Value.YES

    @property
    def no(self) -> bool:
        return self.value is Value.NO

    @property
    def maybe(self) -> bool:
        return self.value is Value.MAYBE


YES = Truth(Value.YES)
NO = Truth(Value.NO)


def maybe(reason: str) -> Truth:
    return Truth(Value.MAYBE, reason)


def truth(value: bool) -> Truth:
    return YES if value else NO


def negate(answer: Truth) -> Truth:
    if answer.maybe:
        return answer
    return NO if answer.yes else YES


def all_of(answers: Iterable[Truth]) -> Truth:
    """NO if one is, else the first MAYBE, else YES. Stops at the first NO."""
    result = YES
    for answer in answers:
        if answer.no:
            return NO
        if answer.maybe and result.yes:
            result = answer
    return result


def any_of(answers: Iterable[Truth]) -> Truth:
    """YES if one is, else the first MAYBE, else NO. Stops at the first YES."""
    result = NO
    for answer in answers:
        if answer.yes:
            return YES
        if answer.maybe and result.no:
            result = answer
    return result
