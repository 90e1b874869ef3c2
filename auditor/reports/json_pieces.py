"""JSON written piece by piece, so that no report is held as one value or one text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from auditor.iam.frozen import Frozen
from auditor.reports.request import Json


class Members(Frozen):
    """An object some of whose members are written piece by piece."""

    listed: Mapping[str, Lazy]


Lazy: TypeAlias = "Json | Members | Iterator[Json | Members]"
"""A value; a list whose entries are made one by one is an iterator."""


def json_pieces(value: Lazy, step: int, within: int = 0) -> Iterator[str]:
    """A value as `json.dumps` with an indentation of `step` writes it, `within` columns into something else."""
    inner = "\n" + " " * (within + step)
    if isinstance(value, Members):
        for number, (name, member) in enumerate(value.listed.items()):
            yield f"{',' if number else '{'}{inner}{json.dumps(name, ensure_ascii=False)}: "
            yield from json_pieces(member, step, within + step)
        yield "\n" + " " * within + "}" if value.listed else "{}"
    elif isinstance(value, Iterator):
        empty = True
        for entry in value:
            yield ("[" if empty else ",") + inner
            yield from json_pieces(entry, step, within + step)
            empty = False
        yield "[]" if empty else "\n" + " " * within + "]"
    else:
        # No text in a value has a line break of its own.
        yield json.dumps(value, indent=step, ensure_ascii=False).replace("\n", "\n" + " " * within)
