"""The JSON text of a value, as Terraform's jsonencode writes it: no spaces, keys sorted."""

from __future__ import annotations

import json

from auditor.iam.node import Members, Node
from auditor.iam.text import Hole, Text, text
from auditor.sources.terraform.value import DEEPEST_VALUE, LARGEST_VALUE, NotKnownError, join_texts, number_text

_ESCAPED = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def json_text(value: Node) -> Text:
    """The text of a value. A value that is one hole leaves a hole in the text, because nothing
    tells whether quotes belong around it."""
    parts: list[str | Hole | Text] = []
    try:
        _write(value, parts, 0)
        return join_texts(parts)
    except NotKnownError:
        return text(Hole(f"a JSON text that is too long, at {value.origin}"))


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
    return "".join(_ESCAPED.get(char, char) for char in quoted)
