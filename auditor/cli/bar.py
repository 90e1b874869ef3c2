"""How far the reading of an account is, while it goes on."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING

from auditor.cli.console import is_moving

if TYPE_CHECKING:
    from rich.progress import Progress


class Bar:
    """While it is entered, a bar on standard error that is gone at the end.

    It shows on a terminal alone: not with `quiet`, in CI, or where the terminal cannot move.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self.shown = is_moving(sys.stderr, quiet=quiet)
        self._progress: Progress | None = None

    def at(self, doing: str, done: int, total: int) -> None:
        """Say what is being done, and how much of how much is; a `total` of 0 is not known."""
        if self._progress is not None:
            self._progress.update(self._progress.task_ids[0], description=doing, completed=done, total=total or None)

    def __enter__(self) -> Bar:
        if self.shown:
            from rich.console import Console  # noqa: PLC0415 - most runs show no bar
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # noqa: PLC0415 - as above

            columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
            self._progress = Progress(*columns, console=Console(stderr=True), transient=True)
            self._progress.add_task("", total=None)
            self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._progress is not None:
            self._progress.stop()
