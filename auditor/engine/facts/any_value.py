"""Whether something escapes whatever values the holes of a name turn out to have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from auditor.engine.facts.concrete import named_values
from auditor.iam.access import Escape, Outcome, Question, escape
from auditor.iam.access.glimpse import glimpse
from auditor.iam.access.question import fill_question
from auditor.iam.decide import Policies
from auditor.iam.filling import fill_policies, policies_texts, request_texts
from auditor.iam.request import Request
from auditor.iam.text import Hole, Text

_MOST = 24
"""Questions beyond which it is not told."""
_COMPONENT = re.compile(r"[:/]")


def escapes_for_all(new: Policies, old: Policies, question: Question, holes: frozenset[Hole]) -> Escape | None:
    """What escapes from `new` past `old` where the `holes`, which stand in `old` alone, have values
    that nothing else names, if for every other value something escapes too; None where that is not
    so, or not known.

    One request stands for all values that are no part of it: `old` names them, and it does not. So
    only the values that its own parts give to a hole are asked about one by one.
    """
    if any(hole in holes for written in policies_texts(new) for hole in written.holes):
        return None
    return _Search(new, old, question).ask({}, holes)


@dataclass(slots=True)
class _Search:
    new: Policies
    old: Policies
    question: Question
    asked: int = 0

    def ask(self, fixed: Mapping[Hole, str], free: frozenset[Hole]) -> Escape | None:
        self.asked += 1
        if self.asked > _MOST:
            return None
        values = {**named_values(free), **fixed}
        old = fill_policies(self.old, values.get)
        question = fill_question(self.question, values.get)
        seen = glimpse(self.new, old, question)
        found = Escape(Outcome.FOUND, *seen) if seen is not None else escape(self.new, old, question)
        if found.outcome is not Outcome.FOUND or found.request is None:
            return None
        for hole in sorted(free, key=lambda hole: hole.name):
            candidates = self._values_in(found.request, hole)
            if candidates is None:
                return None
            for value in candidates:
                if self.ask({**fixed, hole: value}, free - {hole}) is None:
                    return None
        return found

    def _values_in(self, request: Request, hole: Hole) -> set[str] | None:
        """The values of a hole with which `old` may name a part of a request; None where that
        cannot be told."""
        parts = {part for written in request_texts(request) for part in _COMPONENT.split(str(written))}
        values: set[str] = set()
        for component in self._components(hole):
            if sum(isinstance(part, Hole) for part in component.parts) > 1:
                return None
            before, _, after = str(component).partition(str(hole))
            for part in parts:
                if len(part) > len(before) + len(after) and part.startswith(before) and part.endswith(after):
                    values.add(part[len(before) : len(part) - len(after)])
        return values

    def _components(self, hole: Hole) -> Iterator[Text]:
        for written in policies_texts(self.old):
            if hole in written.holes:
                for piece in written.split(":"):
                    yield from (inner for inner in piece.split("/") if hole in inner.holes)
