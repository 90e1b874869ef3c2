"""Ctrl-C where something must not be left half done."""

from __future__ import annotations

import os
import signal
import time
from types import FrameType, TracebackType
from typing import Any

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_LOOK = 0.1
"""Seconds between two looks at whether to stop."""


class Stopping:
    """While it is entered, a first Ctrl-C (or a request to end) is noted and the call under way goes on;
    a second one raises KeyboardInterrupt."""

    def __init__(self, told: str) -> None:
        self._told = told
        self._asked = False
        self._before: dict[signal.Signals, Any] = {}

    def asked(self) -> bool:
        """Whether somebody wants it to stop."""
        return self._asked

    def pause(self, seconds: float) -> None:
        """Wait, but not once it is to stop."""
        until = time.monotonic() + seconds
        while not self._asked and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, _LOOK))

    def __enter__(self) -> Stopping:
        self._before = {each: signal.signal(each, self._note) for each in _SIGNALS}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for each, before in self._before.items():
            signal.signal(each, before)

    def _note(self, _signal: int, _frame: FrameType | None) -> None:
        if self._asked:
            raise KeyboardInterrupt
        self._asked = True
        # Whatever writes to standard error may have been broken off in the middle of a line.
        os.write(2, f"\n{self._told}\n".encode())
