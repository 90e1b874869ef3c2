"""`format`: Go's verbs on values with holes.

Source: Terraform's documentation of `format` ("Specification Syntax").
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from auditor.iam.node import Node
from auditor.iam.text import Hole, Text, text
from auditor.sources.terraform.evaluation.json_text import json_text
from auditor.sources.terraform.evaluation.value import (
    EvaluationError,
    NotKnownError,
    as_bool,
    as_integer,
    as_number,
    as_text,
    join_texts,
    number_text,
)

_VERB = re.compile(r"%(?:(%)|([-+ #0]*)(?:\[(\d+)\])?(\d{1,3})?(?:\.(\d{1,3}))?([a-zA-Z]))")
_INTEGERS = {"d": "d", "b": "b", "o": "o", "x": "x", "X": "X"}
_PREFIXES = {"b": "0b", "o": "0", "x": "0x", "X": "0X"}
_TEXTS = frozenset("svq")
_FLOATS = frozenset("eEfFgG")


def format_text(template: str, values: Sequence[Node]) -> Text:
    """The formatted text. Raises EvaluationError where verbs and values do not fit."""
    parts: list[str | Text | Hole] = []
    done = position = 0
    counted = True
    for match in _VERB.finditer(template):
        literal = template[done : match.start()]
        if "%" in literal:
            raise EvaluationError("a verb that is not known")
        parts.append(literal)
        done = match.end()
        if match.group(1):
            parts.append("%")
            continue
        if match.group(3):
            position = int(match.group(3)) - 1
            counted = False
        if not 0 <= position < len(values):
            raise EvaluationError("a verb without a value")
        parts.append(_formatted(values[position], match))
        position += 1
    parts.append(template[done:])
    if "%" in template[done:] or (counted and position < len(values)):
        raise EvaluationError("verbs and values do not fit")
    return join_texts(parts)


def _formatted(value: Node, match: re.Match[str]) -> Text:
    flags, width, precision, verb = match.group(2), match.group(4), match.group(5), match.group(6)
    written = _verb(value, verb, flags, precision)
    if width is None or verb == "t":
        return written
    literal = written.literal
    if literal is None:
        raise NotKnownError
    if verb in _TEXTS:
        pad = "0" if "0" in flags else " "
        return text(literal.ljust(int(width), pad) if "-" in flags else literal.rjust(int(width), pad))
    if "-" in flags:
        return text(literal.ljust(int(width)))
    if "0" in flags:
        sign = literal[:1] if literal[:1] in ("-", "+") else ""
        return text(sign + literal[len(sign) :].rjust(int(width) - len(sign), "0"))
    return text(literal.rjust(int(width)))


def _verb(value: Node, verb: str, flags: str, precision: str | None) -> Text:
    if verb in ("s", "v"):
        is_plain = not isinstance(value.value, tuple) and value.members is None and value.value is not None
        written = as_text(value) if is_plain else json_text(value)
        if verb == "s" and not is_plain:
            raise EvaluationError("%s takes a string")
        if verb == "v" or not int(precision or 0):
            return written
        if written.literal is None:
            raise NotKnownError
        return text(written.literal[: int(precision or 0)])
    if verb == "q":
        written = as_text(value)
        return json_text(Node(written)) if written.hole is None else text('"', written, '"')
    if verb == "t":
        return text("true" if as_bool(value) else "false")
    sign = "+" if "+" in flags else " " if " " in flags else ""
    if verb in _INTEGERS:
        if value.unknown is not None and verb == "d" and not sign:
            return as_text(value)
        whole = as_integer(value)
        digits = (_PREFIXES.get(verb, "") if "#" in flags else "") + format(abs(whole), _INTEGERS[verb])
        return text(("-" if whole < 0 else sign) + digits)
    if verb in _FLOATS:
        number = as_number(value)
        if precision is None and verb in "gG":
            return text(sign if number >= 0 else "", number_text(number))
        return text(format(float(number), f"{sign}.{precision or 6}{verb}"))
    raise EvaluationError(f"the verb `%{verb}` is not known")
