"""Intrinsic functions of evaluated arguments.

Source: the CloudFormation user guide, "Intrinsic function reference". Those that look at the
template itself (Ref, GetAtt, Sub, If, FindInMap) are the evaluator's.
"""

from __future__ import annotations

import base64
import ipaddress
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

from auditor.iam.node import Members, Node
from auditor.iam.text import EMPTY, Hole, Text, text
from auditor.sources.cloudformation.values import literal_of, text_of

LONGEST_TEXT = 1024 * 1024
"""Characters of the longest text that is made, as long as a template may be (CloudFormation quotas)."""
_WEIGHT_OF_HOLE = 100
_MOST_NETWORKS = 256


class IntrinsicError(Exception):
    """CloudFormation would refuse the call; the message says why, `help` what to write."""

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.help = help


class UnknownError(Exception):
    """The value hangs on something that is not known."""


def call(function: str, argument: Node) -> Node:
    """The value of a function. Raises IntrinsicError where CloudFormation would refuse it, and
    UnknownError where its arguments do not tell it."""
    return FUNCTIONS[function](argument)


def joined(pieces: Iterable[Node], separator: Text = EMPTY) -> Text:
    """The texts of all pieces as one. Raises IntrinsicError where one is no text, or the whole is
    too long."""
    return _whole(_separated(pieces, separator))


def _separated(pieces: Iterable[Node], separator: Text) -> Iterator[str | Hole]:
    for position, piece in enumerate(pieces):
        written = text_of(piece)
        if written is None:
            raise IntrinsicError("only texts can be joined", "name a text, not a list or an object")
        if position:
            yield from separator
        yield from written


def _whole(parts: Iterable[str | Hole]) -> Text:
    """The parts as one text."""
    whole: list[str | Hole] = []
    run: list[str] = []
    length = 0
    for part in parts:
        length += len(part) if isinstance(part, str) else _WEIGHT_OF_HOLE
        if length > LONGEST_TEXT:
            raise IntrinsicError(f"a text of more than {LONGEST_TEXT:,} characters", "a template makes shorter ones")
        if isinstance(part, str):
            run.append(part)
        else:
            whole.extend(("".join(run), part))
            run.clear()
    return text(*whole, "".join(run))


def _join(argument: Node) -> Node:
    separator, pieces = _arguments(argument, "Fn::Join", 2)
    delimiter = text_of(separator)
    if pieces.unknown is not None:
        raise UnknownError
    if delimiter is None or pieces.items is None:
        raise IntrinsicError("`Fn::Join` takes a separator and a list", 'write `!Join [":", [a, b]]`')
    return Node(joined(pieces.items, delimiter), argument.origin)


def _split(argument: Node) -> Node:
    separator, whole = _arguments(argument, "Fn::Split", 2)
    delimiter, written = literal_of(separator), text_of(whole)
    if not delimiter or written is None:
        raise IntrinsicError("`Fn::Split` takes a separator and a text", 'write `!Split [",", text]`')
    # A separator inside a hole would make more pieces than are seen, and move those behind it.
    if written.hole is not None or (len(delimiter) > 1 and written.holes):
        raise UnknownError
    if len(delimiter) > 1:
        return Node(tuple(Node(text(part), whole.origin) for part in str(written).split(delimiter)), argument.origin)
    return Node(tuple(Node(part, whole.origin) for part in written.split(delimiter)), argument.origin)


def _select(argument: Node) -> Node:
    index, listed = _arguments(argument, "Fn::Select", 2)
    if index.unknown is not None or listed.unknown is not None:
        raise UnknownError
    number, items = literal_of(index), listed.items
    if number is None or not number.isdecimal() or items is None:
        raise IntrinsicError("`Fn::Select` takes an index and a list", "write `!Select [0, list]`")
    if int(number) >= len(items):
        raise IntrinsicError(f"`Fn::Select` asks for item {number} of {len(items)}", "the first item is 0")
    return items[int(number)]


def _base64(argument: Node) -> Node:
    written = text_of(argument)
    if written is None:
        raise IntrinsicError("`Fn::Base64` takes a text")
    if written.literal is None:
        raise UnknownError
    return Node(text(base64.b64encode(written.literal.encode()).decode()), argument.origin)


def _cidr(argument: Node) -> Node:
    if argument.items is None or not 2 <= len(argument.items) <= 3:
        raise IntrinsicError(
            "`Fn::Cidr` takes a block, a count and perhaps the bits of each", "write `!Cidr [b, 4, 8]`"
        )
    block, count, *rest = (literal_of(item) for item in argument.items)
    bits = rest[0] if rest else "8"
    if block is None or count is None or bits is None:
        raise UnknownError
    try:
        network = ipaddress.ip_network(block)
        wanted = int(count)
        parts = list(islice(network.subnets(new_prefix=network.max_prefixlen - int(bits)), min(wanted, _MOST_NETWORKS)))
    except ValueError as error:
        raise IntrinsicError(f"`Fn::Cidr` refuses `{block}`, `{count}`, `{bits}`", str(error)) from error
    if len(parts) < wanted:
        raise IntrinsicError(f"`{block}` has no {count} blocks of {bits} bits", "ask for fewer or smaller ones")
    return Node(tuple(Node(text(str(part)), argument.origin) for part in parts), argument.origin)


def _length(argument: Node) -> Node:
    if argument.unknown is not None:
        raise UnknownError
    if argument.items is None:
        raise IntrinsicError("`Fn::Length` takes a list")
    return Node(len(argument.items), argument.origin)


def _to_json(argument: Node) -> Node:
    return Node(_whole(_json(argument)), argument.origin)


def _json(value: Node) -> Iterator[str | Hole]:
    inner = value.value
    if isinstance(inner, Text):
        yield '"'
        yield from inner.map(lambda part: json.dumps(part)[1:-1])
        yield '"'
    elif isinstance(inner, tuple):
        yield "["
        for position, item in enumerate(inner):
            yield "," if position else ""
            yield from _json(item)
        yield "]"
    elif isinstance(inner, Members):
        yield "{"
        for position, member in enumerate(inner):
            yield "," if position else ""
            yield from _json(Node(member.key))
            yield ":"
            yield from _json(member.value)
        yield "}"
    else:
        yield json.dumps(inner)


def _unknown(_: Node) -> Node:
    raise UnknownError


def _arguments(argument: Node, function: str, count: int) -> tuple[Node, ...]:
    if argument.unknown is not None:
        raise UnknownError
    if argument.items is None or len(argument.items) != count:
        raise IntrinsicError(f"`{function}` takes a list of {count} values")
    return argument.items


FUNCTIONS: Mapping[str, Callable[[Node], Node]] = {
    "Fn::Base64": _base64,
    "Fn::Cidr": _cidr,
    "Fn::GetAZs": _unknown,
    "Fn::ImportValue": _unknown,
    "Fn::Join": _join,
    "Fn::Length": _length,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::ToJsonString": _to_json,
    "Fn::Transform": _unknown,
}
