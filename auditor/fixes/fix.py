"""A fix and its proof."""

from __future__ import annotations

from enum import Enum
from typing import Protocol

from auditor.fixes.operation import Operation
from auditor.iam.frozen import Frozen


class Safety(Enum):
    """How far a fix can be trusted, the furthest first."""

    SAFE = "safe"
    """Proved, and it rests on nothing but what was read."""
    UNSAFE = "unsafe"
    """Proved under an assumption, which the proof names."""
    ADVICE = "advice"
    """Not proved: a text for a person."""


class Proof(Frozen):
    """What replaying the operations on the audited estate showed.

    `witness` is what the finding's witness is decided as afterwards (`deny` or `allow`; None
    where the finding has none); `needs_kept` counts the needs that were allowed before and
    still are; `new_access` tells whether anything beyond the old access plus the needs came
    in (a proved fix has False). `assumptions` are the sentences it rests on; `gap` that access
    is interrupted while it is applied.
    """

    witness: str | None
    needs_kept: int
    new_access: bool
    assumptions: tuple[str, ...] = ()
    gap: bool = False


class Fix(Frozen):
    """A way to mend a finding. Operations are in the order in which they are to be done:
    what adds comes before what removes. Advice has no operations and no proof. Beside operations,
    `advice` tells what they do, where the title tells only how much."""

    title: str
    safety: Safety
    operations: tuple[Operation, ...] = ()
    proof: Proof | None = None
    advice: str = ""


class Snippets(Protocol):
    """A fix in the languages that can say it: None, or no commands, where one cannot. `cli` are shell
    commands, one each, every argument quoted."""

    @property
    def terraform(self) -> str | None: ...

    @property
    def cloudformation(self) -> str | None: ...

    @property
    def cli(self) -> tuple[str, ...]: ...


class Written(Frozen):
    """Snippets that are written already."""

    terraform: str | None = None
    cloudformation: str | None = None
    cli: tuple[str, ...] = ()


UNWRITTEN = Written()


class RenderedFix(Frozen):
    """A fix with what says it: its snippets, and as `diff` a unified diff of the sources. `planned` is
    the proved fix where no language can say it, so that `fix` is advice."""

    fix: Fix
    snippets: Snippets = UNWRITTEN
    diff: str | None = None
    planned: Fix | None = None

    @property
    def terraform(self) -> str | None:
        return self.snippets.terraform

    @property
    def cloudformation(self) -> str | None:
        return self.snippets.cloudformation

    @property
    def cli(self) -> tuple[str, ...]:
        return self.snippets.cli
