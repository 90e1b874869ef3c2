"""What expressions evaluate to: nodes, and a few that remember more than their value.

Terraform converts between strings, numbers and bools where it needs one of them; so do the
`as_*` functions. They raise EvaluationError where Terraform would refuse, NotKnownError where a hole is in
the way.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import count

from auditor.iam.node import Member, Members, Node, Perhaps
from auditor.iam.origin import NOWHERE, Origin
from auditor.iam.text import Hole, Text, text
from auditor.sources.places import Places

LARGEST_VALUE = 500_000
"""Parts of the largest value that is compared, encoded or joined."""
DEEPEST_VALUE = 500
LONGEST_TEXT = 4 * 1024 * 1024
"""Characters of the longest string that is made."""
_WEIGHT_OF_HOLE = 100

_NUMBER = re.compile(r"-?[0-9]{1,300}(\.[0-9]{1,300})?([eE][-+]?[0-9]{1,2})?")
_INTEGER = re.compile(r"-?[0-9]+")


class EvaluationError(Exception):
    """Terraform would refuse the expression; the message says why."""


class NotKnownError(Exception):
    """The value depends on a hole in a way that a text with holes cannot say."""


class _Late:
    """A text that is made when it is first asked for."""

    __slots__ = ("_made", "_make")

    def __init__(self, make: Callable[[], Text]) -> None:
        self._make = make
        self._made: Text | None = None

    def text(self) -> Text:
        if self._made is None:
            self._made = self._make()
        return self._made

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Late) and self.text() == other.text()

    def __hash__(self) -> int:
        return hash(self.text())


class Encoded(Node, kw_only=True):
    """A string that is the JSON form of `document`, which keeps its origins. The string itself is
    made when it is asked for: most documents are only ever read as such. Build it with `encoded(...)`."""

    document: Node
    late: _Late

    @property  # type: ignore[misc]  # a field of every node, here one that is made late
    def value(self) -> Text:
        return self.late.text()


def encoded(document: Node, origin: Origin, encode: Callable[[Node], Text]) -> Encoded:
    """A string that `encode` makes of a document."""
    return Encoded(None, origin, document=document, late=_Late(lambda: encode(document)))


class Written(Node):
    """A string that was written over several lines, or in a file of its own: `places` tells
    where each character stands. `external` text is shown nowhere but in the values it makes."""

    places: Places | None = None
    external: bool = False


class Spread(Node):
    """A hole among the elements of a list that stands for any number of them."""


class PerhapsSpread(Perhaps, Spread):
    """A spread of which it is known what each of the elements is."""


class SetOf(tuple[Node, ...]):
    """The elements of a set: each once, in Terraform's order."""

    __slots__ = ()


class ListOf(tuple[Node, ...]):
    """The elements of a list, which have one type; a plain tuple is Terraform's tuple."""

    __slots__ = ()


class MapOf(Members):
    """The members of a map, which have one type; plain members are an object's."""


def make_object(values: Mapping[str, Node], origin: Origin = NOWHERE) -> Node:
    return Node(Members(tuple(Member(text(key), value, value.origin) for key, value in values.items())), origin)


def make_map(values: Mapping[str, Node], origin: Origin = NOWHERE) -> Node:
    return Node(MapOf(tuple(Member(text(key), value, value.origin) for key, value in values.items())), origin)


def make_list(values: Iterable[Node], origin: Origin = NOWHERE) -> Node:
    return Node(ListOf(values), origin)


def make_tuple(values: Iterable[Node], origin: Origin = NOWHERE) -> Node:
    return Node(tuple(values), origin)


def make_string(value: str | Text, origin: Origin = NOWHERE) -> Node:
    return Node(text(value), origin)


def make_set(values: Iterable[Node], origin: Origin = NOWHERE) -> Node:
    return Node(set_of(values), origin)


