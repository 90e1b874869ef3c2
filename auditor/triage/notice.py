"""What a person should know about what the gate rests on, though the work goes on."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.iam.origin import NOWHERE, Origin


@dataclass(frozen=True, slots=True)
class Notice:
    """`message` is one line in lower case with the user's own text in backticks; `help` one line on
    what to do."""

    message: str
    origin: Origin = NOWHERE
    help: str = ""

    def __str__(self) -> str:
        return self.message if self.origin == NOWHERE else f"{self.origin}: {self.message}"
