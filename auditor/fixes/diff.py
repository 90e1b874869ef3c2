"""What changes in files, as a unified diff."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

_ESCAPES = {**{code: f"\\{code:03o}" for code in (*range(32), 127)}, ord('"'): '\\"', ord("\\"): "\\\\"}
_CONTEXT = 3
_Opcode: TypeAlias = 'tuple[Literal["replace", "delete", "insert", "equal"], int, int, int, int]'
_NO_LINE_END = "\\ No newline at end of file"


def unified_diff(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> str:
    """The changes from `before` to `after`, by file, in a form that `git apply` and `patch -p1`
    take; empty where nothing changes."""
    return "".join(line for file in sorted(after) for line in _changes(file, before[file], after[file]))


def _changes(file: str, before: bytes, after: bytes) -> Iterator[str]:
    old, new = (_lines(content) for content in (before, after))
    hunks = list(_Compared(_opcodes(old, new)).get_grouped_opcodes(_CONTEXT)) if old != new else []
    if hunks:
        yield from (f"--- {_name(f'a/{file}')}\n", f"+++ {_name(f'b/{file}')}\n")
    for hunk in hunks:
        yield f"@@ -{_range(hunk[0][1], hunk[-1][2])} +{_range(hunk[0][3], hunk[-1][4])} @@\n"
        for tag, start, end, at, until in hunk:
            gone, come = ("", "") if tag == "equal" else ("-", "+")
            yield from (_told(gone or " ", line) for line in old[start:end])
            yield from (_told(come, line) for line in new[at:until] if come)


class _Compared(difflib.SequenceMatcher[str]):
    """A comparison that was made already; difflib makes hunks of it."""

    def __init__(self, opcodes: list[_Opcode]) -> None:
        super().__init__(None, "", "")
        self._made = opcodes

    def get_opcodes(self) -> list[_Opcode]:
        return self._made


def _opcodes(old: Sequence[str], new: Sequence[str]) -> list[_Opcode]:
    """What changes, as difflib tells it. Only what is between the lines that both begin and end with
    is compared, which takes time."""
    first = _alike(old, new)
    last = _alike(old[first:][::-1], new[first:][::-1])
    middle = difflib.SequenceMatcher(None, old[first : len(old) - last], new[first : len(new) - last])
    moved: list[_Opcode] = [
        (tag, start + first, end + first, at + first, until + first)
        for tag, start, end, at, until in middle.get_opcodes()
    ]
    before: list[_Opcode] = [("equal", 0, first, 0, first)] if first else []
    behind: list[_Opcode] = [("equal", len(old) - last, len(old), len(new) - last, len(new))] if last else []
    return [*before, *moved, *behind]


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many lines two files begin with alike."""
    pairs = zip(one, other, strict=False)
    return next((number for number, (line, same) in enumerate(pairs) if line != same), min(len(one), len(other)))


def _range(start: int, end: int) -> str:
    """The lines of a hunk: the first, from 1, and how many; the line before where there are none."""
    if end - start == 1:
        return str(start + 1)
    return f"{start + 1 if end > start else start},{end - start}"


def _told(mark: str, line: str) -> str:
    return f"{mark}{line}" if line.endswith("\n") else f"{mark}{line}\n{_NO_LINE_END}\n"


def _name(file: str) -> str:
    """A file's name as `git diff` writes it: one with a blank ends with a tab, one with a quote, a
    backslash or a control character stands in quotes."""
    if file.translate(_ESCAPES) == file:
        return f"{file}\t" if " " in file else file
    return f'"{file.translate(_ESCAPES)}"'


def _lines(content: bytes) -> list[str]:
    """The lines with their ends; only a line feed ends a line."""
    parts = content.decode(errors="replace").split("\n")
    return [f"{part}\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])
