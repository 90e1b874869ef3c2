"""String functions. What can be said of a text with holes is said; the rest is not known."""

from __future__ import annotations

from collections.abc import Callable

from auditor.iam.node import Node
from auditor.iam.text import Hole, HoleType, Text, text
from auditor.sources.terraform.evaluation.functions.arguments import Arguments, Function
from auditor.sources.terraform.evaluation.functions.format import format_text
from auditor.sources.terraform.evaluation.functions.patterns import regex, regexall, replace_pattern
from auditor.sources.terraform.evaluation.value import (
    LONGEST_TEXT,
    EvaluationError,
    NotKnownError,
    as_elements,
    as_integer,
    as_text,
    join_texts,
    make_list,
    make_string,
    text_length,
)

_DOTTED_I = "\u0130"
"""Its small letter is a plain i with a dot of its own in Python, and without in Go."""
_WITHOUT_COLON = frozenset(HoleType) - {HoleType.ANYTHING}
_WITHOUT_SLASH = _WITHOUT_COLON - {HoleType.SEGMENT}
_LOWER = frozenset({HoleType.ACCOUNT, HoleType.REGION, HoleType.PARTITION})


def _plain(change: Callable[[str], str]) -> Function:
    """A function of one known string."""
    return lambda a: make_string(change(a.string(0)), a.origin)


def _lower(a: Arguments) -> Node:
    written = as_text(a[0])
    if all(hole.type in _LOWER for hole in written.holes):
        return make_string(written.map(_by_letter(str.lower)), a.origin)
    raise NotKnownError


def _title(written: str) -> str:
    """Each letter that begins a word in upper case; letters, digits and `_` make words."""
    return "".join(
        _one_for_one(char, str.title) if i == 0 or _separates(written[i - 1]) else char
        for i, char in enumerate(written)
    )


def _by_letter(change: Callable[[str], str]) -> Callable[[str], str]:
    """A change of case as Go makes it: letter by letter, each for one."""
    return lambda written: "".join(_one_for_one(char, change) for char in written)


def _one_for_one(char: str, change: Callable[[str], str]) -> str:
    changed = change(char)
    return changed if len(changed) == 1 else changed[0] if char == _DOTTED_I else char


def _separates(char: str) -> bool:
    return not (char.isalnum() or char == "_") if char.isascii() else char.isspace()


def _trim(a: Arguments) -> Node:
    return make_string(a.string(0).strip(a.string(1)), a.origin)


def _trim_prefix(a: Arguments) -> Node:
    written, prefix = as_text(a[0]), a.string(1)
    first = written.parts[0] if written.parts else ""
    if isinstance(first, str) and (first.startswith(prefix) or not prefix.startswith(first) or len(written.parts) < 2):
        return make_string(text(first.removeprefix(prefix), *written.parts[1:]), a.origin)
    raise NotKnownError


def _trim_suffix(a: Arguments) -> Node:
    written, suffix = as_text(a[0]), a.string(1)
    last = written.parts[-1] if written.parts else ""
    if isinstance(last, str) and (last.endswith(suffix) or not suffix.endswith(last) or len(written.parts) < 2):
        return make_string(text(*written.parts[:-1], last.removesuffix(suffix)), a.origin)
    raise NotKnownError


def _starts_with(a: Arguments) -> Node:
    return Node(_begins(as_text(a[0]).parts, a.string(1)), a.origin)


def _ends_with(a: Arguments) -> Node:
    backwards = tuple(part[::-1] if isinstance(part, str) else part for part in reversed(as_text(a[0]).parts))
    return Node(_begins(backwards, a.string(1)[::-1]), a.origin)


def _begins(parts: tuple[str | Hole, ...], prefix: str) -> bool:
    first = parts[0] if parts else ""
    if isinstance(first, str):
        if first.startswith(prefix):
            return True
        if not prefix.startswith(first) or len(parts) < 2:
            return False
    raise NotKnownError


def _contains(a: Arguments) -> Node:
    written, wanted = as_text(a[0]), a.string(1)
    if any(isinstance(part, str) and wanted in part for part in written):
        return Node(True, a.origin)
    if written.literal is None:
        raise NotKnownError
    return Node(wanted in written.literal, a.origin)


