"""A fix before its proof."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.fixes.operation import Operation


@dataclass(frozen=True, slots=True)
class Candidate:
    """What might mend a finding. Without operations it is advice. `assumptions` are the sentences
    on which it rests; `gap` that access is interrupted while it is applied in Terraform."""

    title: str
    operations: tuple[Operation, ...] = ()
    assumptions: tuple[str, ...] = ()
    advice: str = ""
    gap: bool = False
