"""The lines of audited files, for the reports that show them."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import overload

STDIN = "<stdin>"
"""The file name of what came through standard input."""
_STRIDE = 64


class Lines(Sequence[str]):
    """The lines of a file without their ends; each is made when it is asked for, since reports show
    few of them. Lines end where readers count them: at a line feed alone."""

    def __init__(self, content: bytes) -> None:
        self._content = content.removeprefix(b"\xef\xbb\xbf")
        self._count = self._content.count(b"\n") + 1
        self._marks = array("Q")
        """Where each line begins whose number is a multiple of `_STRIDE`: a large file has many."""
        at = 0
        for number in range(self._count):
            if number % _STRIDE == 0:
                self._marks.append(at)
            at = self._content.find(b"\n", at) + 1

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        number = range(len(self))[index]
        start = self._marks[number // _STRIDE]
        for _ in range(number % _STRIDE):
            start = self._content.find(b"\n", start) + 1
        end = self._content.find(b"\n", start)
        line = self._content[start:] if end < 0 else self._content[start:end]
        return line.decode("utf-8", "replace").removesuffix("\r")


def list_lines(stdin: bytes | None) -> Callable[[str], Sequence[str] | None]:
    """A function from a file's name to its lines, None where it can no longer be read."""

    @cache
    def lines(file: str) -> Sequence[str] | None:
        try:
            return Lines(stdin if file == STDIN and stdin is not None else Path(file).read_bytes())
        except OSError:
            return None

    return lines
