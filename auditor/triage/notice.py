"""What a person should know about what the gate rests on, though the work goes on."""

from __future__ import annotations

from auditor.iam.frozen import Frozen
from auditor.iam.origin import NOWHERE, Origin


class Notice(Frozen):
    """`message` is one line in lower case with the user's own text in backticks; `help` one line on
    what to do."""

    message: str
    origin: Origin = NOWHERE
    help: str = ""

    def __str__(self) -> str:
        return self.message if self.origin == NOWHERE else f"{self.origin}: {self.message}"
