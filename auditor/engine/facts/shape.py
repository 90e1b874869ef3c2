"""The shape of a function or a role: all that its facts hang on, but for what things are called.

Names are numbered in the order in which they come, and so are the holes that a unit has for itself. Two
units of one shape differ by an exchange of names, one for one, and of holes of one type. Such an exchange
changes no answer: ARNs and patterns are put together from whole names between colons and slashes, so what
matches before it matches after it. That holds only for what `_is_exchangeable` and `_holds_together` let
pass; the rest of a text is part of the shape as it stands. A decision record, "Equal shapes are judged
once", has the argument.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from functools import lru_cache

from auditor.engine.facts.concrete import likely_value
from auditor.engine.facts.own_words import OwnWords, own_words
from auditor.estate.estate import Estate
from auditor.estate.function import Function
from auditor.estate.role import Role, RolePolicy
from auditor.iam.document import Condition, Pattern, Policy, PrincipalPattern, Statement
from auditor.iam.frozen import Frozen
from auditor.iam.origin import Origin
from auditor.iam.request import PrincipalKind
from auditor.iam.text import ACCOUNT, REGION, Hole, Text

CUT = re.compile(r"([:/])")
"""What separates names."""
_NAME = re.compile(r"[A-Za-z0-9_.+=,@-]+", re.ASCII)
_WILD = re.compile(r"[*?$]")
_WORD = re.compile(r"[A-Za-z0-9]+", re.ASCII)
_TYPED = (
    re.compile(r"[a-z]{2}-[a-z0-9-]+", re.ASCII),
    re.compile(r"[0-9A-Z]{10}", re.ASCII),
    re.compile(r"[0-9A-Za-z]{10}", re.ASCII),
    re.compile(r"(?:[A-Za-z]_?)+", re.ASCII),
    re.compile(r"\d+", re.ASCII),
)
"""What tells the types of holes apart: regions, Lex's ids as they are and in capitals, its names and
versions. Accounts and partitions are not exchanged at all."""
_FIXED = re.compile(r"\d{12}|aws.*|.*[a-z]{2}(?:-[a-z]+)+-\d(?!\d).*", re.ASCII)
_ACCOUNT = re.compile(r"(?<!\d)\d{12}(?!\d)", re.ASCII)
_MOST_NAMES = 64
"""Units with more names are hardly ever alike."""

_UNHEEDED: dict[type, frozenset[str]] = {
    Function: frozenset({"address", "role"}),
    Role: frozenset({"key", "address"}),
    RolePolicy: frozenset({"address"}),
    Statement: frozenset({"sid"}),
}
"""What no fact hangs on: by which key a thing is found, and its label."""
_BY_VALUE = frozenset({"ArnLike", "ArnEquals", "StringLike", "StringEquals"})
"""Operators that take a value for names between separators."""


class _NotAlikeError(Exception):
    """The unit has something of which it is not known how it takes part."""


class Shape(Frozen, eq=False):
    """`key` is equal for units that are alike; then the objects, origins, names and holes of one are to it
    what those at the same places are to the other. Among the names are how its holes are shown, and the
    values that a witness has in their place."""

    key: tuple[object, ...]
    objects: tuple[object, ...]
    origins: tuple[Origin, ...]
    names: tuple[str, ...]
    runs: frozenset[str]
    holes: tuple[Hole, ...]


class Around:
    """What all units of an estate share, and what no name of a unit may be taken for: `texts` are of
    things that facts may look at beside a unit, `words` the program's own."""

    def __init__(self, texts: Iterable[Text], words: OwnWords | None = None) -> None:
        self.words = words or own_words()
        self.holes: set[Hole] = set()
        self.runs: set[str] = set()
        for written in texts:
            self.holes.update(written.holes)
            self.runs.update(run for part in written.parts if isinstance(part, str) for run in words_of(part))
        self.lowered = frozenset(run.lower() for run in self.runs)
        self.estate_holes = sorted(self.holes - {ACCOUNT, REGION}, key=str)
        """Those of the estate itself."""
        self._all = "\n".join(sorted(self.lowered))

    @classmethod
    def units_of(cls, estate: Estate, words: OwnWords | None = None) -> Around:
        """What the functions and roles of an estate share. Of its bots facts look at the names alone
        (`what_facts_look_at`)."""
        names = (*(bot.name for bot in estate.bots), *(intent.name for intent in estate.intents))
        return cls((estate.partition, estate.account, estate.region, *names), words)

    def hold(self, name: str) -> bool:
        """Whether a name is, in whatever case, part of what is shared, but not the same."""
        return name.lower() in self._all


