"""Segment by segment: a yes must hold for every value, tried out one by one."""

from __future__ import annotations

import random
import re
from itertools import product

import pytest

from auditor.iam.access.question import each
from auditor.iam.access.segments import spans_among
from auditor.iam.text import Hole, HoleType, Text, text

_VALUES = {
    HoleType.LEX_NAME: ["Order", "Cancel"],
    HoleType.LEX_VERSION: ["$LATEST", "7"],
    HoleType.ACCOUNT: ["111122223333", "444455556666"],
}
_NAME, _VERSION, _ACCOUNT = (each(kind) for kind in _VALUES)


def _expression(pattern: Text) -> re.Pattern[str]:
    """A pattern as a regular expression: `*` is any text, a hole one of the values of its type."""
    written = ""
    for part in pattern.parts:
        if isinstance(part, Hole):
            written += "(" + "|".join(map(re.escape, _VALUES[part.type])) + ")"
        else:
            written += "".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in part)
    return re.compile(written, re.DOTALL)


def _values(form: Text) -> list[str]:
    parts = [_VALUES[part.type] if isinstance(part, Hole) else [part] for part in form.parts]
    return ["".join(chosen) for chosen in product(*parts)]


FORM = text("arn:aws:lex:us-east-1:", _ACCOUNT, ":intent:", _NAME, ":", _VERSION)


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        (
            "arn:aws:lex:us-east-1:111122223333:intent:Order:*",
            text("arn:aws:lex:us-east-1:111122223333:intent:Order:", _VERSION),
        ),
        ("arn:aws:lex:us-east-1:111122223333:intent:Order:*", text("arn:*:lex:*:111122223333:intent:Order:*")),
        (
            "arn:aws:lex:us-east-1:111122223333:intent:Order:*",
            text("arn:aws:lex:us-east-1:", _ACCOUNT, ":intent:Ord*:*"),
        ),
        ("arn:aws:lex:eu-west-1:111122223333:intent:Order:*", text("nothing of the kind")),
    ],
)
def test_what_is_plain_is_seen(narrow: str, wide: Text) -> None:
    """Exact callers, wildcards elsewhere, and a form of which the pattern takes no value."""
    assert spans_among(FORM, text(narrow), wide)


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        ("arn:aws:lex:us-east-1:111122223333:intent:*:*", "arn:aws:lex:us-east-1:111122223333:intent:Order:*"),
        ("arn:aws:lex:us-east-1:*:intent:Order:*", "arn:aws:lex:us-east-1:111122223333:intent:Order:*"),
        ("arn:aws:lex:us-east-1:111122223333:intent:Order:*", "arn:aws:lex:us-east-1:111122223333:intent:Cancel:*"),
        ("arn:aws:lex:us-east-1:111122223333:*", "arn:aws:lex:us-east-1:111122223333:intent:Order:7"),
    ],
)
def test_what_lets_more_in_is_not_spanned(narrow: str, wide: str) -> None:
    assert not spans_among(FORM, text(narrow), text(wide))


def test_a_yes_holds_for_every_value() -> None:
    """20,000 random triples: no value of the form is taken by `narrow` and not by `wide`."""
    chance = random.Random(7)
    forms = [FORM, text("arn:aws:lex:us-east-1:111122223333:bot-alias/", _NAME, "/", _VERSION), text(_NAME, ":", _NAME)]
    words = ["Order", "Cancel", "Ord*", "*", "?rder", "7", "$LATEST", "111122223333", "intent", "bot-alias"]
    seen = 0
    for _ in range(20_000):
        form = chance.choice(forms)
        narrow, wide = (_changed(form, words, chance, holes=holes) for holes in (False, True))
        if spans_among(form, narrow, wide):
            seen += 1
            takes, covers = _expression(narrow), _expression(wide)
            assert all(covers.fullmatch(value) for value in _values(form) if takes.fullmatch(value)), (
                form,
                narrow,
                wide,
            )
    assert seen > 500


def _changed(form: Text, words: list[str], chance: random.Random, *, holes: bool) -> Text:
    """A pattern like a form: parts become words, stay, or are cut short by a star."""
    parts: list[str | Hole] = []
    for part in form.parts:
        if isinstance(part, Hole):
            parts.append(part if holes and chance.random() < 0.5 else chance.choice(words))
        elif chance.random() < 0.15:
            parts.append(part.replace(chance.choice([":", "/", "a"]), chance.choice(["*", ":*", "?"]), 1))
        else:
            parts.append(part)
        if chance.random() < 0.08:
            return text(*parts, "*")
    return text(*parts)
