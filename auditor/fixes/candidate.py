"""A fix before its proof."""

from __future__ import annotations

from typing import TypeAlias

from auditor.estate.function import Function
from auditor.estate.role import Role
from auditor.fixes.operation import Operation
from auditor.iam.document import Statement
from auditor.iam.frozen import Frozen


class TakeOut(Frozen):
    """Take principals (as they are written) out of one statement of a function's resource policy
    or of a role's trust policy. What the statement says to its other principals stays."""

    holder: Function | Role
    statement: Statement
    principals: frozenset[str]


Change: TypeAlias = Operation | TakeOut
"""What a candidate does. Several candidates can be one fix, so what becomes of a statement that
loses several principals is settled last (`combining`)."""


class Candidate(Frozen):
    """What might mend a finding. Without changes it is advice. `assumptions` are the sentences
    on which it rests; `gap` that access is interrupted while it is applied in Terraform. `names`
    stand in the title's `{}`, so that one title can tell of several things. `parts` are the
    candidates that this one was made of, where it is one of several."""

    title: str
    changes: tuple[Change, ...] = ()
    assumptions: tuple[str, ...] = ()
    advice: str = ""
    gap: bool = False
    names: tuple[str, ...] = ()
    parts: tuple[Candidate, ...] = ()

    @property
    def told(self) -> str:
        """The title as it is read."""
        if not self.names:
            return self.title
        *most, last = self.names
        return self.title.replace("{}", f"{', '.join(most)} and {last}" if most else last, 1)
