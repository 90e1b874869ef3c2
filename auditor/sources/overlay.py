"""What files hold, some of them as if they were written already.

A fix is proved by reading the sources as they would be after it. `overlaid` gives files another
content for as long as it lasts, for this thread of work alone; nothing is written.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from types import MappingProxyType

_NOTHING: Mapping[str, bytes] = MappingProxyType({})
_overlay: ContextVar[Mapping[str, bytes]] = ContextVar("overlay", default=_NOTHING)


@contextmanager
def overlaid(contents: Mapping[str, bytes]) -> Iterator[None]:
    """Let the files at these paths (relative ones count from the working directory) hold these
    bytes, until the block ends. Files that are not there do not come into being."""
    token = _overlay.set({**_overlay.get(), **{os.path.realpath(path): held for path, held in contents.items()}})
    try:
        yield
    finally:
        _overlay.reset(token)


@contextmanager
def as_stored() -> Iterator[None]:
    """Let files hold what they hold on disk again, until the block ends."""
    token = _overlay.set(_NOTHING)
    try:
        yield
    finally:
        _overlay.reset(token)


def is_changed() -> bool:
    """Whether some file is read as if it were written already."""
    return bool(_overlay.get())


def file_bytes(path: Path) -> bytes:
    """The content of a file. Raises OSError as reading it does."""
    contents = _overlay.get()
    if contents:
        held = contents.get(os.path.realpath(path))
        if held is not None:
            return held
    return path.read_bytes()
