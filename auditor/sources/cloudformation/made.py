"""How a template makes a name of its parameters, where it does not write it as it is."""

from __future__ import annotations

import re

from auditor.iam.node import Node
from auditor.iam.text import Hole, Text, text

VARIABLE = re.compile(r"\$\{([^!${}][^{}]*)\}")
"""What `Fn::Sub` puts a value in the place of."""


def made_by(node: Node) -> Text | None:
    """The text that `Ref` or a plain `Fn::Sub` makes, with holes for what they name; None for any
    other value."""
    if node.members is None or len(node.members) != 1:
        return None
    (member,) = node.members
    name, literal = str(member.key), member.value.text.literal if member.value.text is not None else None
    if literal is None or name not in ("Ref", "Fn::Sub"):
        return None
    if name == "Ref":
        return text(Hole(literal))
    parts = VARIABLE.split(literal)
    return None if "${" in "".join(parts[::2]) else text(*(Hole(p) if i % 2 else p for i, p in enumerate(parts)))
