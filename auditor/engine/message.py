"""A rule's message: a sentence with placeholders for what the fact says."""

from __future__ import annotations

import re
from collections.abc import Callable

from auditor.iam.frozen import Frozen

LONGEST_VALUE = 300
"""How many characters of a value a message shows; an ARN has at most about 200."""

MOST_VALUES = 4
"""How many entries of a list a message shows."""

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


class Message(Frozen):
    """A template: text with `{word}` placeholders, in backticks where the value is a name."""

    template: str

    @property
    def placeholders(self) -> tuple[str, ...]:
        return tuple(_PLACEHOLDER.findall(self.template))

    @property
    def stray_brace(self) -> bool:
        """Whether a brace stands outside every placeholder."""
        rest = _PLACEHOLDER.sub("", self.template)
        return "{" in rest or "}" in rest

    def fill(self, value_of: Callable[[str], str | tuple[str, ...]]) -> str:
        """The sentence. What a placeholder stands for is never read as a template again, and no
        value can end the backticks around it, break the line or move the cursor."""
        pieces: list[str] = []
        quoted = False
        for index, part in enumerate(_PLACEHOLDER.split(self.template)):
            if index % 2 == 0:
                pieces.append(part)
                quoted ^= part.count("`") % 2 == 1
                continue
            value = value_of(part)
            pieces.append(safe(value, quoted) if isinstance(value, str) else list_names(value))
        return "".join(pieces)


def safe(value: str, quoted: bool) -> str:
    """A value as one line of visible characters, cut where it is too long; `quoted` tells that
    it stands in backticks."""
    shown = value if len(value) <= LONGEST_VALUE else value[: LONGEST_VALUE - 1] + "…"
    return "".join(
        f"\\u{ord(char):04x}" if not char.isprintable() or (quoted and char == "`") else char for char in shown
    )


def list_names(values: tuple[str, ...]) -> str:
    """`a`, `b` and `c`; or the first four of them `and 5 more`."""
    named = [f"`{safe(value, True)}`" for value in values[:MOST_VALUES]]
    if len(values) > MOST_VALUES:
        named.append(f"{len(values) - MOST_VALUES} more")
    return " and ".join(filter(None, (", ".join(named[:-1]), *named[-1:])))
