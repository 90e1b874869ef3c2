"""Values that are made once, however many threads ask for them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

from auditor.sources.aws.errors import CallError

_T = TypeVar("_T")


class Once(Generic[_T]):
    """Values that are made once, also where several threads ask for one at the same time. An error
    is every asker's. Of more than `most` the oldest are forgotten; 0 keeps all."""

    def __init__(self, most: int = 0) -> None:
        self._lock = threading.Lock()
        self._made: dict[str, Future[_T]] = {}
        self._most = most

    def get(self, key: str, make: Callable[[], _T]) -> _T:
        """The value of this key; raises what `make` raises."""
        with self._lock:
            future = self._made.get(key)
            mine = future is None
            if future is None:
                future = self._made[key] = Future()
                if self._most and len(self._made) > self._most:
                    del self._made[next(iter(self._made))]
        if mine:
            try:
                future.set_result(make())
            except CallError as error:
                future.set_exception(error)
            except BaseException:
                future.cancel()
                raise
        return future.result()
