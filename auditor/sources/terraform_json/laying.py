"""The values of a plan or state at the places of the source."""

from __future__ import annotations

from auditor.iam.node import Member, Members, Node
from auditor.iam.origin import Origin
from auditor.iam.text import text
from auditor.sources.declared.perhaps import may_be
from auditor.sources.errors import SourceError
from auditor.sources.terraform.evaluation.json_text import decoded_json
from auditor.sources.terraform.evaluation.value import (
    EvaluationError,
    NotKnownError,
    as_text,
    encoded,
    fingerprint,
    is_known,
)


def laid(value: Node, source: Node) -> Node:
    """`value` with each part at the place of the part of `source` that it is the value of; where
    the two differ in shape, all of it is at the place of the whole. `source` itself where the two
    say the same."""
    if _same(value, source):
        return source
    document, written = _document(value), _document(source)
    if document is not None and written is not None:
        inner = _merged(document, written)
        shown = value.text or text()
        return source if inner is written else encoded(inner, source.origin, lambda _: shown)
    return _merged(value, source)


def fits(value: Node, source: Node) -> bool:
    """Whether `source` is `value` for some value of its holes."""
    if _same(value, source):
        return True
    document, written = _document(value), _document(source)
    if document is not None and written is not None:
        return fits(document, written)
    if value.items is not None and source.items is not None:
        pairs = zip(value.items, source.items, strict=False)
        return len(value.items) == len(source.items) and all(fits(one, other) for one, other in pairs)
    if value.members is not None and source.members is not None:
        there = {str(member.key): member.value for member in source.members}
        return {str(member.key) for member in value.members} == there.keys() and all(
            fits(member.value, there[str(member.key)]) for member in value.members
        )
    if source.text is None:
        return False
    if source.unknown is not None:
        return True
    try:
        return may_be(as_text(value), source.text)
    except EvaluationError:
        return False


def moved(value: Node, origin: Origin) -> Node:
    """`value`, all of it at one place."""
    document = _document(value)
    if document is not None:
        shown = value.text or text()
        return encoded(_moved(document, origin), origin, lambda _: shown)
    return _moved(value, origin)


def without_holes(value: Node) -> bool:
    try:
        return is_known(value)
    except NotKnownError:
        return False


def _merged(value: Node, source: Node) -> Node:
    if _same(value, source):
        return source
    if value.items is not None:
        return Node(tuple(_items(value.items, source.items or (source,), source.origin)), source.origin)
    if source.items is not None and len(source.items) == 1:
        return _merged(value, source.items[0])
    if value.members is not None and source.members is not None:
        there = {str(member.key): member for member in source.members}
        members = []
        for member in value.members:
            written = there.get(str(member.key))
            if written is None:
                members.append(Member(member.key, _moved(member.value, source.origin), source.origin))
            else:
                members.append(Member(member.key, _merged(member.value, written.value), written.origin))
        return Node(Members(tuple(members)), source.origin)
    return _moved(value, source.origin)


def _items(values: tuple[Node, ...], sources: tuple[Node, ...], origin: Origin) -> list[Node]:
    """Each value with the element that says the same, else with the next one that no other value
    takes."""
    free = list(sources)
    taken: dict[int, Node] = {}
    for number, value in enumerate(values):
        same = next((source for source in free if _same(value, source)), None)
        if same is not None:
            taken[number] = same
            free = [source for source in free if source is not same]
    rest = iter(free if len(free) == len(values) - len(taken) else ())
    found: list[Node] = []
    for number, value in enumerate(values):
        source = taken.get(number) or next(rest, None)
        found.append(_merged(value, source) if source is not None else _moved(value, origin))
    return found


def _same(value: Node, source: Node) -> bool:
    try:
        return fingerprint(value) == fingerprint(source)
    except NotKnownError:
        return False


def _document(value: Node) -> Node | None:
    """The document of which a text is the JSON form."""
    written = value.text
    if written is None or written.hole is not None or not str(written).lstrip().startswith(("{", "[")):
        return None
    try:
        return decoded_json(value)
    except SourceError:
        return None


def _moved(value: Node, origin: Origin) -> Node:
    inner = value.value
    if isinstance(inner, tuple):
        return Node(tuple(_moved(item, origin) for item in inner), origin)
    if isinstance(inner, Members):
        members = (Member(member.key, _moved(member.value, origin), origin) for member in inner)
        return Node(Members(tuple(members)), origin)
    return Node(inner, origin)


def same_document(one: Node, other: Node) -> bool:
    """Whether two texts are the JSON form of one document."""
    first, second = _document(one), _document(other)
    return first is not None and second is not None and _same(first, second)


def same_text(one: Node, other: Node) -> bool:
    """Whether two values are the same when Terraform converts between strings, numbers and bools."""
    try:
        return as_text(one) == as_text(other)
    except EvaluationError:
        return _same(one, other)
