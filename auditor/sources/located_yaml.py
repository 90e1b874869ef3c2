"""YAML whose every value knows where it was written.

Safe YAML 1.1 as PyYAML reads it, with these choices: a plain scalar is a number only where its
digits can be got back from it (`012345678901`, `0x1F` and `2012-10-17` stay text), a key is
always its own text (`Null:` is a condition operator), and a key may occur twice, as in the
source. Merge keys and keys that are lists or objects are errors, and so are tags other than the
core ones, unless the caller gives a meaning to short tags.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NoReturn, TypeAlias

import yaml

from auditor.iam.frozen import Frozen
from auditor.iam.node import Member, Members, Node
from auditor.iam.origin import Origin
from auditor.iam.text import Text, text
from auditor.sources.errors import SourceError
from auditor.sources.located_json import DEEPEST, FLATTEN
from auditor.sources.places import Places

MOST_ALIASED = 100_000
"""How many values the aliases of one file may stand for, all in all."""

_CHECK = "check the indentation, quotes and brackets here and before"
_CORE = "tag:yaml.org,2002:"
_TEXT_TAGS = {"!", _CORE + "str"}
_PLAIN_TAGS = {_CORE + name for name in ("int", "float", "bool", "null")}
_COLLECTION_TAGS = {"!", _CORE + "seq", _CORE + "map"}
_NULL = {"", "~", "null", "Null", "NULL"}
_TRUE = {spelling for word in ("true", "yes", "on") for spelling in (word, word.title(), word.upper())}
_FALSE = {spelling for word in ("false", "no", "off") for spelling in (word, word.title(), word.upper())}
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,399})")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+")
_FORBIDDEN = yaml.reader.Reader.NON_PRINTABLE
_ODD = re.compile(r"\r(?!\n)|[\x85\u2028\u2029\ufeff]")
"""What ends a line in YAML alone, and what has no column there."""


Tagged: TypeAlias = Callable[[str, Node], Node]
"""Makes a value of a short tag (`!Sub`) and the value that stands behind it."""


def parse_yaml(source: str, places: Places, tagged: Tagged | None = None, named: str | None = None) -> tuple[Node, ...]:
    """The documents of `source`, in order; an empty text has none. `tagged` gives a meaning to
    short tags; a single value behind one is always a text. `named` is the member of a document
    whose own members are blocks: what stands in one has its key as address.

    Raises SourceError with the first place where the text is no YAML, nests deeper than
    `DEEPEST`, or uses what is not read.
    """
    return tuple(_Composer(source, places, tagged, named).documents())


class _At(Frozen):
    """A place that no event marks."""

    index: int
    line: int = 0
    column: int = 0


Mark: TypeAlias = "yaml.error.Mark | yaml._yaml.Mark | _At"
"""A place in the text: its offset, and the line and column that the parser counted, from 0."""


@dataclass(slots=True)
class _Open:
    """A list or object that has not ended yet; `key` waits for its value. `size` counts the
    values in it, those behind aliases too. With `blocks`, its members are blocks."""

    start: Mark
    end: Mark
    mapping: bool
    anchor: str | None
    tag: str | None = None
    entries: list[Node] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    key: Text | None = None
    key_start: Mark = field(default_factory=lambda: _At(0))
    size: int = 1
    blocks: bool = False


class _Composer:
    """Turns PyYAML's events into nodes, with a stack of its own: depth costs no recursion."""

    def __init__(self, source: str, places: Places, tagged: Tagged | None, named: str | None) -> None:
        self.places = places
        self.address = places.address
        self.named = text(named) if named is not None else None
        self.tagged = tagged
        self.shift = 1 if source.startswith("\ufeff") else 0
        self.source = source[self.shift :]
        # Where the parser counts lines as `places` does, they need not be looked for again.
        self.numbers = places.numbers if not self.shift and _ODD.search(source) is None else ()
        self.stack: list[_Open] = []
        self.anchors: dict[str, tuple[Node, int]] = {}
        self.aliased = 0
        self.met: dict[str, Text] = {}
        self.plain: dict[str, Text | bool | int | float | None] = {}

    def documents(self) -> Iterator[Node]:
        forbidden = _FORBIDDEN.search(self.source)
        if forbidden is not None:
            self.fail(f"a character that YAML forbids (U+{ord(forbidden.group()):04X})", forbidden.start(), "remove it")
        loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
        try:
            events = loader(self.source)
            while (event := events.get_event()) is not None and not isinstance(event, yaml.StreamEndEvent):
                document = self.take(event)
                if document is not None:
                    yield document
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self.fail(f"no valid YAML: {error.problem or error.context}", mark.index if mark else 0)

    def take(self, event: yaml.Event) -> Node | None:
        """Read one event; the document, where it ends with it."""
        holder = self.stack[-1] if self.stack else None
        key_next = holder is not None and holder.mapping and holder.key is None
        if isinstance(event, yaml.ScalarEvent):
            if holder is not None and key_next:
                self.open_member(event, holder)
                return None
            start, end = self.span(event)
            return self.put(self.scalar(event, start, end), 1, end, event.anchor)
        if isinstance(event, yaml.CollectionEndEvent):
            return self.close(event)
        if isinstance(event, yaml.DocumentStartEvent):
            self.anchors.clear()
            return None
        start, end = self.span(event)
        if isinstance(event, yaml.AliasEvent):
            self.no_key(start, key_next)
            return self.put(*self.alias(event), end, None)
        if isinstance(event, yaml.CollectionStartEvent):
            self.no_key(start, key_next)
            tag = self.short_tag(event.tag)
            if tag is None and event.tag is not None and event.tag not in _COLLECTION_TAGS:
                self.unknown_tag(event.tag, start)
            if len(self.stack) == DEEPEST:
                self.fail(f"more than {DEEPEST} lists and objects inside each other", start.index, FLATTEN)
            mapping = isinstance(event, yaml.MappingStartEvent)
            blocks = self.named is not None and len(self.stack) == 1 and self.stack[0].key == self.named
            self.stack.append(_Open(start, end, mapping, event.anchor, tag, blocks=blocks))
        return None

    def close(self, event: yaml.CollectionEndEvent) -> Node | None:
        """Complete the innermost list or object."""
        start, end = self.span(event)
        ended = self.stack.pop()
        # A block has no closing mark: its event ends where the next token begins.
        last = end if end.index > start.index else ended.end
        value = Members(tuple(ended.members)) if ended.mapping else tuple(ended.entries)
        complete = Node(value, self.origin(ended.start, last))
        if ended.tag is not None and self.tagged is not None:
            complete = self.tagged(ended.tag, complete)
        return self.put(complete, ended.size, last, ended.anchor)

    def open_member(self, event: yaml.ScalarEvent, holder: _Open) -> None:
        """Read a key of `holder`."""
        assert event.start_mark is not None
        start = event.start_mark
        if event.value == "<<" and event.implicit[0]:
            self.fail("merge keys (`<<`) are not read", start.index, "write the members out")
        if event.tag is not None and event.tag not in _TEXT_TAGS:
            self.unknown_tag(event.tag, start)
        holder.key, holder.key_start = self.text(event.value), start
        if holder.blocks:
            self.address = event.value

    def no_key(self, start: Mark, key_next: bool) -> None:
        """Refuse what begins at `start` where a key is expected."""
        if key_next:
            self.fail("a key must be a text", start.index, "write `key: value`")

    def put(self, value: Node, size: int, end: Mark, anchor: str | None) -> Node | None:
        """Give a complete value to what holds it, or give it back where it is the document."""
        if anchor is not None:
            self.anchors[anchor] = (value, size)
        if not self.stack:
            return value
        holder = self.stack[-1]
        holder.end, holder.size = end, holder.size + size
        if holder.mapping:
            assert holder.key is not None
            holder.members.append(Member(holder.key, value, self.origin(holder.key_start, end)))
            holder.key = None
            if holder.blocks:
                self.address = self.places.address
        else:
            holder.entries.append(value)
        return None

    def alias(self, event: yaml.AliasEvent) -> tuple[Node, int]:
        start, name = self.span(event)[0].index, event.anchor
        if any(holder.anchor == name for holder in self.stack):
            self.fail(f"the alias `*{name}` stands inside what it names", start, "write the value out")
        if name not in self.anchors:
            self.fail(f"the alias `*{name}` names nothing above it", start, f"mark a value with `&{name}`")
        value, size = self.anchors[name]
        self.aliased += size
        if self.aliased > MOST_ALIASED:
            self.fail(f"the aliases stand for more than {MOST_ALIASED:,} values", start, "write the values out")
        return value, size

    def scalar(self, event: yaml.ScalarEvent, start: Mark, end: Mark) -> Node:
        origin = self.origin(start, end)
        value: str = event.value
        tag = self.short_tag(event.tag)
        if tag is not None and self.tagged is not None:
            return self.tagged(tag, Node(self.text(value), origin))
        if event.tag is not None and event.tag not in _TEXT_TAGS | _PLAIN_TAGS:
            self.unknown_tag(event.tag, start)
        if event.tag in _TEXT_TAGS or (event.tag is None and not event.implicit[0]):
            return Node(self.text(value), origin)
        if value not in self.plain:
            self.plain[value] = self.resolve(value)
        return Node(self.plain[value], origin)

    def resolve(self, value: str) -> Text | bool | int | float | None:
        """What a plain scalar without a tag means."""
        if value in _NULL:
            return None
        if value in _TRUE or value in _FALSE:
            return value in _TRUE
        if _INTEGER.fullmatch(value) and value != "-0":
            return int(value)
        if _DECIMAL.fullmatch(value) and math.isfinite(float(value)) and str(float(value)) == value:
            return float(value)
        return self.text(value)

    def text(self, value: str) -> Text:
        """A string as a text, one object for all equal ones: keys and names recur by the thousand."""
        met = self.met.get(value)
        if met is None:
            met = self.met[value] = text(value)
        return met

    def short_tag(self, tag: str | None) -> str | None:
        """The tag of a value where it is a short one that has a meaning here."""
        if self.tagged is None or tag is None or not tag.startswith("!") or tag == "!":
            return None
        return tag

    def span(self, event: yaml.Event) -> tuple[Mark, Mark]:
        """Where an event begins and ends, without the line ends that a block scalar takes along."""
        start, end = event.start_mark, event.end_mark
        assert start is not None
        assert end is not None
        first, last = start.index, end.index
        if last - first > 1 and self.source[last - 1].isspace():
            return start, self.at(first + len(self.source[first:last].rstrip()))
        return start, end

    def at(self, index: int) -> _At:
        """The place of an offset."""
        if not self.numbers:
            return _At(index)
        line = bisect_right(self.places.lines, index) - 1
        return _At(index, line, index - self.places.lines[line])

    def unknown_tag(self, tag: str, start: Mark) -> NoReturn:
        self.fail(f"unknown tag `{tag.replace(_CORE, '!!')}`", start.index, "write the value itself, without a tag")

    def origin(self, start: Mark, end: Mark) -> Origin:
        numbers = self.numbers
        if not numbers:
            return self.places.origin(start.index + self.shift, end.index + self.shift).at(self.address)
        first, last = numbers[start.line], numbers[end.line]
        return Origin(self.places.file, first, start.column + 1, last, end.column + 1, self.address)

    def fail(self, message: str, at: int, help: str = _CHECK) -> NoReturn:
        raise SourceError(message, self.places.origin(at + self.shift, at + self.shift), help)
