"""Writing HCL as `terraform fmt` leaves it.

Sources: the HCL native syntax specification (strings, templates, escapes) and the output of
`terraform fmt`: neighbouring one-line attributes have their equals signs in one column, and a
value of several lines stands outside that column.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from auditor.fixes.render.remark import write_comment
from auditor.iam.frozen import Frozen

_WIDTH = 100
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


class Raw(Frozen):
    """An expression on one line, as it stands: `var.env`, `"text"`."""

    source: str


class Call(Frozen):
    function: str
    argument: Value


class Object(Frozen):
    """`{ key = value }`; keys as they stand in the source (`key` writes one)."""

    items: tuple[Attribute, ...]


class Attribute(Frozen):
    name: str
    value: Value


class Block(Frozen):
    """`head { ... }`, the head as it stands."""

    head: str
    body: tuple[Item, ...]


class Comment(Frozen):
    remark: str


class Blank(Frozen):
    """An empty line."""


Value: TypeAlias = "Raw | Call | Object | tuple[Value, ...]"
Item: TypeAlias = Attribute | Block | Comment | Blank


def template(parts: Iterable[str | Raw]) -> Raw:
    """Literal strings and expressions joined; a lone expression stands without quotes."""
    listed = list(parts)
    if len(listed) == 1 and isinstance(listed[0], Raw):
        return listed[0]
    return Raw('"' + "".join(_pieces(listed)) + '"')


def key(parts: Iterable[str | Raw]) -> str:
    """An object's key: an identifier, else a quoted template."""
    listed = list(parts)
    if len(listed) == 1 and isinstance(listed[0], str) and _IDENTIFIER.fullmatch(listed[0]):
        return listed[0]
    return '"' + "".join(_pieces(listed)) + '"'


def write_items(items: Sequence[Item], indent: str = "") -> str:
    """The text of a file with these items, each line behind `indent`, without a closing newline."""
    return "\n".join(_lines(items, indent))


def write_value(name: str, value: Value, indent: str) -> str:
    """What stands behind `name = ` in a line that begins with `indent`, and in its further lines."""
    return write_items([Attribute(name, value)], indent)[len(indent) + len(name) + len(" = ") :]


def _pieces(parts: list[str | Raw]) -> Iterable[str]:
    for index, part in enumerate(parts):
        if isinstance(part, Raw):
            yield "${" + part.source + "}"
        else:
            yield _escape(part, index + 1 < len(parts))


def _escape(literal: str, before_expression: bool) -> str:
    """A literal inside a quoted template. `${` is written `$${`; a longer run of dollars, or one
    that an expression follows, would be read together with what comes next, so it is written as
    an expression of its own."""
    written = re.sub(r"([$%]+)\{", _escape_introducer, "".join(_escape_character(char) for char in literal))
    dollars = len(written) - len(written.rstrip("$"))
    if before_expression and dollars:
        return written[:-dollars] + '${"' + "$" * dollars + '"}'
    return written


def _escape_introducer(match: re.Match[str]) -> str:
    run = match[1]
    return f"{run}{run}{{" if len(run) == 1 else '${"' + run + '"}{'


def _escape_character(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isprintable():
        return char
    return f"\\u{ord(char):04x}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08x}"


def _lines(items: Sequence[Item], indent: str) -> list[str]:
    written: list[str] = []
    column: list[tuple[str, str]] = []
    for item in items:
        inline = _inline(item.value) if isinstance(item, Attribute) else None
        if isinstance(item, Attribute) and inline is not None and _fits(indent, item.name, inline):
            column.append((item.name, inline))
            continue
        written.extend(_aligned(column, indent))
        column = []
        written.extend(_item(item, indent))
    return written + _aligned(column, indent)


def _fits(indent: str, name: str, inline: str) -> bool:
    return not inline.endswith(("]", "])")) or len(indent) + len(name) + 3 + len(inline) <= _WIDTH


def _aligned(column: list[tuple[str, str]], indent: str) -> list[str]:
    width = max((len(name) for name, _ in column), default=0)
    return [f"{indent}{name:<{width}} = {value}" for name, value in column]


def _item(item: Item, indent: str) -> list[str]:
    match item:
        case Blank():
            return [""]
        case Comment(remark):
            return [indent + line for line in write_comment(remark)]
        case Block(head, ()):
            return [f"{indent}{head} {{}}"]
        case Block(head, body):
            return [f"{indent}{head} {{", *_lines(body, indent + "  "), f"{indent}}}"]
        case Attribute(name, value):
            return _value(f"{indent}{name} = ", value, "", indent)


def _inline(value: Value) -> str | None:
    """The value on one line; None for an object that has members."""
    match value:
        case Raw(source):
            return source
        case Call(function, argument):
            written = _inline(argument)
            return None if written is None else f"{function}({written})"
        case Object(items):
            return None if items else "{}"
        case _:
            members = [_inline(item) for item in value]
            known = [member for member in members if member is not None]
            return f"[{', '.join(known)}]" if len(known) == len(members) else None


def _value(before: str, value: Value, after: str, indent: str) -> list[str]:
    """The value on several lines, between `before` and `after`."""
    inner = indent + "  "
    match value:
        case Raw(source):
            return [before + source + after]
        case Call(function, argument):
            return _value(f"{before}{function}(", argument, f"){after}", indent)
        case Object(items):
            return [before + "{", *_lines(items, inner), indent + "}" + after]
        case _:
            members = [line for item in value for line in _member(item, inner)]
            return [before + "[", *members, indent + "]" + after]


def _member(value: Value, indent: str) -> list[str]:
    inline = _inline(value)
    return [f"{indent}{inline},"] if inline is not None else _value(indent, value, ",", indent)
