"""The lines of audited files, for the text report."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

STDIN = "<stdin>"
"""The file name of what came through standard input."""


def list_lines(stdin: bytes | None) -> Callable[[str], list[str] | None]:
    """A function from a file's name to its lines, None where it can no longer be read.

    Lines end where readers count them: at a line feed alone.
    """

    @cache
    def lines(file: str) -> list[str] | None:
        try:
            content = stdin if file == STDIN and stdin is not None else Path(file).read_bytes()
        except OSError:
            return None
        text = content.decode("utf-8", "replace").removeprefix("\ufeff")
        return [line.removesuffix("\r") for line in text.split("\n")]

    return lines
