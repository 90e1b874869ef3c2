"""Facts of one unit as a recipe, by which the facts of another of its shape are made."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from types import MappingProxyType
from typing import Any

from auditor.engine.fact import Fact
from auditor.engine.facts.shape import CUT, Shape, words_of
from auditor.estate.estate import Estate
from auditor.iam.frozen import Frozen
from auditor.iam.origin import NOWHERE, Origin
from auditor.iam.text import Hole, Text


class _NotRepeatableError(Exception):
    """The facts say something of which it is not known what it is for another unit."""


Maker = Callable[[Shape, Estate], Any]


class _Same(Frozen):
    """A value that is the same for every unit."""

    value: object


def recipe_of(facts: Sequence[Fact], shape: Shape, view: Estate) -> Recipe | None:
    """The recipe of the facts that hold of a unit on this view of the estate; None where they say more
    than can be said of another unit."""
    try:
        return Recipe(facts, shape, view)
    except _NotRepeatableError:
        return None


class Recipe:
    """Makes facts for every unit of a shape."""

    def __init__(self, facts: Sequence[Fact], shape: Shape, view: Estate) -> None:
        self._view = view
        self._objects = {id(part): place for place, part in enumerate(shape.objects)}
        self._origins = {origin: place for place, origin in enumerate(shape.origins)}
        self._names = {name: place for place, name in enumerate(shape.names)}
        self._holes = {hole: place for place, hole in enumerate(shape.holes)}
        # A name that is part of what is no name: a message, an ARN in a message.
        words = (*shape.names, *(hole.name for hole in shape.holes))
        self._any_name = re.compile("|".join(map(re.escape, words)) or r"(?!)")
        self._others: set[str] = set()
        self._makers = [self._of(fact) for fact in facts]
        self._others -= shape.runs

    def fits(self, shape: Shape) -> bool:
        """Whether a unit has no name that the facts use for something else."""
        return self._others.isdisjoint(shape.names)

    def make(self, shape: Shape, estate: Estate) -> list[Fact]:
        """The facts of a unit of an estate."""
        made: list[Fact] = []
        for maker in self._makers:
            assert not isinstance(maker, _Same), "a fact has an estate"
            made.append(maker(shape, estate))
        return made

    def _of(self, value: Any) -> Maker | _Same:
        if isinstance(value, (str, Hole)):
            return self._part(value)
        if value is None or isinstance(value, (bool, int, Enum)):
            return _Same(value)
        if isinstance(value, Text):
            return self._text(value)
        if value is self._view:
            return lambda _, estate: estate
        place = self._objects.get(id(value))
        if place is not None:
            return lambda shape, _: shape.objects[place]
        if isinstance(value, Origin):
            return self._origin(value)
        if isinstance(value, tuple):
            return _built(lambda *parts: parts, [self._of(part) for part in value], value)
        if isinstance(value, frozenset):
            return _built(lambda *parts: frozenset(parts), [self._of(part) for part in value], value)
        if isinstance(value, Mapping):
            return self._mapping(value)
        if isinstance(value, Frozen):
            kind = type(value)
            names = kind.__struct_fields__
            parts = [self._of(getattr(value, name)) for name in names]
            return _built(lambda *given: kind(**dict(zip(names, given, strict=True))), parts, value)
        raise _NotRepeatableError

    def _mapping(self, value: Mapping[Any, Any]) -> Maker | _Same:
        made = [self._of(part) for part in (*value, *value.values())]

        def build(*parts: Any) -> Mapping[Any, Any]:
            return MappingProxyType(dict(zip(parts[: len(value)], parts[len(value) :], strict=True)))

        return _built(build, made, value)

    def _part(self, part: str | Hole) -> Maker | _Same:
        return self._string(part) if isinstance(part, str) else self._hole(part)

    def _hole(self, hole: Hole) -> Maker | _Same:
        place = self._holes.get(hole)
        if place is not None:
            return lambda shape, _: shape.holes[place]
        if self._any_name.search(hole.name) is not None:
            raise _NotRepeatableError
        return _Same(hole)

    def _origin(self, origin: Origin) -> Maker | _Same:
        place = self._origins.get(origin)
        if place is not None:
            return lambda shape, _: shape.origins[place]
        if origin == NOWHERE:
            return _Same(origin)
        raise _NotRepeatableError

    def _text(self, value: Text) -> Maker | _Same:
        pieces = [self._part(part) for part in value.parts]
        # Literal parts stay apart by holes, and none becomes empty.
        return _built(lambda *parts: Text(parts), pieces, value)

    def _string(self, value: str) -> Maker | _Same:
        self._others.update(words_of(value))
        if self._any_name.search(value) is None:
            return _Same(value)
        runs = CUT.split(value)
        places = [self._names.get(run) for run in runs]
        if any(place is None and self._any_name.search(run) for run, place in zip(runs, places, strict=True)):
            raise _NotRepeatableError
        named = [(number, place) for number, place in enumerate(places) if place is not None]

        def make(shape: Shape, _: Estate) -> str:
            made = runs.copy()
            for number, place in named:
                made[number] = shape.names[place]
            # Facts say the same ARNs again and again.
            return sys.intern("".join(made))

        return make


def _built(build: Callable[..., Any], parts: Sequence[Maker | _Same], value: object) -> Maker | _Same:
    """What is built of parts; the same value where all of them are."""
    if all(isinstance(part, _Same) for part in parts):
        return _Same(value)

    made = [part.value if isinstance(part, _Same) else None for part in parts]
    others = [(place, part) for place, part in enumerate(parts) if not isinstance(part, _Same)]

    def make(shape: Shape, estate: Estate) -> Any:
        given = made.copy()
        for place, part in others:
            given[place] = part(shape, estate)
        return build(*given)

    return make
