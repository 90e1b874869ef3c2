"""Exit statuses, the same for every command and format."""

from __future__ import annotations

from enum import IntEnum


class Status(IntEnum):
    PASSED = 0
    FAILED = 1
    """Findings that the gate does not let pass."""
    USAGE = 2
    """Wrong usage, configuration or rule file, or an output that cannot be written."""
    INCOMPLETE = 3
    """Something could not be looked at, or the program itself failed."""
    INTERRUPTED = 130
    """As shells tell that a program was ended by Ctrl-C."""
