"""Paths as the user sees them."""

from __future__ import annotations

import os
from pathlib import Path


def display_path(path: Path | str) -> str:
    """`path` relative to the working directory, with forward slashes; outside it with `../`.
    Bytes of a file name that are no UTF-8 are replaced."""
    try:
        relative = os.path.relpath(path)
    except ValueError:  # another drive
        relative = os.path.abspath(path)
    return os.fsencode(relative.replace(os.sep, "/")).decode("utf-8", "replace")
