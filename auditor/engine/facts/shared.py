"""Parts of facts that are equal, held once.

What a fact proves is kept as long as its finding, and of thousands of findings the witnesses are sent by
a few principals, in a few contexts.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from msgspec.structs import replace

from auditor.engine.fact import Fact
from auditor.iam.request import Request

_Value = TypeVar("_Value", bound=Hashable)
_MOST = 4096
"""So many values are remembered: those that come again come soon."""


def shared(facts: Iterable[Fact]) -> Iterator[Fact]:
    """Equal facts, whose witnesses share what they have in common."""
    pool = _Pool()
    for fact in facts:
        witness = pool.request(fact.witness) if fact.witness is not None else None
        yield replace(fact, witness=witness, values=pool.mapping(fact.values))


class _Pool:
    def __init__(self) -> None:
        self._known: dict[Hashable, Any] = {}

    def one(self, value: _Value) -> _Value:
        """The value that was equal to this one before, else this one."""
        first: _Value = self._first(value, value)
        return first

    def request(self, request: Request) -> Request:
        resource, context = self.one(request.resource), self.mapping(request.context)
        return Request(self.one(request.principal), request.action, resource, context)

    def mapping(self, given: Mapping[Any, Any]) -> Mapping[Any, Any]:
        first: Mapping[Any, Any] = self._first(("mapping", *given.items()), given)
        return first

    def _first(self, key: Hashable, value: Any) -> Any:
        if len(self._known) >= _MOST:
            self._known.clear()
        return self._known.setdefault(key, value)
