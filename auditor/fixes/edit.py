"""Edits of source files: spans of bytes and what takes their place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from auditor.iam.frozen import Frozen


class OverlapError(Exception):
    """Two edits that change the same bytes in different ways."""


class NotEditableError(Exception):
    """A fix that cannot be written into the source; the message is a clause that says why."""


class Edit(Frozen, order=True):
    """The bytes of `file` (a path as it is shown) from `start` up to and without `end` become
    `by`. With both equal, something is inserted there."""

    file: str
    start: int
    end: int
    by: str


def edited(content: bytes, edits: Iterable[Edit]) -> tuple[bytes, tuple[tuple[int, int], ...]]:
    """The content of one file after its edits, and the spans of it that are new.

    Edits that are alike count once; several insertions at one place keep their order. Line ends
    become those of the file. Raises OverlapError where edits contradict each other.
    """
    line_end = _line_end(content)
    parts: list[bytes] = []
    touched: list[tuple[int, int]] = []
    at = length = 0
    for edit in _in_order(edits):
        if edit.start < at:
            raise OverlapError
        by = edit.by.replace("\n", line_end).encode()
        parts += [content[at : edit.start], by]
        length += edit.start - at
        touched.append((length, length + len(by)))
        length += len(by)
        at = edit.end
    parts.append(content[at:])
    return b"".join(parts), tuple(touched)


def moved(content: bytes, edits: Iterable[Edit], spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Where spans of a file that follow one another are after its edits, which do not contradict each
    other. Empty where an edit is not wholly inside of one."""
    line_end = _line_end(content)
    found: list[tuple[int, int]] = []
    waiting = list(_in_order(edits))
    waiting.reverse()
    shift = 0
    for start, end in spans:
        grown = 0
        while waiting and waiting[-1].start <= end:
            edit = waiting.pop()
            if edit.start <= start or end <= edit.end:
                return []
            grown += len(edit.by.replace("\n", line_end).encode()) - (edit.end - edit.start)
        found.append((start + shift, end + shift + grown))
        shift += grown
    return [] if waiting else found


def _line_end(content: bytes) -> str:
    return "\r\n" if b"\r\n" in content else "\n"


def _in_order(edits: Iterable[Edit]) -> Sequence[Edit]:
    return sorted(dict.fromkeys(edits), key=lambda edit: (edit.start, edit.end))
