"""Facts of functions and roles of one shape, derived once for all of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from enum import Enum
from functools import partial
from typing import TypeAlias, TypeVar

from msgspec.structs import replace

from auditor.engine.fact import Fact
from auditor.engine.facts.catalogue_words import catalogue_words
from auditor.engine.facts.recipe import Recipe, recipe_of
from auditor.engine.facts.shape import Around, Shape, shape_of
from auditor.estate.estate import Estate
from auditor.estate.function import Function
from auditor.estate.role import Role

Unit = TypeVar("Unit")
Derive: TypeAlias = Callable[[Unit, Estate], Iterable[Fact]]

_FIRST_TRIES = 64
"""After so many shapes none of which came again, no more are looked for."""


class _ToBeMade(Enum):
    """Stands for a recipe that nobody has asked for."""

    YET = "yet"


_TO_BE_MADE = _ToBeMade.YET


class Alike:
    """Derives facts of an estate's functions and roles. One of a shape is judged, and the others
    are as it is. A unit is judged on a view of the estate that has nothing but what its shape
    tells, so nothing else can play a part."""

    def __init__(self, estate: Estate) -> None:
        self.estate = estate
        self._around = Around.units_of(estate)
        self._recipes: dict[tuple[object, ...], Recipe | None] = {}
        self._shapes: dict[str, Shape | None] = {}
        self._seen: set[int] = set()
        self._met: set[int] = set()
        self._keys: dict[int, tuple[object, ...]] = {}

    def of_function(self, function: Function, derive: Derive[Function]) -> Iterable[Fact]:
        """What `derive` says of a function, for which it looks at its role and no other."""
        role = self.estate.role(function.role)
        shape = self._shape((function,), role)
        if role is not None:
            self._shapes[role.key] = shape
        return self._facts("function", (function,), role, shape, partial(derive, function))

    def of_role(self, role: Role, derive: Derive[Role]) -> Iterable[Fact]:
        """What `derive` says of a role, for which it looks at the functions that run with it."""
        functions = self.estate.functions_of(role)
        known = self._shapes.pop(role.key, None) if len(functions) == 1 else None
        shape = known or self._shape(functions, role)
        return self._facts("role", functions, role, shape, partial(derive, role))

    def _shape(self, functions: tuple[Function, ...], role: Role | None) -> Shape | None:
        alone = len(self.estate.functions) < 2 and len(self.estate.roles) < 2
        # What a version needs is told beside what its function needs, and that is another unit.
        versions = any(function.version is not None for function in functions)
        if alone or versions or (len(self._seen) > _FIRST_TRIES and not self._recipes):
            return None
        shape = shape_of((functions, role), self._around)
        return self._with_shared_key(shape) if shape is not None else None

    def _with_shared_key(self, shape: Shape) -> Shape:
        """The shape with the key that others of its shape have: keys are long, and shapes of functions are
        kept until their roles are judged."""
        mark = hash(shape.key)
        known = self._keys.get(mark)
        if known is None:
            # Only what comes again is worth keeping.
            if mark in self._met:
                self._keys[mark] = shape.key
            self._met.add(mark)
            return shape
        return replace(shape, key=known) if known == shape.key else shape

    def _facts(
        self,
        what: str,
        functions: tuple[Function, ...],
        role: Role | None,
        shape: Shape | None,
        derive: Callable[[Estate], Iterable[Fact]],
    ) -> Iterable[Fact]:
        if shape is None:
            return derive(self.estate)
        key = (what, shape.key)
        mark = hash(key)
        if mark not in self._seen:
            # Most shapes come once; a recipe is made for one that comes again.
            self._seen.add(mark)
            return derive(self.estate)
        if what == "role" and role is not None and not _apart(shape.names, catalogue_words(role)):
            return derive(self.estate)
        recipe = self._recipes.get(key, _TO_BE_MADE)
        if isinstance(recipe, _ToBeMade):
            roles = (role,) if role is not None else ()
            view = dataclasses.replace(what_facts_look_at(self.estate), functions=functions, roles=roles)
            recipe = self._recipes[key] = recipe_of(tuple(derive(view)), shape, view)
        return recipe.make(shape, self.estate) if recipe is not None and recipe.fits(shape) else derive(self.estate)


def what_facts_look_at(estate: Estate) -> Estate:
    """What the facts of a function or role may hang on beside it: of bots their names, and not their ids."""
    bots = tuple(replace(bot, id=None) for bot in estate.bots)
    return dataclasses.replace(estate, bots=bots, documents=(), unresolved=())


def _apart(names: Iterable[str], words: str | None) -> bool:
    """Whether no name is, in whatever case, part of the words of the catalogue, which are known."""
    return words is not None and not any(name.lower() in words for name in names)
