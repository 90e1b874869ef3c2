"""Standard input."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import BinaryIO

from auditor.sources.errors import UsageError
from auditor.sources.source import LARGEST


def read_stdin(paths: Sequence[str]) -> bytes | None:
    """Standard input where a path asks for it, and of more than can be audited just so much that it
    shows. Raises UsageError where it is closed."""
    return open_stdin().read(LARGEST + 1) if "-" in paths else None


def open_stdin() -> BinaryIO:
    """Standard input; raises UsageError where it is closed."""
    if sys.stdin is None:
        raise UsageError("standard input is closed", "`-` reads what is piped into the command")
    return sys.stdin.buffer
