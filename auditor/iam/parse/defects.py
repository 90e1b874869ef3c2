"""Collecting what is wrong with a document while it is read."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from msgspec.structs import replace

from auditor.iam.document import Defect, DefectKind
from auditor.iam.node import Members, Node
from auditor.iam.origin import Origin
from auditor.iam.text import Text


class Defects:
    """A growing list of defects, in the order they were met."""

    def __init__(self) -> None:
        self.found: list[Defect] = []

    def add(self, message: str, origin: Origin, advice: str = "", kind: DefectKind = DefectKind.MALFORMED) -> None:
        self.found.append(Defect(kind, message, origin, advice))

    def place(self, since: int, statement: int) -> None:
        """Say of all defects but the first `since` that they are in this statement."""
        self.found[since:] = [replace(defect, statement=statement) for defect in self.found[since:]]

    def repeated(self, what: str, members: Members) -> None:
        """Report each name that an object has more than once."""
        seen: set[Text] = set()
        for member in members:
            if member.key in seen:
                self.add(f"{what} `{member.key}` stands twice", member.origin, kind=DefectKind.DUPLICATE_KEY)
            seen.add(member.key)

    def unknown_name(self, what: str, name: str, known: Iterable[str], origin: Origin) -> None:
        """Report a name that is not among `known`, with the nearest that is."""
        choices = list(known)
        lowered = {choice.lower(): choice for choice in choices}
        near = lowered.get(name.lower()) or next(iter(difflib.get_close_matches(name, choices, 1)), None)
        advice = f"did you mean `{near}`?" if near else "known: " + ", ".join(choices)
        self.add(f"{what} `{name}` is not known", origin, advice)


def describe(node: Node) -> str:
    """The type of a value in JSON's words, for messages."""
    value = node.value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, (int, float)):
        return "a number"
    if node.items is not None:
        return "a list"
    return "an object" if node.members is not None else "a string"