def shape_of(parts: Iterable[object], around: Around) -> Shape | None:
    """The shape of a unit with these parts; None where it is not clear what is alike to it."""
    walk = _Walk(around)
    try:
        for part in parts:
            walk.visit(part)
    except _NotAlikeError:
        return None
    names = tuple(run for run, number in walk.runs.items() if number is not None)
    told = _told_of_holes(walk, around)
    known = {hole for hole, (mark, _) in zip(walk.own, told, strict=True) if mark is _Mark.KNOWN}
    if not _holds_together(names, walk, known) or any(map(around.hold, names)):
        return None
    exchanged = tuple(hole for hole in walk.own if hole not in known)
    values = [str(made) for mark, made in told if mark is _Mark.NAME]
    marks = tuple((mark, _told(str(made), around.words) if mark is _Mark.NAME else made) for mark, made in told)
    names = (*names, *values, *map(str, exchanged))
    return Shape(
        (*walk.key, marks, _orders(walk)),
        tuple(walk.objects),
        tuple(walk.origins),
        names,
        frozenset((*walk.runs, *names)),
        exchanged,
    )


class _Mark(Enum):
    """What tells a hole of a unit from one of another."""

    NAME = "name"
    """Nothing but what it is called: the value that a witness has in its place is as good as a name."""
    VALUE = "value"
    """The value that a witness has in its place."""
    KNOWN = "known"
    """It is taken as it is."""


def _told_of_holes(walk: _Walk, around: Around) -> list[tuple[_Mark, Hole | str]]:
    """What tells each hole that a unit has for itself, in their order."""
    if not walk.own:
        return []
    words, runs = around.words, {run.lower() for run in walk.runs}
    likely = Counter(likely_value(hole).lower() for hole in (*walk.own, *walk.shared))

    def told(hole: Hole) -> tuple[_Mark, Hole | str]:
        made = likely_value(hole)
        value = made.lower()
        taken = value in runs or value in around.lowered
        if hole in walk.stuck or CUT.search(hole.name) or words.hold(hole.name) or taken:
            return _Mark.KNOWN, hole
        if likely[value] > 1 or _WILD.search(made) or not _is_exchangeable(made, words):
            return _Mark.VALUE, made
        return _Mark.NAME, made

    return [told(hole) for hole in walk.own]


def _orders(walk: _Walk) -> tuple[object, ...]:
    """Where questions go through holes in the order of their names, it is the same order."""
    if not walk.own:
        return ()
    held = (*walk.own, *walk.shared)
    by_name = sorted(held, key=lambda hole: (hole.name, hole.type.value))
    return tuple(tuple(walk.own.get(hole, hole) for hole in order) for order in (by_name, sorted(held, key=str)))


def _holds_together(names: tuple[str, ...], walk: _Walk, known: set[Hole]) -> bool:
    """Whether no name is part of something else, nor equal to it in other case, nor like what may be
    put in the place of a hole."""
    listed = [run.lower() for run in walk.runs]
    if len(names) + len(walk.own) > _MOST_NAMES or len(set(listed)) < len(listed):
        return False
    lowered = [name.lower() for name in names]
    words = {word for hole in (*known, *walk.shared) for word in words_of_hole(hole)}
    if words and any(word in name or name in word for word in words for name in lowered):
        return False
    # Between the names there is what separates them, which no name has.
    everything = "\n".join(listed)
    return all(everything.count(name) == 1 for name in lowered)


