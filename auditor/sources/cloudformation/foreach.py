"""Loops of the language extensions.

Source: the CloudFormation user guide, "Fn::ForEach": for each item of the list the members of
the body are written out, with the item in the place of `${Identifier}`, `&{Identifier}` and
`Ref: Identifier`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from auditor.iam.node import Member, Members, Node
from auditor.iam.text import Text, text
from auditor.sources.declared.hole_book import HoleBook
from auditor.sources.errors import SourceError

LOOP = "Fn::ForEach::"
_MOST = 10_000
"""Members that the loops of one section may make."""
_NOT_ALPHANUMERIC = re.compile(r"[^A-Za-z0-9]")


def expand(members: Members, texts: Callable[[Node], list[str] | None], book: HoleBook) -> Members:
    """The members with their loops written out. `texts` gives the items of a list; a loop over
    what is not known is noted, a wrong one told."""
    made: list[Member] = []
    for member in _expanded(members, texts, book):
        if len(made) == _MOST:
            message = f"loops make more than {_MOST:,} members; the rest is left out"
            book.skip(SourceError(message, member.origin, "audit a smaller template").as_skipped())
            break
        made.append(member)
    return Members(tuple(made))


def _expanded(members: Members, texts: Callable[[Node], list[str] | None], book: HoleBook) -> Iterator[Member]:
    for member in members:
        name = str(member.key)
        if not name.startswith(LOOP):
            yield member
            continue
        parts = member.value.items or ()
        identifier = parts[0].text.literal if len(parts) == 3 and parts[0].text is not None else None
        if identifier is None or parts[2].members is None:
            help = "write an identifier, a list and an object"
            book.skip(SourceError(f"`{name}` is no loop", member.origin, help).as_skipped())
            continue
        items = texts(parts[1])
        if items is None:
            book.note(member.origin, name)
            continue
        for item in items:
            body = _substituted(parts[2], identifier, item)
            if body.members is not None:
                yield from _expanded(body.members, texts, book)


def _substituted(node: Node, name: str, item: str) -> Node:
    inner = node.value
    if isinstance(inner, Text):
        return Node(_replaced(inner, name, item), node.origin)
    if isinstance(inner, tuple):
        return Node(tuple(_substituted(part, name, item) for part in inner), node.origin)
    if not isinstance(inner, Members):
        return node
    if len(inner) == 1 and inner.items[0].key == text("Ref") and inner.items[0].value.text == text(name):
        return Node(text(item), node.origin)
    members = (Member(_replaced(m.key, name, item), _substituted(m.value, name, item), m.origin) for m in inner)
    return Node(Members(tuple(members)), node.origin)


def _replaced(written: Text, name: str, item: str) -> Text:
    plain = _NOT_ALPHANUMERIC.sub("", item)
    return written.map(lambda part: part.replace("${" + name + "}", item).replace("&{" + name + "}", plain))
