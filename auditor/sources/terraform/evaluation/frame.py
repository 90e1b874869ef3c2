"""Where an expression is evaluated: in which module and file, for which block and instance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

from msgspec import field
from msgspec.structs import replace

from auditor.iam.frozen import Frozen
from auditor.iam.node import Node
from auditor.iam.origin import Origin
from auditor.sources.terraform.evaluation.value import EvaluationError
from auditor.sources.terraform.language.expression import Expression, Step
from auditor.sources.terraform.language.syntax import SyntaxFile

_NOTHING: Mapping[str, Node] = MappingProxyType({})
_NO_LABELS: Mapping[str, str] = MappingProxyType({})


class Referent(Protocol):
    """What a reference names before its attribute is asked for: a resource or a module call,
    one instance of it or all of them."""

    @property
    def uncertain(self) -> bool:
        """Whether there may be none of it, or more than one."""
        ...

    def attribute(self, name: str) -> Node | Referent: ...

    def index(self, key: Node) -> Node | Referent: ...

    def elements(self) -> Sequence[Node | Referent]:
        """What a splat goes through."""
        ...

    def whole(self) -> Node:
        """The value as one node, where it is not asked for a part of it."""
        ...


class Scope(Protocol):
    """Resolves the names of one module."""

    @property
    def prefix(self) -> str:
        """The module's address with a dot after it; empty for the root."""
        ...

    def resolve(self, root: str, steps: Sequence[Step]) -> tuple[Node | Referent, Sequence[Step]]:
        """What a reference that begins with `root` names, and the steps that are left. Raises
        EvaluationError where the module has no such thing."""
        ...


class Frame(Frozen):
    """`bindings` are each, count and the variables of `for`; `labels` tell two bindings of one
    name apart, for the names of holes."""

    scope: Scope
    file: SyntaxFile
    address: str | None = None
    bindings: Mapping[str, Node] = field(default_factory=lambda: _NOTHING)
    labels: Mapping[str, str] = field(default_factory=lambda: _NO_LABELS)

    def origin(self, part: Expression) -> Origin:
        return self.file.origin(part.start, part.end, self.address)

    def bind(self, bindings: Mapping[str, Node], labels: Mapping[str, str]) -> Frame:
        """This frame with more bindings."""
        return replace(self, bindings={**self.bindings, **bindings}, labels={**self.labels, **labels})


class NoScope:
    """Inside a template file: only the variables that are handed to it."""

    prefix = ""

    def resolve(self, root: str, steps: Sequence[Step]) -> tuple[Node | Referent, Sequence[Step]]:  # noqa: ARG002 - the protocol's signature
        raise EvaluationError(f"`{root}` is not handed to the template")