def set_of(values: Iterable[Node]) -> SetOf:
    """The elements of a set: equal ones once, known ones sorted, then the rest in their order."""
    kept: dict[object, Node] = {}
    for value in values:
        kept.setdefault(fingerprint(value), value)
    known = [value for value in kept.values() if is_known(value)]
    rest = [value for value in kept.values() if not is_known(value)]
    return SetOf((*sorted(known, key=_set_order), *rest))


def _set_order(value: Node) -> tuple[int, float, str]:
    plain = value.value
    if plain is None:
        return (2, 0.0, "")
    if isinstance(plain, (int, float)):
        return (0, float(plain), "")
    return (1, 0.0, str(plain) if isinstance(plain, Text) else _order_text(value, 0))


def _order_text(value: Node, depth: int) -> str:
    """What orders lists and objects in a set: all their parts as one text, strings in quotes."""
    inner = value.value
    if depth > DEEPEST_VALUE:
        raise NotKnownError
    if isinstance(inner, tuple):
        return "<" + "".join(f"{_order_text(item, depth + 1)};" for item in inner) + ">"
    if isinstance(inner, Members):
        members = sorted(inner, key=lambda member: str(member.key))
        return "<" + "".join(f"{_order_text(member.value, depth + 1)};" for member in members) + ">"
    if isinstance(inner, Text):
        return json.dumps(str(inner), ensure_ascii=False)
    if inner is None:
        return "~"
    return ("T" if inner else "F") if isinstance(inner, bool) else number_text(inner)


def is_known(value: Node) -> bool:
    """Whether there is no hole in the value, however deep. Raises NotKnownError where it is too
    large to tell."""
    waiting = [value]
    for _ in range(LARGEST_VALUE):
        if not waiting:
            return True
        inner = waiting.pop().value
        if isinstance(inner, Text):
            if inner.literal is None:
                return False
        elif isinstance(inner, tuple):
            waiting.extend(inner)
        elif isinstance(inner, Members):
            if any(member.key.literal is None for member in inner):
                return False
            waiting.extend(member.value for member in inner)
    raise NotKnownError


def fingerprint(value: Node) -> object:
    """A hashable value, equal for nodes that hold the same wherever they were written. Raises
    NotKnownError where the value is too large or too deep."""
    return _fingerprint(value, count(), 0)


def _fingerprint(value: Node, seen: Iterator[int], depth: int) -> object:
    inner = value.value
    if depth > DEEPEST_VALUE or next(seen) > LARGEST_VALUE:
        raise NotKnownError
    if isinstance(inner, tuple):
        return (type(inner), tuple(_fingerprint(item, seen, depth + 1) for item in inner))
    if isinstance(inner, Members):
        return (type(inner), frozenset((m.key, _fingerprint(m.value, seen, depth + 1)) for m in inner))
    if isinstance(inner, bool) or inner is None:
        return ("constant", inner)
    return inner


def join_texts(parts: Iterable[Text | str | Hole]) -> Text:
    """One text of all parts. Raises NotKnownError where it gets too long."""
    joined: list[str | Hole] = []
    run: list[str] = []
    length = 0
    for part in parts:
        length += text_length(part)
        if length > LONGEST_TEXT:
            raise NotKnownError
        for piece in part.parts if isinstance(part, Text) else (part,):
            if isinstance(piece, str):
                run.append(piece)
            else:
                joined.extend(("".join(run), piece))
                run.clear()
    return text(*joined, "".join(run))


def text_length(part: Text | str | Hole) -> int:
    """What a part of a text counts for against `LONGEST_TEXT`; holes are dear."""
    pieces = part.parts if isinstance(part, Text) else (part,)
    return sum(len(piece) if isinstance(piece, str) else _WEIGHT_OF_HOLE for piece in pieces)


def is_null(value: Node) -> bool:
    return not isinstance(value, Encoded) and value.value is None


def refuse_unknown(value: Node) -> Node:
    """The value itself. Raises NotKnownError where it is one hole."""
    if value.unknown is not None:
        raise NotKnownError
    return value