class _Walk:
    """Goes through a unit and notes what it is made of."""

    def __init__(self, around: Around) -> None:
        self.key: list[object] = []
        self.objects: list[object] = []
        self.origins: dict[Origin, int] = {}
        self.runs: dict[str, tuple[int, tuple[bool, ...]] | None] = {}
        self.own: dict[Hole, int] = {}
        """The holes that it does not share with everything, numbered."""
        self.stuck: set[Hole] = set()
        """Those that are part of a name."""
        self.shared = around.estate_holes
        self._around = around
        self._names = 0

    def visit(self, value: object) -> None:
        kind = type(value)
        if kind is Text:
            self._text(value)  # type: ignore[arg-type]  # its type was looked at
        elif kind is Origin:
            self._origin(value)  # type: ignore[arg-type]  # as above
        elif kind is tuple:
            self.key.append(len(value))  # type: ignore[arg-type]  # as above
            for part in value:  # type: ignore[attr-defined]  # as above
                self.visit(part)
        elif value is None or kind in (str, bool, int, frozenset) or isinstance(value, Enum):
            self.key.append(value)
        elif isinstance(value, Hole):
            self._hole(value)
        else:
            self._object(value)

    def _object(self, value: object) -> None:
        kind = type(value)
        self.key.append(kind)
        self.objects.append(value)
        if isinstance(value, Pattern):
            self._text(value.text)
            self._origin(value.origin)
            return
        if isinstance(value, Condition):
            self._condition(value)
            return
        if isinstance(value, Statement):
            self._statement(value)
            return
        if isinstance(value, PrincipalPattern) and value.kind is PrincipalKind.SERVICE:
            # What a service sends is told by its name.
            self.key.append(value.text)
            self._origin(value.origin)
            return
        if isinstance(value, Policy) and (value.unknown or value.defects):
            raise _NotAlikeError
        unheeded = _UNHEEDED.get(kind, frozenset())
        for name in _fields(kind):
            if name not in unheeded:
                self.visit(getattr(value, name))

    def _statement(self, statement: Statement) -> None:
        if statement.uncertain:
            raise _NotAlikeError
        key = self.key
        key += (
            statement.effect,
            statement.not_action,
            statement.not_resource,
            statement.not_principal,
            statement.index,
        )
        key.append(len(statement.actions))
        for action in statement.actions:
            self.objects.append(action)
            key.append(action.text)
            self._origin(action.origin)
        for part in (statement.resources, statement.principals, statement.conditions, statement.origin):
            self.visit(part)

    def _condition(self, condition: Condition) -> None:
        name = condition.operator.name
        if "IgnoreCase" in name:
            raise _NotAlikeError
        self.key += (condition.operator, condition.key, len(condition.values))
        self._origin(condition.origin)
        for value in condition.values:
            self.objects.append(value)
            self._origin(value.origin)
            if name in _BY_VALUE:
                self._text(value.text)
            else:
                self.key.append(value.text)

    def _origin(self, origin: Origin) -> None:
        number = self.origins.setdefault(origin, len(self.origins))
        self.key += (number, not origin.file, not origin.line)

    def _text(self, written: Text) -> None:
        parts = written.parts
        last = len(parts) - 1
        for place, part in enumerate(parts):
            if isinstance(part, Hole):
                self._hole(part)
                if _is_stuck(parts, place):
                    self.stuck.add(part)
                continue
            runs = CUT.split(part)
            # What stands beside a hole is part of a name that is not known.
            stuck = {*([0] if place else []), *([len(runs) - 1] if place < last else [])} if last else ()
            for number, run in enumerate(runs):
                if not run:
                    continue
                if number % 2:
                    self.key.append(run)
                elif number in stuck:
                    self._fixed(run)
                else:
                    self._run(run)
        self.key.append(len(parts))

    def _hole(self, hole: Hole) -> None:
        if hole.each or hole in (ACCOUNT, REGION) or hole in self._around.holes:
            self.key.append(hole)
        else:
            self.key.append((self.own.setdefault(hole, len(self.own)), hole.type))

    def _fixed(self, run: str) -> None:
        if _WILD.search(run) or self.runs.setdefault(run, None) is not None:
            raise _NotAlikeError
        self.key.append(run)

    def _run(self, run: str) -> None:
        if run == "*":
            self.key.append(run)
            return
        if run in self.runs:
            number = self.runs[run]
        else:
            told = _told(run, self._around.words) if run not in self._around.runs else None
            number = None
            if told is not None:
                number = (self._names, told)
                self._names += 1
            self.runs[run] = number
        self.key.append(run if number is None else number)


def _is_stuck(parts: Sequence[str | Hole], place: int) -> bool:
    """Whether the hole at a place has no separator on both sides."""
    before = parts[place - 1] if place else ":"
    after = parts[place + 1] if place + 1 < len(parts) else ":"
    return not (isinstance(before, str) and before[-1] in ":/" and isinstance(after, str) and after[0] in ":/")


def _fields(kind: type) -> tuple[str, ...]:
    """The names of a value's fields."""
    if not issubclass(kind, Frozen):
        raise _NotAlikeError
    return kind.__struct_fields__


@lru_cache(maxsize=4096)
def _told(run: str, words: OwnWords) -> tuple[bool, ...] | None:
    """What tells a name from others besides what it is called; None where it is not exchanged."""
    if _WILD.search(run):
        raise _NotAlikeError
    if not _is_exchangeable(run, words):
        return None
    return tuple(pattern.fullmatch(run) is not None for pattern in _TYPED)


def _is_exchangeable(run: str, words: OwnWords) -> bool:
    return (
        _NAME.fullmatch(run) is not None
        and _FIXED.fullmatch(run) is None
        and _ACCOUNT.search(run) is None
        and not words.hold(run)
    )


def words_of(written: str) -> Iterator[str]:
    """The names between the separators of a text."""
    return (run for run in CUT.split(written)[::2] if run)


def words_of_hole(hole: Hole) -> Iterator[str]:
    """What may be put in the place of a hole is made of these, in whatever case."""
    return (word.lower() for word in _WORD.findall(hole.name))
