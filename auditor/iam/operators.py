"""The condition operators that IAM knows.

Source: IAM user guide, "IAM JSON policy elements: Condition operators".
"""

from __future__ import annotations

from enum import Enum

from auditor.iam.document import Operator, Quantifier


class Family(Enum):
    """How an operator reads its values."""

    STRING = "string"
    """Exact text."""
    STRING_IGNORE_CASE = "string-ignore-case"
    LIKE = "like"
    """Text with `*` and `?`."""
    ARN = "arn"
    """Six components, each with `*` and `?`."""
    NUMERIC = "numeric"
    DATE = "date"
    BOOL = "bool"
    BINARY = "binary"
    IP = "ip"
    NULL = "null"


class Comparison(Enum):
    EQUAL = "equal"
    LESS = "less"
    LESS_EQUAL = "less-equal"
    GREATER = "greater"
    GREATER_EQUAL = "greater-equal"


class Meaning:
    """What a base operator does: its family, comparison, and whether it is negated."""

    __slots__ = ("comparison", "family", "negated")

    def __init__(self, family: Family, comparison: Comparison = Comparison.EQUAL, negated: bool = False) -> None:
        self.family = family
        self.comparison = comparison
        self.negated = negated


OPERATORS: dict[str, Meaning] = {
    "StringEquals": Meaning(Family.STRING),
    "StringNotEquals": Meaning(Family.STRING, negated=True),
    "StringEqualsIgnoreCase": Meaning(Family.STRING_IGNORE_CASE),
    "StringNotEqualsIgnoreCase": Meaning(Family.STRING_IGNORE_CASE, negated=True),
    "StringLike": Meaning(Family.LIKE),
    "StringNotLike": Meaning(Family.LIKE, negated=True),
    "ArnEquals": Meaning(Family.ARN),
    "ArnLike": Meaning(Family.ARN),
    "ArnNotEquals": Meaning(Family.ARN, negated=True),
    "ArnNotLike": Meaning(Family.ARN, negated=True),
    "NumericEquals": Meaning(Family.NUMERIC),
    "NumericNotEquals": Meaning(Family.NUMERIC, negated=True),
    "NumericLessThan": Meaning(Family.NUMERIC, Comparison.LESS),
    "NumericLessThanEquals": Meaning(Family.NUMERIC, Comparison.LESS_EQUAL),
    "NumericGreaterThan": Meaning(Family.NUMERIC, Comparison.GREATER),
    "NumericGreaterThanEquals": Meaning(Family.NUMERIC, Comparison.GREATER_EQUAL),
    "DateEquals": Meaning(Family.DATE),
    "DateNotEquals": Meaning(Family.DATE, negated=True),
    "DateLessThan": Meaning(Family.DATE, Comparison.LESS),
    "DateLessThanEquals": Meaning(Family.DATE, Comparison.LESS_EQUAL),
    "DateGreaterThan": Meaning(Family.DATE, Comparison.GREATER),
    "DateGreaterThanEquals": Meaning(Family.DATE, Comparison.GREATER_EQUAL),
    "Bool": Meaning(Family.BOOL),
    "BinaryEquals": Meaning(Family.BINARY),
    "IpAddress": Meaning(Family.IP),
    "NotIpAddress": Meaning(Family.IP, negated=True),
    "Null": Meaning(Family.NULL),
}

_SPELLING = {name.lower(): name for name in OPERATORS}
_QUANTIFIERS = {quantifier.value.lower(): quantifier for quantifier in Quantifier}
_IF_EXISTS = "ifexists"


def operator(written: str) -> Operator:
    """Take an operator apart. An operator that IAM does not know keeps its name as written.

    Operator names are compared without case, as IAM does.
    """
    prefix, colon, rest = written.partition(":")
    quantifier = _QUANTIFIERS.get(prefix.lower()) if colon else None
    base = rest if quantifier else written
    lowered = base.lower()
    if_exists = lowered.endswith(_IF_EXISTS) and lowered != _IF_EXISTS
    if if_exists:
        lowered = lowered[: -len(_IF_EXISTS)]
    name = _SPELLING.get(lowered)
    if name is None or (if_exists and name == "Null"):
        return Operator(written)
    return Operator(name, quantifier, if_exists)


def meaning(op: Operator) -> Meaning | None:
    """What an operator does, or None where IAM knows no such operator."""
    return OPERATORS.get(op.name)
