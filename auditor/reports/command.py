"""Long shell commands in lines that still run when they are copied."""

from __future__ import annotations

import re
from collections.abc import Iterator

_INDENT = "    "


def fold_command(command: str, width: int) -> list[str]:
    """A command in lines of at most `width` columns where its options allow, each but the last
    ending in a backslash. It is broken only before options (` --`) that no quotes enclose."""
    if len(command) <= width:
        return command.split("\n")
    lines: list[str] = []
    for piece in _pieces(command):
        if lines and len(lines[-1]) + 1 + len(piece) + 2 <= width:
            lines[-1] += f" {piece}"
        else:
            lines.append(_INDENT + piece if lines else piece)
    return " \\\n".join(lines).split("\n")


_QUOTED_OR_OPTION = re.compile(r"'[^']*'?|\"[^\"]*\"?| --")


def _pieces(command: str) -> Iterator[str]:
    begin = 0
    for found in _QUOTED_OR_OPTION.finditer(command):
        if found.group() == " --":
            yield command[begin : found.start()]
            begin = found.start() + 1
    yield command[begin:]
