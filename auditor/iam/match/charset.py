"""Sets of characters, finite or co-finite."""

from __future__ import annotations

import string

from auditor.iam.frozen import Frozen


class CharSet(Frozen):
    """The characters in `chars`, or with `negated` all others."""

    chars: frozenset[str]
    negated: bool = False

    def __contains__(self, char: str) -> bool:
        return (char in self.chars) != self.negated

    def overlaps(self, other: CharSet) -> bool:
        if self.negated and other.negated:
            return True
        if self.negated:
            return not other.chars <= self.chars
        if other.negated:
            return not self.chars <= other.chars
        return not self.chars.isdisjoint(other.chars)

    def folded(self) -> CharSet:
        """This set for text that was put in lower case."""
        if self.negated:
            return CharSet(frozenset(c for c in self.chars if c == c.lower()), True)
        return CharSet(frozenset(c.lower() for c in self.chars))


def only(chars: str) -> CharSet:
    return CharSet(frozenset(chars))


def besides(chars: str) -> CharSet:
    return CharSet(frozenset(chars), True)


ANY = besides("")
DIGIT = only(string.digits)
LOWER = only(string.ascii_lowercase)
