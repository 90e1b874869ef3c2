"""Going through a part of a template."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.iam.node import Members, Node


def every_member(node: Node) -> Iterator[tuple[str, Node]]:
    """Every member of a value, however deep: its key, and what it holds."""
    waiting = [node]
    while waiting:
        inner = waiting.pop().value
        if isinstance(inner, tuple):
            waiting.extend(inner)
        elif isinstance(inner, Members):
            for member in inner:
                yield str(member.key), member.value
                waiting.append(member.value)
