"""The strings that the program itself brings into a question: names that a name of the user's could
be taken for."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache, partial
from types import CodeType, FunctionType, ModuleType

from auditor.iam.frozen import Frozen

_ROOMS = ("auditor.iam", "auditor.estate", "auditor.needs", "auditor.engine")
"""What takes part in deriving facts."""
_GRAM = 3


class OwnWords:
    """Every string that stands in the code of the rooms that derive facts and of these `others`,
    docstrings apart."""

    def __init__(self, others: tuple[str, ...]) -> None:
        self._rooms = (*_ROOMS, *others)

    @cached_property
    def _all(self) -> str:
        return "\n".join(dict.fromkeys(_strings_of_modules(self._rooms)))

    @cached_property
    def _grams(self) -> frozenset[str]:
        return frozenset(self._all[start : start + _GRAM] for start in range(len(self._all) - _GRAM + 1))

    def hold(self, name: str) -> bool:
        """Whether a name is part of one of the strings."""
        if any(name[start : start + _GRAM] not in self._grams for start in range(len(name) - _GRAM, -1, -1)):
            return False
        return name in self._all


@lru_cache(maxsize=8)
def own_words(others: tuple[str, ...] = ()) -> OwnWords:
    """The words of what derives facts, and of these other modules, once they are loaded."""
    return OwnWords(others)


def _strings_of_modules(rooms: tuple[str, ...]) -> Iterator[str]:
    seen: set[int] = set()
    for name, module in sorted(sys.modules.items()):
        if name.startswith(rooms) and isinstance(module, ModuleType):
            for word, value in sorted(vars(module).items()):
                if not word.startswith("__"):
                    yield from _strings(value, seen, rooms)


def _strings(value: object, seen: set[int], rooms: tuple[str, ...]) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        return
    if id(value) in seen or isinstance(value, ModuleType):
        return
    seen.add(id(value))
    value = getattr(value, "__wrapped__", value)
    parts: Iterator[object] = iter(())
    if isinstance(value, CodeType):
        parts = iter(value.co_consts)
    elif isinstance(value, FunctionType):
        # The first constant of a documented function is what documents it.
        parts = iter(value.__code__.co_consts[1 if value.__doc__ else 0 :])
    elif isinstance(value, (staticmethod, classmethod)):
        parts = iter((value.__func__,))
    elif isinstance(value, property):
        parts = iter((value.fget,))
    elif isinstance(value, partial):
        parts = iter((value.func, *value.args, *value.keywords.values()))
    elif isinstance(value, (tuple, list, set, frozenset)):
        parts = iter(value)
    elif isinstance(value, Mapping):
        parts = (part for item in value.items() for part in item)
    elif isinstance(value, type):
        if value.__module__.startswith(rooms):
            parts = (part for name, part in vars(value).items() if not name.startswith("__"))
    elif isinstance(value, Frozen):
        parts = (getattr(value, name) for name in value.__struct_fields__)
    for part in parts:
        yield from _strings(part, seen, rooms)
