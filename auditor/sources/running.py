"""How the interpreter runs while much is read or written in one go."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_FRAMES = 6_000
"""Python frames that the deepest evaluation takes, with room to spare."""


@contextmanager
def without_collector() -> Iterator[None]:
    """Reading and writing make many small values that live on and hardly any cycles: looking for
    cycles all the while would take as long as the work itself."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            if not gc.get_freeze_count():
                # What was made counts as old now, and is not looked through at the first occasion.
                gc.freeze()
                gc.unfreeze()
            gc.enable()


@contextmanager
def deep_recursion() -> Iterator[None]:
    """Room for the nesting that is allowed; beyond it evaluation stops by itself."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _FRAMES))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
