"""Between values and JSON texts: jsonencode (no spaces, keys sorted) and jsondecode."""

from __future__ import annotations

import json

from auditor.iam.node import Members, Node
from auditor.iam.text import Hole, Text, text
from auditor.sources.located_json import parse_json
from auditor.sources.places import everywhere
from auditor.sources.terraform.evaluation.value import (
    DEEPEST_VALUE,
    LARGEST_VALUE,
    Encoded,
    NotKnownError,
    Written,
    as_text,
    join_texts,
    number_text,
)

_ESCAPED = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def json_text(value: Node) -> Text:
    """The text of a value. A value that is one hole leaves a hole in the text, because nothing
    tells whether quotes belong around it."""
    parts: list[str | Hole | Text] = []
    try:
        _write(value, parts, 0)
        return join_texts(parts)
    except NotKnownError:
        return text(Hole(f"a JSON text that is too long, at {value.origin}"))


def decoded_json(value: Node) -> Node:
    """The value behind a JSON text, with the places of its parts. A value that is not text is
    itself. Raises SourceError where the text is no JSON."""
    if isinstance(value, Encoded):
        return value.document
    if value.text is None or value.unknown is not None:
        return value
    places = value.places if isinstance(value, Written) and value.places is not None else everywhere(value.origin)
    return parse_json(as_text(value), places)


def _write(value: Node, parts: list[str | Hole | Text], depth: int) -> None:
    inner = value.value
    if depth > DEEPEST_VALUE or len(parts) > LARGEST_VALUE:
        raise NotKnownError
    if isinstance(inner, Text):
        parts.extend((inner,) if inner.hole else ('"', inner.map(_escaped), '"'))
    elif isinstance(inner, tuple):
        parts.append("[")
        for position, item in enumerate(inner):
            parts.append("," if position else "")
            _write(item, parts, depth + 1)
        parts.append("]")
    elif isinstance(inner, Members):
        parts.append("{")
        for position, member in enumerate(sorted(inner, key=lambda member: str(member.key))):
            parts.extend(("," if position else "", '"', member.key.map(_escaped), '":'))
            _write(member.value, parts, depth + 1)
        parts.append("}")
    elif inner is None:
        parts.append("null")
    elif isinstance(inner, bool):
        parts.append("true" if inner else "false")
    else:
        parts.append(number_text(inner))


def _escaped(written: str) -> str:
    quoted = json.dumps(written, ensure_ascii=False)[1:-1]
    return quoted.translate(_ESCAPED)
