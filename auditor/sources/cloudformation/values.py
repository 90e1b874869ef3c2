"""What templates make of plain values."""

from __future__ import annotations

from auditor.iam.node import Members, Node
from auditor.iam.text import Text, text

_LONGEST = 200


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
    """A value in one line, the same for the same value."""
    if value is None:
        return "AWS::NoValue"
    inner = value.value
    if isinstance(inner, tuple):
        return "[" + ", ".join(shown(item) for item in inner) + "]"
    if isinstance(inner, Members):
        return "{" + ", ".join(f"{member.key}: {shown(member.value)}" for member in inner) + "}"
    return str(text_of(value)) if inner is not None else "null"


def named_by(function: str, value: Node) -> str:
    """The name of the hole that a function of `value` leaves: the same for the same call. A long
    one is told apart by its place."""
    name = f"{function} {shown(value)}"
    return name if len(name) <= _LONGEST else f"{function} at {value.origin}"
