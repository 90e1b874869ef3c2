"""Which files a configuration reads for what they hold: they are part of it, and not inputs of their own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

_reads: ContextVar[set[str] | None] = ContextVar("reads", default=None)


@contextmanager
def noting_reads() -> Iterator[set[str]]:
    """The files that are told to `note_read` until the block ends, links resolved."""
    noted: set[str] = set()
    token = _reads.set(noted)
    try:
        yield noted
    finally:
        _reads.reset(token)


def note_read(path: Path) -> None:
    """Tell that the content of a file became a value of a configuration."""
    noted = _reads.get()
    if noted is not None:
        noted.add(os.path.realpath(path))
