"""The cases of a template: which of its conditions hold together for some values of its parameters.

A parameter has its default, and its conditions are decided by it. Another deployment of the same
template gives another value, and then what hangs on the other conditions is there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from math import prod

from auditor.iam.frozen import Frozen
from auditor.iam.node import Node
from auditor.iam.text import text
from auditor.sources.cloudformation.members import every_member
from auditor.sources.cloudformation.reading import Reading
from auditor.sources.cloudformation.stack import Stack
from auditor.sources.cloudformation.template import bare
from auditor.sources.cloudformation.trials import trials
from auditor.sources.cloudformation.values import literal_of

MOST_CASES = 16
_MOST_ASSIGNMENTS = 512
_MOST_RESOURCES = 20_000
"""Resources in all cases together, beyond which the cases are one that stands for all."""
_NAMES = ("Condition", "Fn::If")

Named = tuple[str, str]
"""What stands before the names of a stack, and the name of one of its conditions."""
Truths = tuple[bool | None, ...]


class Case(Frozen):
    """`literals` are the conditions that hold, and after `not ` those that do not; none in the case that
    stands for all of them. `stack` is the template in it; `decided` tells that each condition is."""

    literals: frozenset[str]
    stack: Stack
    decided: bool


class Cases:
    """The cases of the outermost stack of a template, as far as its resources differ; with `outputs`
    also as far as those do."""

    def __init__(self, reading: Reading, root: Stack, *, outputs: bool = False) -> None:
        self._reading = reading
        self._root = root
        self._bare = bare(root.template)
        self._values = trials(root, reading.options.parameters)
        self._names = _used(root, outputs) if self._values else ()
        self.own: frozenset[str] = self._literals(self._truths({}))
        """What is true of the stack with its defaults."""

    def others(self) -> Iterator[Case]:
        """Those that its defaults do not give, each once."""
        if not self._names:
            return
        told = self._told()
        if told is None:
            unknown = {name: self._hole(name) for name in self._values}
            yield Case(frozenset(), self._decided_by(unknown), decided=False)
            return
        for truths, values in told.items():
            yield Case(self._literals(truths), self._decided_by(values), decided=None not in truths)

    def _told(self) -> Mapping[Truths, Mapping[str, Node]] | None:
        """One assignment of values for each other case; None where there are too many."""
        if prod(len(values) for values in self._values.values()) > _MOST_ASSIGNMENTS:
            return None
        found: dict[Truths, Mapping[str, Node]] = {self._truths({}): {}}
        for chosen in product(*self._values.values()):
            values = dict(zip(self._values, chosen, strict=True))
            found.setdefault(self._truths(values), values)
        del found[self._truths({})]
        many = len(found) >= MOST_CASES or len(found) * len(self._root.template.resources) > _MOST_RESOURCES
        return None if many else found

    def _truths(self, values: Mapping[str, Node]) -> Truths:
        stacks = {stack.prefix: stack for stack in self._reading.again(self._root, values, self._bare).all_stacks()}
        # The conditions of a stack that is not there hold for nothing.
        return tuple(
            stacks[prefix].conditions.truth(name, self._root.origin) if prefix in stacks else False
            for prefix, name in self._names
        )

    def _literals(self, truths: Truths) -> frozenset[str]:
        named = ((self._shown(name), holds) for name, holds in zip(self._names, truths, strict=True))
        return frozenset(name if holds else f"not {name}" for name, holds in named if holds is not None)

    def _shown(self, named: Named) -> str:
        prefix, name = named
        return prefix.removeprefix(self._root.prefix) + name

    def _decided_by(self, values: Mapping[str, Node]) -> Stack:
        return self._reading.decided_by(self._root, self._reading.again(self._root, values))

    def _hole(self, name: str) -> Node:
        origin = self._root.template.parameters[name].origin
        return Node(text(self._root.book.hole(name, origin)), origin)


def _used(root: Stack, outputs: bool) -> tuple[Named, ...]:
    """The conditions that resources hang on, or parts of them, and `outputs` too; of nested stacks also
    those of outputs, of which resources are made."""
    found: list[Named] = []
    for stack in root.all_stacks():
        parts = stack.template.outputs.values() if outputs or stack is not root else ()
        names = {name for member in (*stack.template.resources, *parts) for name in _conditions(member.value)}
        found += [(stack.prefix, name) for name in stack.template.conditions if name in names]
    return tuple(found)


def _conditions(node: Node) -> Iterator[str]:
    for key, value in every_member(node):
        if key in _NAMES:
            written = literal_of(value.items[0] if value.items else value)
            if written is not None:
                yield written
