"""Addresses of resources and what `references` hold: names with keys behind them.

Source: Terraform's "Resource Address Reference".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from auditor.sources.instance_key import read_key

Step = str | int | tuple[str]
"""A name; a number in brackets; a text in brackets, as a tuple of one."""

_STEP = re.compile(r'\.?([A-Za-z_*][\w*-]*)|\[([0-9]+)\]|\[("(?:[^"\\]|\\.)*")\]')
_MODULE = re.compile(r'\bmodule\.([\w-]+)(\[(?:[0-9]+|"(?:[^"\\]|\\.)*")\])?')
_MODULES = re.compile(rf"(?:{_MODULE.pattern}\.)*")


def module_of(address: str) -> str:
    """The address of the module that a resource stands in; empty for the root."""
    match = _MODULES.match(address)
    return match.group().rstrip(".") if match is not None else ""


def steps_of(reference: str) -> tuple[Step, ...]:
    """The steps of an address or reference; none where it is not written as one."""
    steps: list[Step] = []
    at = 0
    while at < len(reference):
        match = _STEP.match(reference, at)
        if match is None:
            return ()
        name, number, quoted = match.groups()
        if quoted is not None:
            key = read_key(quoted)
            if key is None:
                return ()
            steps.append((key,))
        else:
            steps.append(name if number is None else int(number[:18]))
        at = match.end()
    return tuple(steps)


def key_of(step: Step) -> int | str | None:
    """The instance key that a step in brackets is; None for a name."""
    if isinstance(step, tuple):
        return step[0]
    return step if isinstance(step, int) else None


def longest(references: Sequence[str]) -> list[tuple[Step, ...]]:
    """References without those that only lead up to another one, as Terraform lists them too."""
    parsed = [steps for steps in (steps_of(reference) for reference in references) if steps]
    return [
        steps
        for steps in dict.fromkeys(parsed)
        if not any(other != steps and other[: len(steps)] == steps for other in parsed)
    ]


def modules_of(address: str) -> list[tuple[str, str, int | str | None]]:
    """Every module instance on the way to one: its address, the name of its call, its key."""
    return [
        (address[: match.end()], match.group(1), key_of(steps_of(match.group(2))[0]) if match.group(2) else None)
        for match in _MODULE.finditer(address)
    ]
