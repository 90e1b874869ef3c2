"""A unified diff taken apart: which lines of which file become which."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.iam.frozen import Frozen

_HUNK = re.compile(r"@@ -(?P<start>\d+)(?:,(?P<old>\d+))? \+\d+(?:,(?P<new>\d+))? @@")
_ESCAPE = re.compile(r'\\([0-7]{3}|["\\])')
_NO_LINE_END = "\\"


class Replaced(Frozen):
    """The lines of `file` from `line` on that are in `old` become those in `new`, all without line
    feeds. With `old` empty, `new` is put in before `line`."""

    file: str
    line: int
    old: tuple[str, ...]
    new: tuple[str, ...]


def replaced_lines(diff: str) -> Iterator[Replaced]:
    """What a diff, as `fixes.diff` writes it, replaces, in its order."""
    lines = iter(diff.split("\n"))
    file = ""
    for line in lines:
        if line.startswith("--- "):
            file = _name(line[4:])
        hunk = _HUNK.match(line)
        if hunk is not None:
            old, new = (int(hunk[side] or 1) if hunk[side] != "0" else 0 for side in ("old", "new"))
            # A hunk that removes nothing names the line before it.
            start = int(hunk["start"]) + (old == 0)
            yield from _replaced(file, start, _body(lines, old, new))


def _body(lines: Iterator[str], old: int, new: int) -> Iterator[tuple[str, str]]:
    """The lines of one hunk with their marks; the header tells how many there are of each."""
    while old or new:
        line = next(lines)
        mark, said = line[:1], line[1:]
        if mark == _NO_LINE_END:
            continue
        old -= mark in " -"
        new -= mark in " +"
        yield mark, said


def _replaced(file: str, start: int, body: Iterator[tuple[str, str]]) -> Iterator[Replaced]:
    old: list[str] = []
    new: list[str] = []
    for mark, said in body:
        if mark == " ":
            if old or new:
                yield Replaced(file, start, tuple(old), tuple(new))
            start += len(old) + 1
            old, new = [], []
        else:
            (old if mark == "-" else new).append(said)
    if old or new:
        yield Replaced(file, start, tuple(old), tuple(new))


def _name(written: str) -> str:
    """The name of a file behind `--- a/`: one with blanks ends with a tab, one in quotes has escapes."""
    if written.startswith('"'):
        written = _ESCAPE.sub(lambda m: m[1] if m[1] in '"\\' else chr(int(m[1], 8)), written[1:-1])
    return written.removesuffix("\t").removeprefix("a/")
