"""Whether an answer is one: with what a call always tells, and everything that is read of it of the right type."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def fault_of(answer: Any, told: Iterable[str]) -> str | None:
    """The first thing that is wrong with an answer, as a clause; None where nothing is.

    `told` are the paths of what is read of it, as in `Role.Arn`: texts, which are not empty. `[]` after a
    name stands for a list and each of its entries, `{}` for an object and each of its values, and `?`
    for what may be left out. Of paths with `|` between them one is enough. An empty name at the end is
    the entry itself.
    """
    if not isinstance(answer, dict):
        return "it is no object"
    for path in told:
        if not any(_holds(answer, way.split(".")) for way in path.split("|")):
            shown = " or ".join(f"`{way.replace('?', '').rstrip('.')}`" for way in path.split("|"))
            return f"{shown} is missing in it, or of the wrong type"
    return None


def _holds(value: Any, path: list[str]) -> bool:
    if not path:
        return True
    step, *rest = path
    if not step:
        return isinstance(value, str)
    if not isinstance(value, dict):
        return False
    form = step[-2:] if step.endswith(("[]", "{}")) else ""
    name, optional, _ = step.removesuffix(form).partition("?")
    part = value.get(name)
    if part is None:
        return bool(optional)
    match form:
        case "[]":
            return isinstance(part, list) and all(_holds(entry, rest) for entry in part)
        case "{}":
            return isinstance(part, dict) and all(_holds(entry, rest) for entry in part.values())
        case _:
            return _holds(part, rest) if rest else isinstance(part, str) and (part != "" or bool(optional))
