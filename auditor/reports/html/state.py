"""How access stands: what a line in the picture says, by its style, its symbol and its word."""

from __future__ import annotations

from enum import Enum


class State(Enum):
    """The worst first; the values are the words."""

    EXCESS = "excess"
    """Granted and not needed."""
    MISSING = "missing"
    """Needed and not granted."""
    UNDETERMINED = "undetermined"
    """Needed, and nobody can tell whether it is granted."""
    NEEDED = "needed"
    """Needed and granted."""
    GRANTED = "granted"
    """A policy allows it, as it is written; whether the function's code needs it is not known."""

    @property
    def symbol(self) -> str:
        return _SYMBOLS[self]

    @property
    def meaning(self) -> str:
        return _MEANINGS[self]

    @property
    def rank(self) -> int:
        return list(State).index(self)


_SYMBOLS = {
    State.EXCESS: "!",
    State.MISSING: "×",
    State.UNDETERMINED: "?",
    State.NEEDED: "✓",
    State.GRANTED: "+",
}
_MEANINGS = {
    State.EXCESS: "granted and not needed",
    State.MISSING: "needed and not granted",
    State.UNDETERMINED: "needed, not known whether granted",
    State.NEEDED: "needed and granted",
    State.GRANTED: "granted as written, need not known",
}
