"""What is not known, as a reason that a person can use."""

from __future__ import annotations

from auditor.iam.text import Hole, Text, text


def not_known(part: Hole | Text) -> str:
    """A clause: the name of a hole as its source writes it, or its description in plain words."""
    written = text(part)
    hole = written.hole
    if hole is not None and hole.each:
        return f"it depends on the {hole.name}, which is not known" if " " in hole.name else _SOME
    shown = hole.name if hole is not None else written.literal
    if shown is not None and " " in shown and "${" not in shown:
        return f"{shown} is not known"
    return f"`{written}` is not known"


_SOME = "it holds for some values of a part that is not known, and not for others"
