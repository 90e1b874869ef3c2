"""YAML in block style for the values of templates, as PyYAML writes it and many times faster.

Only what needs no thought is written here: mappings and lists of words. For anything else there is
no answer, and the caller asks PyYAML.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*(?::+[A-Za-z0-9_./*-]+)*")
_NUMBER = re.compile(r"[1-9][0-9]*")
_QUOTABLE = re.compile(r"[!-&(-~]+")
"""Printable ASCII without blanks and single quotes."""
_OTHER_TYPES = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null"])
_LONGEST = 100
"""Beyond some length PyYAML writes keys in another way."""

Tagged = Callable[[object], "tuple[str, str] | None"]


def write_block(mapping: Mapping[str, object], tagged: Tagged) -> str | None:
    """The mapping as YAML text without a closing newline; None where it holds what is not known here.

    `tagged` tells the tag and the text of a value that is neither text, truth, list nor mapping.
    """
    try:
        return "\n".join(_mapping(mapping, "", tagged))
    except _UnknownError:
        return None


class _UnknownError(Exception):
    """A value whose writing needs PyYAML."""


def _mapping(mapping: Mapping[str, object], indent: str, tagged: Tagged) -> Iterator[str]:
    for key, value in mapping.items():
        if len(key) > _LONGEST:
            raise _UnknownError
        name = _text(key)
        if isinstance(value, (dict, list)) and value:
            yield f"{indent}{name}:"
            yield from _nested(value, indent + "  ", tagged)
        else:
            yield f"{indent}{name}: {_leaf(value, tagged)}"


def _nested(value: dict[str, object] | list[object], indent: str, tagged: Tagged) -> Iterator[str]:
    if isinstance(value, dict):
        yield from _mapping(value, indent, tagged)
        return
    for item in value:
        if isinstance(item, (dict, list)) and item:
            # The first line of what an item holds stands behind its dash.
            first, *others = _nested(item, indent + "  ", tagged)
            yield f"{indent}- {first.lstrip(' ')}"
            yield from others
        else:
            yield f"{indent}- {_leaf(item, tagged)}"


def _leaf(value: object, tagged: Tagged) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dict):
        return "{}"
    if isinstance(value, list):
        return "[]"
    told = tagged(value)
    if told is None or not _QUOTABLE.fullmatch(told[1]):
        raise _UnknownError
    return f"{told[0]} '{told[1]}'"


@lru_cache(maxsize=4096)
def _text(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _OTHER_TYPES:
        return text
    if text == "2012-10-17" or _NUMBER.fullmatch(text):
        # A date or a number to YAML, unless it is quoted.
        return f"'{text}'"
    if text == "*":
        return "'*'"
    raise _UnknownError
