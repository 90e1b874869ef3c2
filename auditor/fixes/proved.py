"""What was proved of one fix holds of all of its shape."""

from __future__ import annotations

from auditor.engine.facts.own_words import own_words
from auditor.engine.facts.shape import Around, shape_of
from auditor.estate.estate import Estate
from auditor.iam.document import Statement
from auditor.iam.frozen import Frozen

_PROVING = tuple(f"auditor.fixes.{name}" for name in ("apply", "narrow", "prove", "reaching"))
"""What takes part in proving a fix."""


class Kept(Frozen):
    """How many needs stay allowed where a fix is carried out, which lets nothing new in, and the work
    that it took to see this."""

    needs: int
    work: int


class Proved:
    """Remembers for one estate what was proved of its fixes, by their shapes.

    Two fixes are of one shape where what they touch, as it was and as it becomes, differs by an
    exchange of names, one for one, that changes no answer (decision 16). Only what went well is
    remembered: why a plan fails is told with the names of its own unit.
    """

    def __init__(self, estate: Estate) -> None:
        self._alone = len(estate.functions) < 2 and len(estate.roles) < 2
        self._around = Around.units_of(estate, own_words(_PROVING))
        self._kept: dict[tuple[object, ...], Kept] = {}

    def shape(self, before: Estate, after: Estate, statements: tuple[Statement, ...]) -> tuple[object, ...] | None:
        """What is equal for fixes of one shape: these turn what is touched from `before` to `after`, and
        `statements` come or go. None where it is not clear what is alike to it."""
        if self._alone:
            return None
        parts = (before.functions, before.roles, after.functions, after.roles, statements)
        found = shape_of(parts, self._around)
        return found.key if found is not None else None

    def kept(self, shape: tuple[object, ...] | None) -> Kept | None:
        return self._kept.get(shape) if shape is not None else None

    def remember(self, shape: tuple[object, ...] | None, kept: Kept) -> None:
        if shape is not None:
            self._kept[shape] = kept
