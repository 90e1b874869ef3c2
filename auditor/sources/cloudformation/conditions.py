"""Conditions of a template: which hold, which do not, and which may.

Source: the CloudFormation user guide, "Condition functions".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from auditor.iam.node import Member, Node
from auditor.iam.origin import Origin
from auditor.sources.cloudformation.choice import Literals
from auditor.sources.cloudformation.values import text_of
from auditor.sources.declared.hole_book import HoleBook
from auditor.sources.declared.perhaps import may_be
from auditor.sources.errors import SourceError

_FEWEST, _MOST = 1, 10


class Conditions:
    """The conditions of one stack; `evaluate` gives the value of what they compare."""

    def __init__(
        self,
        declared: Mapping[str, Member],
        evaluate: Callable[[Node], Node | None],
        book: HoleBook,
        prefix: str,
    ) -> None:
        self._declared = declared
        self._evaluate = evaluate
        self._book = book
        self._prefix = prefix
        self._truths: dict[str, bool | None] = {}
        self._running: list[str] = []

    def truth(self, name: str, place: Origin) -> bool | None:
        """Whether a condition holds; None where that is not known. One that is not declared, or
        that refers to itself, is told."""
        if name not in self._declared:
            message = f"the condition `{name}` is not declared in this template"
            self._book.skip(SourceError(message, place, "declare it under `Conditions`").as_skipped())
            return None
        if name in self._running:
            message = f"the condition `{name}` refers to itself"
            self._book.skip(SourceError(message, self._declared[name].origin, "break the circle").as_skipped())
            return None
        if name not in self._truths:
            self._running.append(name)
            try:
                self._truths[name] = self._of(self._declared[name].value)
            finally:
                self._running.pop()
        return self._truths[name]

    def literals(self, name: str, holds: bool) -> Literals:
        """What is true of conditions that are not decided where this one holds, or fails."""
        found: set[str] = set()
        self._gather(name, holds, found, set())
        return frozenset(found)

    def _gather(self, name: str, holds: bool, found: set[str], seen: set[str]) -> None:
        if name in seen or name not in self._declared:
            found.add(self._literal(name, holds))
            return
        seen.add(name)
        node = self._declared[name].value
        inverted = _inverted(node)
        if inverted is not None:
            self._gather(inverted[0], holds is not inverted[1], found, seen)
            return
        found.add(self._literal(name, holds))
        for part in _together(node, holds):
            named = _inverted(part)
            if named is not None and self._truths.get(named[0]) is None:
                self._gather(named[0], holds is not named[1], found, seen)

    def _literal(self, name: str, holds: bool) -> str:
        return f"{'' if holds else 'not '}{self._prefix}{name}"

    def _of(self, node: Node) -> bool | None:
        function, arguments = _call(node)
        match function:
            case "Condition":
                written = text_of(arguments[0])
                if written is not None:
                    return self.truth(str(written), node.origin)
            case "Fn::Equals" if len(arguments) == 2:
                return self._equal(*arguments)
            case "Fn::Not" if len(arguments) == 1:
                inner = self._of(arguments[0])
                return None if inner is None else not inner
            case "Fn::And" | "Fn::Or" if _FEWEST <= len(arguments) <= _MOST:
                decisive = function == "Fn::Or"
                truths = [self._of(argument) for argument in arguments]
                if decisive in truths:
                    return decisive
                return None if None in truths else not decisive
        help = "a condition is `Condition`, `Fn::And`, `Fn::Equals`, `Fn::Not` or `Fn::Or` with its arguments"
        self._book.skip(SourceError("this is no condition", node.origin, help).as_skipped())
        return None

    def _equal(self, one: Node, other: Node) -> bool | None:
        left, right = (text_of(self._evaluate(node)) for node in (one, other))
        if left is None or right is None:
            return None
        if left == right:
            return True
        return None if may_be(left, right) else False


def _call(node: Node) -> tuple[str, tuple[Node, ...]]:
    """The function of a condition and its arguments."""
    if node.members is None or len(node.members) != 1:
        return "", ()
    (member,) = node.members
    return str(member.key), member.value.items if member.value.items is not None else (member.value,)


def _named(node: Node) -> tuple[str, bool] | None:
    """The condition that a node names, where it does that alone."""
    function, arguments = _call(node)
    written = text_of(arguments[0]) if function == "Condition" and len(arguments) == 1 else None
    return (str(written), False) if written is not None else None


def _inverted(node: Node) -> tuple[str, bool] | None:
    """The condition that a node names or negates, and whether it does the latter."""
    function, arguments = _call(node)
    if function != "Fn::Not" or len(arguments) != 1:
        return _named(node)
    inner = _inverted(arguments[0])
    return (inner[0], not inner[1]) if inner is not None else None


def _together(node: Node, holds: bool) -> tuple[Node, ...]:
    """The parts that hold or fail as one with the whole."""
    function, arguments = _call(node)
    return arguments if function == ("Fn::And" if holds else "Fn::Or") else ()
