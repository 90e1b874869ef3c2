"""What changes in files, as a unified diff."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

_ESCAPES = {**{code: f"\\{code:03o}" for code in (*range(32), 127)}, ord('"'): '\\"', ord("\\"): "\\\\"}
_CONTEXT = 3
_CHUNK = 1 << 16
"""So many bytes of two files are compared in one go."""
_Opcode: TypeAlias = 'tuple[Literal["replace", "delete", "insert", "equal"], int, int, int, int]'
_NO_LINE_END = "\\ No newline at end of file"


def unified_diff(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> str:
    """The changes from `before` to `after`, by file, in a form that `git apply` and `patch -p1`
    take; empty where nothing changes."""
    return "".join(line for file in sorted(after) for line in _changes(file, before[file], after[file]))


def _changes(file: str, before: bytes, after: bytes) -> Iterator[str]:
    if before == after:
        return
    first, ended, begun = _differing(before, after)
    above = before.count(b"\n", 0, first)
    old, new = _lines(before[first:ended]), _lines(after[first:begun])
    hunks = list(_Compared(_opcodes(old, new)).get_grouped_opcodes(_CONTEXT)) if old != new else []
    if hunks:
        yield from (f"--- {_name(f'a/{file}')}\n", f"+++ {_name(f'b/{file}')}\n")
    for hunk in hunks:
        gone_from, come_in = _range(hunk[0][1], hunk[-1][2], above), _range(hunk[0][3], hunk[-1][4], above)
        yield f"@@ -{gone_from} +{come_in} @@\n"
        for tag, start, end, at, until in hunk:
            gone, come = ("", "") if tag == "equal" else ("-", "+")
            yield from (_told(gone or " ", line) for line in old[start:end])
            yield from (_told(come, line) for line in new[at:until] if come)


def _differing(before: bytes, after: bytes) -> tuple[int, int, int]:
    """Where the lines begin by which files differ, and where these end in the one and in the other, with
    those around them that a diff shows. Not all of a large file is taken apart for a small change."""
    same = _common(before, after, lambda content, at, size: content[at : at + size])
    room = min(len(before), len(after)) - same
    behind = min(
        room, _common(before, after, lambda content, at, size: content[len(content) - at - size : len(content) - at])
    )
    first = same
    for _ in range(_CONTEXT + 1):
        first = before.rfind(b"\n", 0, first)
        if first < 0:
            break
    ended = len(before) - behind
    for _ in range(_CONTEXT + 1):
        ended = before.find(b"\n", ended) + 1
        if not ended:
            ended = len(before)
            break
    return first + 1, ended, len(after) - (len(before) - ended)


def _common(one: bytes, other: bytes, part: Callable[[bytes, int, int], bytes]) -> int:
    """How many bytes two files have in common from one of their ends on; `part` takes so many from there,
    beginning at a distance from that end."""
    size = _CHUNK
    at, most = 0, min(len(one), len(other))
    while size and at < most:
        size = min(size, most - at)
        if part(one, at, size) == part(other, at, size):
            at += size
        else:
            size //= 2
    return at


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


def _range(start: int, end: int, above: int) -> str:
    """The lines of a hunk: the first, from 1, and how many; the line before where there are none. So many
    lines are `above` those that were compared."""
    if end - start == 1:
        return str(above + start + 1)
    return f"{above + (start + 1 if end > start else start)},{end - start}"


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
