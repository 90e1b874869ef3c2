"""The `when` of a rule: tests of a fact's words, joined by and, or, not."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import TypeAlias

from auditor.engine.fact import Fact
from auditor.iam.frozen import Frozen


class Filled(Enum):
    """Whether a list has entries: how a `when` asks about a word that is a list."""

    SOME = "some"
    NONE = "none"


class Test(Frozen):
    """The fact's value of `word` is one of `accepted`."""

    __test__ = False  # pytest would take the name for a test class

    word: str
    accepted: tuple[Enum | bool | str, ...]


class All(Frozen):
    """Every part holds."""

    parts: tuple[Condition, ...] = ()


class AnyOf(Frozen):
    """At least one part holds."""

    parts: tuple[Condition, ...]


class Not(Frozen):
    """The part does not hold."""

    part: Condition


Condition: TypeAlias = Test | All | AnyOf | Not


def holds(condition: Condition, fact: Fact) -> bool:
    """Whether a fact is as the condition says. The words were checked when the rule was read."""
    match condition:
        case Test(word, accepted):
            return asked(word, fact) in accepted
        case All(parts):
            return all(holds(part, fact) for part in parts)
        case AnyOf(parts):
            return any(holds(part, fact) for part in parts)
        case Not(part):
            return not holds(part, fact)


def asked(word: str, fact: Fact) -> Enum | bool | str:
    """The value of a fact's word as conditions ask for it."""
    value = getattr(fact, word)
    if isinstance(value, tuple):
        return Filled.SOME if value else Filled.NONE
    assert isinstance(value, (Enum, bool, str)), "the words were checked when the rule was read"
    return value


def words(condition: Condition) -> Iterator[str]:
    """The words that a condition asks for."""
    match condition:
        case Test(word, _):
            yield word
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from words(part)
        case Not(part):
            yield from words(part)
