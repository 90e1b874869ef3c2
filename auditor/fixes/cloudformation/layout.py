"""How a template is laid out, so that what is new looks like what is there."""

from __future__ import annotations

import re
from functools import lru_cache

from auditor.fixes.cloudformation.tree import TemplateFile
from auditor.iam.frozen import Frozen
from auditor.iam.node import Node

_SHORT = re.compile(r"!(?:Ref|Sub|GetAtt|Join|If|Select)\b")
_LONG = re.compile(r"\bFn::(?:Sub|GetAtt|Join|If|Select)\b|\bRef['\"]?:")
_STEP = "  "
_TIGHT = re.compile(r'\{\s*"[^"]*":\S')
"""How JSON begins that has no blanks behind its colons."""


class Layout(Frozen):
    """`step` is one level of indentation, empty in JSON on one line; with `hanging`, lists stand at
    the column of their key; `short` tells that functions have their short form, `gap` stands behind
    colons and commas of JSON."""

    json: bool
    step: str = _STEP
    hanging: bool = False
    short: bool = True
    quote: str = '"'
    gap: str = " "


@lru_cache(maxsize=2)
def layout_of(file: TemplateFile) -> Layout:
    """The layout that most of a file shows."""
    content = file.content
    short = not file.json and (_SHORT.search(content) is not None or _LONG.search(content) is None)
    quote = "'" if content.count("'") > content.count('"') else '"'
    gap = "" if file.json and _TIGHT.search(content) is not None else " "
    return Layout(file.json, _step(file), _hanging(file), short, quote, gap)


def _step(file: TemplateFile) -> str:
    members = file.root.members or ()
    outer = next((file.span(m.origin)[0] for m in members if str(m.key) == "Resources"), 0)
    inner = next((file.span(m.origin)[0] for m in file.section("Resources")), None)
    if inner is None or not file.begins_line(inner):
        return "" if file.json else _STEP
    before, after = file.indent(outer), file.indent(inner)
    return after.removeprefix(before) or _STEP


def _hanging(file: TemplateFile) -> bool:
    """Whether the first list of blocks stands at the column of its key."""
    waiting: list[Node] = [file.root]
    while waiting:
        node = waiting.pop()
        for member in node.members or ():
            start = file.span(member.value.origin)[0]
            if member.value.items and file.content[start : start + 2] == "- ":
                return file.column(start) == file.column(file.span(member.origin)[0])
        waiting.extend(reversed(node.items or ()))
        waiting.extend(member.value for member in reversed(tuple(node.members or ())))
    return False
