"""JSON whose every value knows where it was written, also where parts of the text are unknown.

Strict JSON (RFC 8259) but for a byte order mark at the start. Where an interpolation left a
hole in the text, the hole stays: inside a string it is a hole of that string; anywhere else it
is an unknown value, item or member (one that may hold several, commas and all). A key may occur
twice, as in the source.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field, replace
from typing import NoReturn

from auditor.iam.node import Member, Members, Node
from auditor.iam.text import Hole, Text, text
from auditor.sources.errors import SourceError
from auditor.sources.places import Places

DEEPEST = 200
"""How many lists and objects may stand in each other; a policy needs 6."""

FLATTEN = "a policy needs 6 levels, a bundle 10"

_CHECK = "check the commas, quotes and brackets here and before"
_HOLE = "\ufffc"
_SPACE = re.compile(r"[ \t\r\n]*")
_RUN = re.compile(r'[^\s,:\[\]{}"]+')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_LITERALS = {"true": True, "false": False, "null": None}
_UNESCAPED = re.compile(r'[^"\\\x00-\x1f\ufffc]*')
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_HEX = re.compile(r"[0-9a-fA-F]{4}")
_LONGEST_NUMBER = 400


def parse_json(source: Text | str, places: Places, *, trailing_commas: bool = False, named: str | None = None) -> Node:
    """The value that `source` holds; in `places` each hole of it counts as one character. With
    `trailing_commas` the last entry of a list or object may have a comma after it. `named` is the
    member of the whole whose own members are blocks: what stands in one has its key as address.

    Raises SourceError with the first place where the text is no JSON or nests deeper than
    `DEEPEST`.
    """
    return _Parser(source, places, trailing_commas, named).document()


@dataclass(slots=True)
class _Open:
    """A list or object that has not ended yet.

    `filled` tells that an entry was read since the last comma, `loose` that it was a hole, so
    that the comma after it may be in the hole. `comma` is the place of a comma without an entry
    after it. `key` waits for its value.
    """

    start: int
    closing: str
    entries: list[Node] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    filled: bool = False
    loose: bool = False
    comma: int | None = None
    key: Text | None = None
    key_start: int = 0


class _Parser:
    """One pass over the text, with a stack of its own: depth costs no recursion."""

    def __init__(self, source: Text | str, places: Places, trailing_commas: bool, named: str | None) -> None:
        self.places = places
        self.outside = places
        self.trailing_commas = trailing_commas
        self.named = text(named) if named is not None else None
        self.holes: dict[int, Hole] = {}
        self.stack: list[_Open] = []
        self.met: dict[str | Hole, Text] = {}
        pieces: list[str] = []
        length = 0
        for part in text(source):
            if isinstance(part, Hole):
                self.holes[length] = part
            pieces.append(part if isinstance(part, str) else _HOLE)
            length += len(pieces[-1])
        self.text = "".join(pieces)
        self.at = 1 if self.text.startswith("\ufeff") else 0

    def document(self) -> Node:
        self.skip_space()
        value = self.value()
        while value is None or self.stack:
            inner = self.stack[-1]
            if value is None:
                value = self.step(inner)
            else:
                self.put(inner, value)
                value = None
        self.skip_space()
        if self.at < len(self.text):
            self.fail(f"unexpected {self.seen()} after the end of the value")
        return value

    def step(self, inner: _Open) -> Node | None:
        """Read on in the innermost list or object up to its next value; the Node that is complete
        now: that value, or the list or object itself."""
        self.skip_space()
        char = self.peek()
        if char == inner.closing:
            return self.close(inner)
        if inner.filled and char == ",":
            inner.comma, inner.filled, inner.loose = self.at, False, False
            self.at += 1
            return None
        if inner.filled and not inner.loose and self.at not in self.holes:
            self.fail(f"expected `,` or `{inner.closing}`, found {self.seen()}")
        if inner.closing == "}" and not self.key(inner):
            return None
        return self.value()

    def key(self, inner: _Open) -> bool:
        """Read a key and its colon; False where a hole stands for whole members instead."""
        start = self.at
        inner.key_start = start
        if self.peek() == '"':
            inner.key = self.string()
            if self.in_named():
                self.places = replace(self.outside, address=str(inner.key))
        elif self.at in self.holes:
            unknown = self.word()
            self.skip_space()
            if self.peek() != ":":
                key = unknown.value if isinstance(unknown.value, Text) else text()
                inner.members.append(Member(key, unknown, unknown.origin))
                inner.filled, inner.loose, inner.comma = True, True, None
                return False
            inner.key = unknown.text
        else:
            self.fail(f"expected a key in double quotes, found {self.seen()}")
        self.skip_space()
        if self.peek() != ":":
            self.fail(f"expected `:` after the key, found {self.seen()}")
        self.at += 1
        self.skip_space()
        return True

    def put(self, inner: _Open, value: Node) -> None:
        """Give a complete value to the list or object that holds it."""
        if inner.closing == "}":
            assert inner.key is not None
            inner.members.append(Member(inner.key, value, self.places.origin(inner.key_start, self.at)))
            inner.key = None
            if self.in_named():
                self.places = self.outside
        else:
            inner.entries.append(value)
        inner.filled, inner.comma = True, None
        inner.loose = self.at - 1 in self.holes

    def in_named(self) -> bool:
        """Whether the innermost object is the one whose members are blocks."""
        return self.named is not None and len(self.stack) == 2 and self.stack[0].key == self.named

    def close(self, inner: _Open) -> Node:
        if inner.comma is not None and not self.trailing_commas:
            self.fail("a comma with nothing after it", inner.comma, "remove the comma")
        self.at += 1
        self.stack.pop()
        value = Members(tuple(inner.members)) if inner.closing == "}" else tuple(inner.entries)
        return Node(value, self.places.origin(inner.start, self.at))

    def value(self) -> Node | None:
        """A string, number, word or hole; None where a list or object was opened."""
        char = self.peek()
        if char == '"':
            start = self.at
            string = self.string()
            return Node(string, self.places.origin(start, self.at))
        if char and char in "{[":
            if len(self.stack) == DEEPEST:
                self.fail(f"more than {DEEPEST} lists and objects inside each other", help=FLATTEN)
            self.stack.append(_Open(self.at, "}" if char == "{" else "]"))
            self.at += 1
            return None
        return self.word()

    def word(self) -> Node:
        """A number, `true`, `false`, `null`, or a run with a hole in it, which is not known."""
        start = self.at
        match = _RUN.match(self.text, start)
        if match is None:
            self.fail(f"expected a value, found {self.seen()}")
        self.at = match.end()
        origin = self.places.origin(start, self.at)
        word = match.group()
        parts = [self.holes.get(start + offset, char) for offset, char in enumerate(word)] if _HOLE in word else []
        if any(isinstance(part, Hole) for part in parts):
            written = text(*parts)
            return Node(written if written.hole else text(Hole(str(written))), origin)
        if word in _LITERALS:
            return Node(_LITERALS[word], origin)
        number = _NUMBER.fullmatch(word)
        if number is None:
            self.fail(f"`{_shortened(word)}` is no JSON value", start, "strings stand in double quotes")
        if len(word) > _LONGEST_NUMBER:
            self.fail("a number of more than 400 digits", start, "write it as a string")
        if number.group(1) is None and number.group(2) is None:
            return Node(int(word), origin)
        if not math.isfinite(float(word)):
            self.fail(f"the number `{_shortened(word)}` is too large", start, "write it as a string")
        return Node(float(word), origin)

    def string(self) -> Text:
        start = self.at
        self.at += 1
        parts: list[str | Hole] = []
        while True:
            run = _UNESCAPED.match(self.text, self.at)
            assert run is not None
            parts.append(run.group())
            self.at = run.end()
            char = self.peek()
            if char == '"':
                self.at += 1
                return self.once(text(*parts))
            if char == "\\":
                parts.append(self.escape())
            elif char == _HOLE:
                parts.append(self.holes.get(self.at, char))
                self.at += 1
            elif char:
                self.fail(f"a control character (U+{ord(char):04X}) inside a string", help="write it as an escape")
            else:
                self.fail("a string that never ends", start, "close it with a double quote")

    def once(self, written: Text) -> Text:
        """The text itself, or one like it that was met before: keys and names recur by the thousand."""
        return self.met.setdefault(written.parts[0], written) if len(written.parts) == 1 else written

    def escape(self) -> str:
        start = self.at
        char = self.text[start + 1 : start + 2]
        self.at += 2
        if char in _ESCAPES:
            return _ESCAPES[char]
        if char != "u":
            self.fail(f"`\\{char}` is no escape of JSON", start, "a backslash itself is written `\\\\`")
        code = self.hex_digits(start)
        if 0xD800 <= code < 0xDC00 and self.text.startswith("\\u", self.at):
            self.at += 2
            low = self.hex_digits(start)
            if 0xDC00 <= low < 0xE000:
                return chr(0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00))
        if 0xD800 <= code < 0xE000:
            self.fail(f"`\\u{code:04x}` is half of a character", start, "the other half must follow it")
        return chr(code)

    def hex_digits(self, start: int) -> int:
        match = _HEX.match(self.text, self.at)
        if match is None:
            self.fail("`\\u` without four hexadecimal digits", start, "write four, as in `\\u00e9`")
        self.at = match.end()
        return int(match.group(), 16)

    def skip_space(self) -> None:
        match = _SPACE.match(self.text, self.at)
        assert match is not None
        self.at = match.end()

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def seen(self) -> str:
        """What stands here, for a message."""
        if self.at in self.holes:
            return f"`{self.holes[self.at]}`"
        run = _RUN.match(self.text, self.at)
        return f"`{_shortened(run.group() if run else self.peek())}`" if self.at < len(self.text) else "the end"

    def fail(self, message: str, at: int | None = None, help: str = _CHECK) -> NoReturn:
        start = self.at if at is None else at
        raise SourceError(message, self.places.origin(start, min(start + 1, len(self.text))), help)


def _shortened(word: str) -> str:
    return word if len(word) <= 40 else word[:37] + "..."