def as_text(value: Node) -> Text:
    """A value as a string, holes and all."""
    inner = value.value
    if isinstance(inner, Text):
        return inner
    if isinstance(inner, bool):
        return text("true" if inner else "false")
    if isinstance(inner, (int, float)):
        return text(number_text(inner))
    raise EvaluationError(f"a string is needed, not {describe(value)}")


def as_string(value: Node) -> str:
    """A value as a string without holes."""
    literal = as_text(value).literal
    if literal is None:
        raise NotKnownError
    return literal


def as_number(value: Node) -> int | float:
    inner = value.value
    if isinstance(inner, (int, float)) and not isinstance(inner, bool):
        return inner
    written = as_string(value)
    if not _NUMBER.fullmatch(written):
        raise EvaluationError(f"`{written}` is no number")
    return int(written) if _INTEGER.fullmatch(written) else plain_number(float(written))


def as_integer(value: Node) -> int:
    number = as_number(value)
    if isinstance(number, float) and number != 0:
        raise EvaluationError("a whole number is needed")
    return int(number)


def as_bool(value: Node) -> bool:
    inner = value.value
    if isinstance(inner, bool):
        return inner
    if isinstance(inner, Text):
        written = as_string(value)
        if written in ("true", "false", "1", "0"):
            return written in ("true", "1")
    raise EvaluationError(f"a bool is needed, not {describe(value)}")


def as_elements(value: Node) -> tuple[Node, ...]:
    """The elements of a list or set, all of them known to be there."""
    elements = as_open_elements(value)
    if any(isinstance(element, Spread) for element in elements):
        raise NotKnownError
    return elements


def as_open_elements(value: Node) -> tuple[Node, ...]:
    """The elements of a list or set; a Spread stands for those that are not known."""
    refuse_unknown(value)
    if isinstance(value.value, tuple):
        return value.value
    raise EvaluationError(f"a list is needed, not {describe(value)}")


def as_members(value: Node) -> dict[str, Node]:
    """The members of an object or map in the order they were written. Raises NotKnownError where a
    key is not known."""
    refuse_unknown(value)
    if not isinstance(value.value, Members):
        raise EvaluationError(f"an object is needed, not {describe(value)}")
    found: dict[str, Node] = {}
    for member in value.value:
        key = member.key.literal
        if key is None:
            raise NotKnownError
        found[key] = member.value
    return found


def entries(value: Node) -> list[tuple[Node, Node]]:
    """The (key, value) pairs that a `for` goes through: maps in the order of their keys, lists
    by index, sets with the element itself as key."""
    inner = refuse_unknown(value).value
    if isinstance(inner, Members):
        members = as_members(value)
        return [(make_string(key, members[key].origin), members[key]) for key in sorted(members)]
    if isinstance(inner, SetOf):
        return [(item, item) for item in inner]
    return [(Node(index, item.origin), item) for index, item in enumerate(as_open_elements(value))]


def plain_number(number: float) -> int | float:
    """A whole number as an int; zero with a sign keeps it."""
    if number == 0 and math.copysign(1, number) < 0:
        return -0.0
    return int(number) if isinstance(number, float) and number.is_integer() and abs(number) < 1e300 else number


def number_text(number: int | float) -> str:
    plain = plain_number(number)
    if plain == 0:
        return "0" if isinstance(plain, int) else "-0"
    if isinstance(plain, int):
        return str(plain)
    written = repr(plain)
    return f"{plain:.25f}".rstrip("0") if "e" in written and abs(plain) < 1 else written


def describe(value: Node) -> str:
    """The type of a value, for messages."""
    inner = value.value
    if inner is None:
        return "null"
    if isinstance(inner, bool):
        return "a bool"
    if isinstance(inner, (int, float)):
        return "a number"
    if isinstance(inner, Text):
        return "a string"
    return "a list" if isinstance(inner, tuple) else "an object"
