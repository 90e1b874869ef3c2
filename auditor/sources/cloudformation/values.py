"""What templates make of plain values."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.iam.node import Members, Node
from auditor.iam.text import Text, text

LONGEST_SHOWN = 200


def text_of(value: Node | None) -> Text | None:
    """A value as the string that CloudFormation takes it for; None where it is a list, an object
    or nothing."""
    if value is None:
        return None
    inner = value.value
    if isinstance(inner, Text):
        return inner
    if isinstance(inner, bool):
        return text("true" if inner else "false")
    return text(str(inner)) if isinstance(inner, (int, float)) else None


def literal_of(value: Node | None) -> str | None:
    """The same, where it has no holes."""
    written = text_of(value)
    return written.literal if written is not None else None


def shown(value: Node | None) -> str:
    """A value in one line, the same for the same value; of a long one `LONGEST_SHOWN` characters
    and more."""
    pieces: list[str] = []
    length = 0
    for piece in _pieces(value):
        pieces.append(piece)
        length += len(piece)
        if length > LONGEST_SHOWN:
            break
    return "".join(pieces)


def named_by(function: str, value: Node) -> str:
    """The name of the hole that a function of `value` leaves: the same for the same call. A long
    one is told apart by its place."""
    name = f"{function} {shown(value)}"
    return name if len(name) <= LONGEST_SHOWN else f"{function} at {value.origin}"


def _pieces(value: Node | None) -> Iterator[str]:
    inner = value.value if value is not None else None
    if value is None:
        yield "AWS::NoValue"
    elif isinstance(inner, tuple):
        yield "["
        for position, item in enumerate(inner):
            yield ", " if position else ""
            yield from _pieces(item)
        yield "]"
    elif isinstance(inner, Members):
        yield "{"
        for position, member in enumerate(inner):
            yield f"{', ' if position else ''}{member.key}: "
            yield from _pieces(member.value)
        yield "}"
    else:
        yield "null" if inner is None else str(text_of(value))
