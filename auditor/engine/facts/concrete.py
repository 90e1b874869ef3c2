"""Real-looking values in the place of holes, so that a witness is a request one could send."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from auditor.iam.decide import Policies
from auditor.iam.filling import fill_policies, fill_request, policies_texts, request_texts
from auditor.iam.frozen import Frozen
from auditor.iam.request import Request
from auditor.iam.text import ACCOUNT, REGION, Hole, HoleType

OWN_ACCOUNT = "111122223333"
"""The audited account, where nothing tells it."""
FOREIGN_ACCOUNT = "444455556666"
"""An account of somebody else."""
OWN_REGION = "us-east-1"
OTHER_REGION = "eu-west-1"

_NONE: Mapping[Hole, str] = MappingProxyType({})
_STREAM = "2026/01/01/[$LATEST]0123456789abcdef"
_ID_LENGTH = 10
_LETTERS = "ABCDEFGHIJ"


class Concrete(Frozen):
    """A request and the policies that decide it, with the same value for each hole in both."""

    request: Request
    policies: Policies
    values: Mapping[Hole, str]


def concrete(request: Request, policies: Policies, known: Mapping[Hole, str] = _NONE) -> Concrete:
    """Fill a request and policies; `known` holes keep their value."""
    values = MappingProxyType(fillings(request, policies, known))
    return Concrete(fill_request(request, values.__getitem__), fill_policies(policies, values.__getitem__), values)


def fillings(request: Request, policies: Policies, known: Mapping[Hole, str] = _NONE) -> dict[Hole, str]:
    """A value for every hole of a request and of policies: of its type, and different for
    different holes; `known` holes keep their value."""
    chosen = dict(known)
    for text in (*request_texts(request), *policies_texts(policies)):
        for hole in text.holes:
            if hole not in chosen:
                chosen[hole] = _value(hole, set(chosen.values()))
    return chosen


def named_values(holes: Iterable[Hole]) -> dict[Hole, str]:
    """A value for each hole, different for different holes."""
    chosen: dict[Hole, str] = {}
    for hole in sorted(holes, key=lambda hole: (hole.name, hole.type.value)):
        chosen[hole] = _value(hole, set(chosen.values()))
    return chosen


def _value(hole: Hole, taken: set[str]) -> str:
    first = likely_value(hole)
    if first not in taken:
        return first
    return next(value for number in range(1, 10_000) if (value := _numbered(hole.type, first, number)) not in taken)


def likely_value(hole: Hole) -> str:
    """The value of a hole where no other hole has it."""
    match hole.type:
        case HoleType.ACCOUNT:
            return OWN_ACCOUNT if hole == ACCOUNT else "222233334444"
        case HoleType.REGION:
            return OWN_REGION if hole == REGION else "us-west-2"
        case HoleType.PARTITION:
            return "aws"
        case HoleType.LEX_ID | HoleType.LEX_ALIAS_ID:
            return (_plain(hole.name).upper().replace("-", "") + "0" * _ID_LENGTH)[:_ID_LENGTH]
        case HoleType.LEX_VERSION:
            return "1"
        case HoleType.ORGANISATION:
            return "o-exampleorgid"
        case HoleType.LEX_NAME:
            return re.sub(r"[^A-Za-z]", "", _plain(hole.name)) or "Example"
        case HoleType.NAME | HoleType.SEGMENT | HoleType.ANYTHING:
            return _STREAM if hole.name == "log stream" else _plain(hole.name)


def _plain(name: str) -> str:
    """The most telling word of a hole's name: `var.env` gives `env`."""
    words = [word for word in re.split(r"[^A-Za-z0-9-]+", name) if word]
    telling = [word for word in words if word.lower() not in ("id", "arn", "name", "var", "local", "data")]
    return (telling or words or ["example"])[-1]


def _numbered(kind: HoleType, first: str, number: int) -> str:
    if kind in (HoleType.ACCOUNT, HoleType.LEX_ID, HoleType.LEX_ALIAS_ID):
        return first[: len(first) - len(str(number))] + str(number)
    if kind is HoleType.LEX_VERSION:
        return str(number)
    if kind is HoleType.LEX_NAME:
        return first + "".join(_LETTERS[int(digit)] for digit in str(number))
    return f"{first}-{number}"
