"""What a language cannot say."""

from __future__ import annotations

from auditor.iam.text import Hole, Text


class InexpressibleError(Exception):
    """A fix, or a part of it, that one language has no words for; the others may still have.

    Never leaves this room: `render` answers it by leaving that language out.
    """


def settle(value: Text) -> Text:
    """`value` as a policy states it: a hole that stands for every value is the wildcard `*`.

    Raises InexpressibleError for text that no file can hold (a lone surrogate).
    """
    settled = value.fill(_wildcard)
    try:
        str(settled).encode()
    except UnicodeEncodeError as error:
        raise InexpressibleError("a text that is no Unicode") from error
    return settled


def _wildcard(hole: Hole) -> str | None:
    return "*" if hole.each else None
