"""What changes in files, as a unified diff."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping

_ESCAPES = {**{code: f"\\{code:03o}" for code in (*range(32), 127)}, ord('"'): '\\"', ord("\\"): "\\\\"}
_NO_LINE_END = "\\ No newline at end of file"


def unified_diff(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> str:
    """The changes from `before` to `after`, by file, in a form that `git apply` and `patch -p1`
    take; empty where nothing changes."""
    return "".join(line for file in sorted(after) for line in _changes(file, before[file], after[file]))


def _changes(file: str, before: bytes, after: bytes) -> Iterator[str]:
    old, new = (_lines(content) for content in (before, after))
    for line in difflib.unified_diff(old, new, _name(f"a/{file}"), _name(f"b/{file}")):
        yield line if line.endswith("\n") else f"{line}\n{_NO_LINE_END}\n"


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
