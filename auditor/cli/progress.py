"""A line on standard error that says what a long run is at."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from types import TracebackType
from typing import TextIO

from auditor.cli.console import is_moving

PATIENCE = 1.0
"""Seconds that a run may take before it says anything, and between two lines."""

_ERASE = "\r\x1b[K"


class Progress:
    """While it is entered, one line that is written anew each second and gone at the end.

    It shows on a terminal alone: not with `quiet`, in CI, or where the terminal cannot erase a line.
    """

    def __init__(self, *, quiet: bool = False, stream: TextIO | None = None, every: float = PATIENCE) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._every = every
        self._doing = ""
        self._done = threading.Event()
        self.shown = is_moving(self._stream, quiet=quiet)
        self._thread = threading.Thread(target=self._tell, daemon=True)

    def at(self, doing: str) -> None:
        """Say what is being done from now on, such as `reading infra`."""
        self._doing = doing

    def __enter__(self) -> Progress:
        if self.shown:
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        if self.shown:
            self._thread.join()

    def _tell(self) -> None:
        from auditor.reports.screen import harmless  # noqa: PLC0415 - most runs say nothing

        began = time.monotonic()
        told = False
        while not self._done.wait(self._every):
            line = f"{harmless(self._doing)}, {time.monotonic() - began:.0f} s so far"
            self._stream.write(_ERASE + line[: shutil.get_terminal_size().columns - 1])
            self._stream.flush()
            told = True
        if told:
            self._stream.write(_ERASE)
            self._stream.flush()