def _replace(a: Arguments) -> Node:
    search = a.string(1)
    if len(search) > 1 and search[0] == search[-1] == "/":
        return make_string(replace_pattern(a.string(0), search[1:-1], a.string(2)), a.origin)
    written, new = as_text(a[0]), as_text(a[2])
    if written.literal is None:
        raise NotKnownError
    count = written.literal.count(search)
    if len(written.literal) + count * text_length(new) > LONGEST_TEXT:
        raise NotKnownError
    if new.literal is not None:
        return make_string(written.literal.replace(search, new.literal), a.origin)
    pieces = written.literal.split(search) if search else list(written.literal)
    return _joined(new, [text(piece) for piece in pieces], a)


def _joined(separator: Text, pieces: list[Text], a: Arguments) -> Node:
    parts = (part for position, piece in enumerate(pieces) for part in ((separator, piece) if position else (piece,)))
    return make_string(join_texts(parts), a.origin)


def _join(a: Arguments) -> Node:
    elements = [element for value in a.values[1:] for element in as_elements(value)]
    if len(elements) == 1 and elements[0].text is not None:
        return elements[0]
    return _joined(as_text(a[0]), [as_text(element) for element in elements], a)


def _split(a: Arguments) -> Node:
    separator, written = a.string(0), as_text(a[1])
    if written.literal is not None:
        pieces = [text(piece) for piece in (written.literal.split(separator) if separator else written.literal)]
    else:
        free = {":": _WITHOUT_COLON, "/": _WITHOUT_SLASH}.get(separator, frozenset())
        if any(hole.type not in free for hole in written.holes):
            raise NotKnownError
        pieces = list(written.split(separator))
    return make_list((make_string(piece, a[1].origin) for piece in pieces), a.origin)


def _substring(a: Arguments) -> Node:
    offset, length = as_integer(a[1]), as_integer(a[2])
    written = a.string(0)
    start = max(0, len(written) + offset) if offset < 0 else offset
    # Terraform looks for a length of zero only where the offset counts from the start.
    to_the_end = length < 0 or (length == 0 and offset < 0)
    return make_string(written[start:] if to_the_end else written[start : start + length], a.origin)


def _format(a: Arguments) -> Node:
    return make_string(format_text(a.string(0), a.values[1:]), a.origin)


def _format_list(a: Arguments) -> Node:
    lists = [as_elements(value) if isinstance(value.value, tuple) else None for value in a.values[1:]]
    lengths = {len(elements) for elements in lists if elements is not None}
    if len(lengths) > 1:
        raise EvaluationError("the lists have different lengths")
    rows: list[Node] = []
    for row in range(lengths.pop() if lengths else 1):
        picked = [
            value if elements is None else elements[row] for value, elements in zip(a.values[1:], lists, strict=True)
        ]
        rows.append(make_string(format_text(a.string(0), picked), a.origin))
    return make_list(rows, a.origin)


def _indent(a: Arguments) -> Node:
    return make_string(a.string(1).replace("\n", "\n" + " " * min(as_integer(a[0]), 1000)), a.origin)


def _chomp(written: str) -> str:
    return written.rstrip("\r\n")


FUNCTIONS: dict[str, Function] = {
    "lower": _lower,
    "upper": _plain(_by_letter(str.upper)),
    "title": _plain(_title),
    "trimspace": _plain(str.strip),
    "chomp": _plain(_chomp),
    "strrev": _plain(lambda written: written[::-1]),
    "trim": _trim,
    "trimprefix": _trim_prefix,
    "trimsuffix": _trim_suffix,
    "startswith": _starts_with,
    "endswith": _ends_with,
    "strcontains": _contains,
    "replace": _replace,
    "regex": lambda a: regex(a.string(0), a.string(1), a.origin),
    "regexall": lambda a: regexall(a.string(0), a.string(1), a.origin),
    "join": _join,
    "split": _split,
    "substr": _substring,
    "format": _format,
    "formatlist": _format_list,
    "indent": _indent,
}
