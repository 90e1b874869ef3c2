"""Parameters of a template and their values.

Source: the CloudFormation user guide, "Parameters": types, defaults, `NoEcho`.
"""

from __future__ import annotations

from collections.abc import Mapping

from auditor.iam.node import Member, Node
from auditor.iam.origin import Origin
from auditor.iam.text import Text, text
from auditor.sources.cloudformation.values import literal_of, text_of
from auditor.sources.declared.hole_book import HoleBook
from auditor.sources.fields import wrong_type


class Parameters:
    """The parameters of one stack. `given` are the values that a user or the stack around gives."""

    def __init__(self, declared: Mapping[str, Member], given: Mapping[str, Node], book: HoleBook, prefix: str) -> None:
        self._declared = declared
        self._given = given
        self._book = book
        self._prefix = prefix
        self._values: dict[str, Node] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._declared

    def value(self, name: str) -> Node:
        """The value of a declared parameter; a hole where nothing tells it, where it is kept from
        sight, or where it is the name of something that holds the value."""
        if name not in self._values:
            self._values[name] = self._read(name, self._declared[name])
        return self._values[name]

    def _read(self, name: str, declared: Member) -> Node:
        origin = declared.origin
        members = declared.value.members
        if members is None:
            self._book.skip(wrong_type(declared.value, f"the parameter `{name}`", "an object").as_skipped())
            return self._hole(name, origin)
        type_ = literal_of(members.get("Type")) or "String"
        secret = (literal_of(members.get("NoEcho")) or "").lower() == "true"
        value = self._given.get(name, members.get("Default"))
        if value is None or value.value is None or secret or type_.startswith("AWS::SSM::Parameter::Value"):
            return self._hole(name, origin)
        if type_ == "CommaDelimitedList" or type_.startswith("List<"):
            return _listed(value)
        written = text_of(value)
        return value if written is None or written == value.value else Node(written, value.origin)

    def _hole(self, name: str, origin: Origin) -> Node:
        return Node(text(self._book.hole(self._prefix + name, origin)), origin)


def _listed(value: Node) -> Node:
    written = text_of(value)
    if written is None or written.hole is not None:
        return value
    return Node(tuple(Node(_stripped(part), value.origin) for part in written.split(",")), value.origin)


def _stripped(part: Text) -> Text:
    parts = list(part.parts)
    if parts and isinstance(parts[0], str):
        parts[0] = parts[0].lstrip()
    if parts and isinstance(parts[-1], str):
        parts[-1] = parts[-1].rstrip()
    return text(*parts)
