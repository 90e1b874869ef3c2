"""Encodings: JSON, YAML, base64, URLs and hashes."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable
from urllib.parse import quote_plus, unquote_plus

from msgspec.structs import replace

from auditor.iam.node import Members, Node
from auditor.sources.errors import SourceError
from auditor.sources.places import everywhere, file_places
from auditor.sources.terraform.evaluation.functions.arguments import Arguments, Function
from auditor.sources.terraform.evaluation.json_text import decoded_json, json_text
from auditor.sources.terraform.evaluation.unify import LARGEST, refuse_large
from auditor.sources.terraform.evaluation.value import (
    DEEPEST_VALUE,
    EvaluationError,
    NotKnownError,
    Written,
    as_string,
    encoded,
    make_string,
)


def _json_encode(a: Arguments) -> Node:
    return encoded(a[0], a.origin, json_text)


def _json_decode(a: Arguments) -> Node:
    try:
        decoded = decoded_json(a[0])
        refuse_large((decoded,), LARGEST)
        return _of_json(decoded, 0)
    except SourceError as error:
        raise EvaluationError(error.message) from error


def _of_json(value: Node, depth: int) -> Node:
    """The value with tuples and objects in the place of lists, sets and maps, which JSON lacks."""
    inner = value.value
    if depth > DEEPEST_VALUE:
        raise NotKnownError
    if isinstance(inner, tuple):
        return replace(value, value=tuple(_of_json(item, depth + 1) for item in inner))
    if isinstance(inner, Members):
        return replace(value, value=Members(tuple(replace(m, value=_of_json(m.value, depth + 1)) for m in inner)))
    return value


def _yaml_decode(a: Arguments) -> Node:
    from auditor.sources.located_yaml import parse_yaml  # noqa: PLC0415 - PyYAML takes time to load

    value = a[0]
    written = as_string(value)
    whole_file = isinstance(value, Written) and value.external and value.places is not None
    places = file_places(written, value.origin.file) if whole_file else everywhere(value.origin)
    try:
        documents = parse_yaml(written, places)
    except SourceError as error:
        raise EvaluationError(error.message) from error
    if len(documents) != 1:
        raise EvaluationError("one YAML document is needed")
    return documents[0]


def _base64_decode(a: Arguments) -> Node:
    try:
        return make_string(base64.b64decode(a.string(0), validate=True).decode(), a.origin)
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise EvaluationError("this is no base64 of a text") from error


def _encoded(change: Callable[[str], str]) -> Function:
    return lambda a: make_string(change(a.string(0)), a.origin)


def _hashed(algorithm: str, *, hexadecimal: bool = True) -> Function:
    def apply(a: Arguments) -> Node:
        made = hashlib.new(algorithm, a.string(0).encode(), usedforsecurity=False)
        return make_string(made.hexdigest() if hexadecimal else base64.b64encode(made.digest()).decode(), a.origin)

    return apply


FUNCTIONS: dict[str, Function] = {
    "jsonencode": _json_encode,
    "jsondecode": _json_decode,
    "yamldecode": _yaml_decode,
    "base64encode": _encoded(lambda written: base64.b64encode(written.encode()).decode()),
    "base64decode": _base64_decode,
    "urlencode": _encoded(quote_plus),
    "urldecode": _encoded(unquote_plus),
    "md5": _hashed("md5"),
    "sha1": _hashed("sha1"),
    "sha256": _hashed("sha256"),
    "sha512": _hashed("sha512"),
    "base64sha256": _hashed("sha256", hexadecimal=False),
    "base64sha512": _hashed("sha512", hexadecimal=False),
}
