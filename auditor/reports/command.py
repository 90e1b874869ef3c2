"""Long shell commands in lines that still run when they are copied."""

from __future__ import annotations

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


def _pieces(command: str) -> Iterator[str]:
    begin, quote = 0, ""
    for index, character in enumerate(command):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif command.startswith(" --", index):
            yield command[begin:index]
            begin = index + 1
    yield command[begin:]
