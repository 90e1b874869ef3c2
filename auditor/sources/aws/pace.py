"""Keeping below the rate that a service takes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Pace:
    """Lets `rate` calls a second through, and as many at once after a second of rest.

    Any number of threads may wait; each takes its place in the line when it asks.
    """

    def __init__(
        self, rate: float, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._every = 1 / rate
        self._burst = 1.0
        self._clock = clock
        self._sleep = sleep
        self._next = clock() - self._burst
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Return when the next call may be made."""
        with self._lock:
            now = self._clock()
            self._next = max(self._next + self._every, now - self._burst + self._every)
            pause = self._next - now
        if pause > 0:
            self._sleep(pause)
