"""Text that may have holes: parts whose value is not known before deployment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum

from auditor.iam.frozen import Frozen


class HoleType(Enum):
    """What may stand in a hole; decides which comparisons a hole can rule out.

    Sources: account and Lex id shapes from botocore's service models (`\\d{12}`,
    `[0-9a-zA-Z]+` of length 10); Lex V1 names `^([A-Za-z]_?)+$` and versions `\\$LATEST|[0-9]+`
    (lex-models 2017-04-19).
    """

    ACCOUNT = "account"
    """12 digits."""
    REGION = "region"
    """Lower-case letters, digits and hyphens: `eu-west-1`."""
    PARTITION = "partition"
    """`aws`, `aws-cn`, `aws-us-gov`, ..."""
    NAME = "name"
    """One name: at least one character, neither colon nor slash."""
    SEGMENT = "segment"
    """At least one character, no colon: an ARN component, a path."""
    LEX_ID = "lex-id"
    """10 upper-case letters or digits: a Lex V2 bot or alias id."""
    LEX_ALIAS_ID = "lex-alias-id"
    """The same, of an alias that somebody made: any but that of the test alias, `TSTALIASID`."""
    LEX_NAME = "lex-name"
    """A Lex V1 intent's or bot's name: letters, each but the first perhaps after one underscore."""
    LEX_VERSION = "lex-version"
    """`$LATEST` or a number: a Lex V1 version."""
    ORGANISATION = "organisation"
    """The id of an organisation: `o-` and lower-case letters or digits."""
    ANYTHING = "anything"
    """Any text, the empty one and wildcards included."""


class Hole(Frozen):
    """A named, typed part of a text that is not known.

    `name` is what its source calls it (`var.env`, `AWS::Region`, `aws_lexv2models_bot.b.id`).
    Two holes with the same name and type in one estate have the same value. With `each`, the
    hole stands for every value of its type (a need that holds for all versions of an intent)
    instead of one unknown value; it is then shown as `*`.
    """

    name: str
    type: HoleType = HoleType.ANYTHING
    each: bool = False

    def __str__(self) -> str:
        return "*" if self.each else "${" + self.name + "}"


ACCOUNT = Hole("account", HoleType.ACCOUNT)
"""The account of the audited estate, where nothing tells it."""
REGION = Hole("region", HoleType.REGION)
"""The default region of the audited estate, where nothing tells it."""


class Text(Frozen):
    """A string with holes: literal parts and holes in order, no two literals adjacent.

    Build it with `text(...)`; two texts are equal when their parts are.
    """

    parts: tuple[str | Hole, ...] = ()

    @property
    def literal(self) -> str | None:
        """The string, or None where the text has a hole."""
        parts = self.parts
        if len(parts) == 1:
            first = parts[0]
            return first if isinstance(first, str) else None
        return None if parts else ""

    @property
    def hole(self) -> Hole | None:
        """The hole, where the text is exactly one."""
        first = self.parts[0] if len(self.parts) == 1 else None
        return first if isinstance(first, Hole) else None

    @property
    def holes(self) -> tuple[Hole, ...]:
        return tuple(part for part in self.parts if isinstance(part, Hole))

    def fill(self, value_of: Callable[[Hole], Text | str | None]) -> Text:
        """This text with every hole replaced by `value_of(hole)`; None leaves the hole."""
        if self.literal is not None:
            return self
        filled: list[str | Hole | Text] = []
        for part in self.parts:
            value = value_of(part) if isinstance(part, Hole) else None
            filled.append(part if value is None else value)
        return text(*filled)

    def map(self, change: Callable[[str], str]) -> Text:
        """This text with `change` applied to each literal part (for instance `str.lower`)."""
        return text(*(change(part) if isinstance(part, str) else part for part in self.parts))

    def split(self, separator: str, most: int = -1) -> tuple[Text, ...]:
        """Split at a one-character separator in the literal parts; holes are never split."""
        pieces: list[list[str | Hole]] = [[]]
        for part in self.parts:
            if isinstance(part, Hole):
                pieces[-1].append(part)
                continue
            left = -1 if most < 0 else most - (len(pieces) - 1)
            first, *rest = part.split(separator, left) if left else [part]
            pieces[-1].append(first)
            pieces.extend([piece] for piece in rest)
        return tuple(text(*piece) for piece in pieces)

    def startswith(self, prefix: str) -> bool:
        """Whether the text surely begins with `prefix`: a hole begins with nothing we know."""
        first = self.parts[0] if self.parts else ""
        return isinstance(first, str) and first.startswith(prefix)

    def endswith(self, suffix: str) -> bool:
        """Whether the text surely ends with `suffix`."""
        last = self.parts[-1] if self.parts else ""
        return isinstance(last, str) and last.endswith(suffix)

    def __add__(self, other: Text | Hole | str) -> Text:
        return text(self, other)

    def __bool__(self) -> bool:
        return bool(self.parts)

    def __iter__(self) -> Iterator[str | Hole]:
        return iter(self.parts)

    def __str__(self) -> str:
        parts = self.parts
        return str(parts[0]) if len(parts) == 1 else "".join(map(str, parts))


def text(*parts: str | Hole | Text) -> Text:
    """Join strings, holes and texts into one text."""
    if len(parts) == 1:
        only = parts[0]
        if type(only) is str:
            return Text((only,)) if only else EMPTY
        return only if isinstance(only, Text) else Text((only,))
    flat: list[str | Hole] = []
    for part in parts:
        for piece in part.parts if isinstance(part, Text) else (part,):
            if isinstance(piece, str):
                if not piece:
                    continue
                if flat and isinstance(flat[-1], str):
                    flat[-1] += piece
                    continue
            flat.append(piece)
    return Text(tuple(flat))


EMPTY = Text()
