"""The key of an instance as Terraform writes it into an address: `f["a\\"b"]`.

Source: Terraform's "Resource Address Reference", and "Strings and Templates" for the escapes; held against
the addresses of a plan.
"""

from __future__ import annotations

import re

_ESCAPES = {"\n": r"\n", "\r": r"\r", "\t": r"\t", '"': r"\"", "\\": r"\\"}
_ESCAPED = {escape: char for char, escape in _ESCAPES.items()}
_WRITTEN = re.compile(r"\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})|\\.|\$\$\{|%%\{", re.DOTALL)


def write_key(key: str) -> str:
    """A key in quotes."""
    return '"' + "".join(_escaped(char, key[at + 1 : at + 2]) for at, char in enumerate(key)) + '"'


def _escaped(char: str, following: str) -> str:
    if char in "$%":
        return char * 2 if following == "{" else char
    if char in _ESCAPES:
        return _ESCAPES[char]
    # What Go does not take for printable is written by its number; of all spaces only the plain one is printed.
    if char.isprintable():
        return char
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"


def read_key(written: str) -> str | None:
    """The key that stands in quotes; None where an escape is none of Terraform's."""
    unread = [match for match in _WRITTEN.finditer(written) if match.group()[0] == "\\" and _read(match) is None]
    return None if unread else _WRITTEN.sub(lambda match: _read(match) or "", written[1:-1])


def _read(escape: re.Match[str]) -> str | None:
    number = escape.group(1) or escape.group(2)
    if number is not None:
        return chr(int(number, 16)) if int(number, 16) <= 0x10FFFF else None
    return _ESCAPED.get(escape.group()) if escape.group()[0] == "\\" else escape.group()[1:]
