"""Condition elements: operator -> key -> one value or a list of values."""

from __future__ import annotations

from auditor.iam.document import Condition, Operator, Pattern
from auditor.iam.node import Node
from auditor.iam.operators import OPERATORS, meaning, operator
from auditor.iam.parse.defects import Defects, describe
from auditor.iam.text import text

UNKNOWN_OPERATOR = Operator("")
"""Stands in a condition whose operator is not known before deployment."""


def parse_conditions(node: Node | None, defects: Defects) -> tuple[Condition, ...]:
    if node is None:
        return ()
    if node.unknown is not None:
        return (Condition(UNKNOWN_OPERATOR, text(node.unknown), (), node.origin),)
    if node.members is None:
        defects.add(f"Condition is an object, not {describe(node)}", node.origin)
        return ()
    defects.repeated("condition operator", node.members)
    found: list[Condition] = []
    for member in node.members:
        written = member.key.literal
        if written is None:
            found.append(Condition(UNKNOWN_OPERATOR, member.key, (), member.origin))
            continue
        op = operator(written)
        if meaning(op) is None:
            defects.unknown_name("condition operator", written, OPERATORS, member.origin)
            continue
        found.extend(_parse_keys(op, member.value, defects))
    return tuple(found)


def _parse_keys(op: Operator, node: Node, defects: Defects) -> list[Condition]:
    if node.unknown is not None:
        return [Condition(op, text(node.unknown), (), node.origin)]
    if node.members is None:
        defects.add(f"`{op}` takes an object of keys, not {describe(node)}", node.origin)
        return []
    defects.repeated(f"under `{op}` the key", node.members)
    found: list[Condition] = []
    for member in node.members:
        if not member.key:
            defects.add(f"`{op}` has an empty key", member.origin)
            continue
        found.append(Condition(op, member.key, _parse_values(member.value, defects), member.origin))
    return found


def _parse_values(node: Node, defects: Defects) -> tuple[Pattern, ...]:
    """Condition values as text: AWS takes booleans and numbers for strings that spell them."""
    found: list[Pattern] = []
    for item in node.items if node.items is not None else (node,):
        value = item.value
        if item.text is not None:
            found.append(Pattern(item.text, item.origin))
        elif isinstance(value, bool):
            found.append(Pattern(text("true" if value else "false"), item.origin))
        elif isinstance(value, (int, float)):
            found.append(Pattern(text(str(value)), item.origin))
        else:
            defects.add(f"a condition value is a string, not {describe(item)}", item.origin)
    return tuple(found)
