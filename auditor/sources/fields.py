"""Taking objects apart: one member, of the type that is wanted.

A member that is absent or null is None (or an empty list). One of another type raises
SourceError at its place.
"""

from __future__ import annotations

from auditor.iam.node import Members, Node
from auditor.iam.text import Text, text
from auditor.sources.errors import SourceError


def written(node: Node) -> str | None:
    """The text of a value where a text is wanted: of a number its digits, which a person writes
    for an account. None where the value is neither."""
    if node.text is not None:
        return node.text.literal
    number = isinstance(node.value, (int, float)) and not isinstance(node.value, bool)
    return str(node.value) if number else None


def shown(node: Node) -> str:
    """A value in a message."""
    if isinstance(node.value, Members):
        return "an object"
    if isinstance(node.value, tuple):
        return "a list"
    if isinstance(node.value, bool):
        return f"`{str(node.value).lower()}`"
    return "nothing" if node.value is None else f"`{written(node)}`"


_FORMS = {
    "a text": "write a single value",
    "true or false": "write `true` or `false`",
    "a list": "write `[...]`",
    "an object": "write `key: value` members",
}


def wrong_type(node: Node, what: str, wanted: str, help: str = "") -> SourceError:
    return SourceError(f"{what} must be {wanted}, not {shown(node)}", node.origin, help or _FORMS[wanted])


def members_of(node: Node, what: str) -> Members:
    if node.members is None:
        raise wrong_type(node, what, "an object")
    return node.members


def text_at(members: Members, key: str) -> Text | None:
    node = _at(members, key)
    if node is None:
        return None
    found = written(node)
    if found is None:
        raise wrong_type(node, f"`{key}`", "a text")
    return text(found)


def string_at(members: Members, key: str) -> str | None:
    found = text_at(members, key)
    return str(found) if found is not None else None


def flag_at(members: Members, key: str) -> bool | None:
    node = _at(members, key)
    if node is None:
        return None
    if not isinstance(node.value, bool):
        raise wrong_type(node, f"`{key}`", "true or false")
    return node.value


def members_at(members: Members, key: str) -> Members:
    """The members of an object; none where it is absent."""
    node = _at(members, key)
    return members_of(node, f"`{key}`") if node is not None else Members()


def items_at(members: Members, key: str) -> tuple[Node, ...]:
    node = _at(members, key)
    if node is None:
        return ()
    if node.items is None:
        raise wrong_type(node, f"`{key}`", "a list")
    return node.items


def needed(members: Members, key: str, owner: Node) -> str:
    """The text at `key`, which `owner` must have."""
    found = string_at(members, key)
    if found is None:
        raise SourceError(f"no `{key}`", owner.origin, f"add `{key}`")
    return found


def _at(members: Members, key: str) -> Node | None:
    node = members.get(key)
    return None if node is None or node.value is None else node
