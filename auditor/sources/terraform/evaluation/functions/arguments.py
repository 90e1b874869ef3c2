"""What a function is called with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeAlias

from auditor.iam.frozen import Frozen
from auditor.iam.node import Node
from auditor.iam.origin import Origin
from auditor.sources.terraform.evaluation.value import EvaluationError, as_string

if TYPE_CHECKING:
    from auditor.sources.terraform.evaluation.evaluator import Evaluator
    from auditor.sources.terraform.evaluation.frame import Frame


class Arguments(Frozen):
    """The evaluated arguments of one call and where it stands."""

    values: tuple[Node, ...]
    origin: Origin
    evaluator: Evaluator
    frame: Frame

    def __getitem__(self, position: int) -> Node:
        if position >= len(self.values):
            raise EvaluationError("an argument is missing")
        return self.values[position]

    def __len__(self) -> int:
        return len(self.values)

    def __iter__(self) -> Iterator[Node]:
        return iter(self.values)

    def string(self, position: int) -> str:
        """A known string. Raises NotKnownError for one with holes."""
        return as_string(self[position])


Function: TypeAlias = Callable[[Arguments], Node]
"""Gives the value of a call. Raises EvaluationError for arguments that Terraform refuses, NotKnownError
where a hole is in the way."""
