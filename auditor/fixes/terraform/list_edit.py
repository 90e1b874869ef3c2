"""Items put into lists of Terraform source, and taken out of them.

An item on a line of its own is that line, with its comma and the comment behind it; any other is
its expression and one comma.
Source: the HCL native syntax specification (a comma may follow the last item).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from auditor.fixes.terraform.place import indent_at, is_comment, line_end, line_start
from auditor.sources.terraform.language.expression import Expression, TupleOf
from auditor.sources.terraform.language.syntax import SyntaxFile

Change = tuple[int, int, str]
"""The bytes from the first to the second number become the text."""


def add_items(
    file: SyntaxFile, items: TupleOf, written: Sequence[str], after: Expression | None = None
) -> Iterator[Change]:
    """Put expressions behind `after`, else at the end of the list."""
    if not items.items:
        yield items.start, items.end, f"[{', '.join(written)}]"
        return
    last = after or items.items[-1]
    if not _ends_line(file, last):
        yield last.end, last.end, "".join(f", {item}" for item in written)
        return
    if not _behind(file, last).startswith(b","):
        yield last.end, last.end, ","
    end = line_end(file, last.end)
    indent = indent_at(file, last.start)
    yield end, end, "".join(f"\n{indent}{item}," for item in written)


def remove_items(file: SyntaxFile, items: TupleOf, gone: Sequence[Expression]) -> Iterator[Change]:
    """Take expressions out of a list."""
    listed = items.items
    if len(gone) == len(listed):
        yield items.start, items.end, "[]"
        return
    for stays, run in groupby(range(len(listed)), key=lambda index: listed[index] not in gone):
        indices = list(run)
        first, last = listed[indices[0]], listed[indices[-1]]
        if stays:
            continue
        if _begins_line(file, first) and _ends_line(file, last):
            yield line_start(file, first.start), line_end(file, last.end, whole=True), ""
        elif indices[-1] + 1 < len(listed):
            yield first.start, listed[indices[-1] + 1].start, ""
        else:
            yield listed[indices[0] - 1].end, last.end, ""


def _begins_line(file: SyntaxFile, item: Expression) -> bool:
    return not file.content[line_start(file, item.start) : item.start].strip()


def _ends_line(file: SyntaxFile, item: Expression) -> bool:
    """Whether nothing but a comma and a comment stands behind an item in its line."""
    rest = _behind(file, item).removeprefix(b",").strip()
    return not rest or is_comment(rest)


def _behind(file: SyntaxFile, item: Expression) -> bytes:
    return file.content[item.end : line_end(file, item.end)].lstrip()
