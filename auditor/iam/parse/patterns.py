"""Action and Resource elements: one string or a list of strings."""

from __future__ import annotations

import re

from auditor.iam.document import Pattern
from auditor.iam.node import Node
from auditor.iam.parse.defects import Defects, describe

_EVERYTHING = ("*", "*:*")
_ACTION = re.compile(r"[A-Za-z0-9-]+:[A-Za-z0-9*?-]+")


def parse_actions(node: Node | None, defects: Defects) -> tuple[Pattern, ...]:
    """Action or NotAction. `*`, or a service prefix without wildcards and a name."""
    patterns = _strings(node, "an action", defects)
    for pattern in patterns:
        action = pattern.text.literal
        if action is not None and action not in _EVERYTHING and not _ACTION.fullmatch(action):
            advice = "write `service:Action`, with wildcards only after the colon"
            defects.add(f"action `{action}` has a form that AWS refuses", pattern.origin, advice)
    return patterns


def parse_resources(node: Node | None, defects: Defects) -> tuple[Pattern, ...] | None:
    """Resource or NotResource; None where the element is absent."""
    if node is None:
        return None
    patterns = _strings(node, "a resource", defects)
    for pattern in patterns:
        resource = pattern.text.literal
        if resource is not None and resource != "*" and not resource.startswith("arn:"):
            defects.add(f"resource `{resource}` is neither `*` nor an ARN", pattern.origin)
    return patterns


def _strings(node: Node | None, what: str, defects: Defects) -> tuple[Pattern, ...]:
    if node is None:
        return ()
    items = node.items if node.items is not None else (node,)
    if not items:
        defects.add(f"an empty list where {what} is expected", node.origin)
    patterns: list[Pattern] = []
    for item in items:
        if item.text is None:
            defects.add(f"{what} is a string, not {describe(item)}", item.origin)
        elif not item.text:
            defects.add(f"an empty string where {what} is expected", item.origin)
        else:
            patterns.append(Pattern(item.text, item.origin))
    return tuple(patterns)
