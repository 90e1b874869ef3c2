"""The command line: the only place that parses arguments, prints, exits or reads the clock."""

from __future__ import annotations

import atexit
import gc
import os
import sys
import threading
from typing import NoReturn

_YOUNG = 500_000
"""Values made before the collector looks for cycles among them."""


def main() -> None:
    """Run `auditor` on the process's arguments and exit with the contract's status."""
    # What an audit makes are frozen values without cycles, so that Python's default, a search for
    # cycles every 700 values, is a fifth of the time of a small audit and finds nothing.
    gc.set_threshold(_YOUNG, 20, 20)
    from auditor.cli.program import run  # noqa: PLC0415 - importing this package stays free of click

    _leave(run(sys.argv[1:]))


def _leave(status: int) -> NoReturn:
    """End the process with `status`, without Python's own end, which gives back value by value
    what the system takes at once: a tenth of the time of a large audit. Where something is left
    to do in the process (a thread that runs, a profile to write, output that cannot be written)
    Python's own end is taken.
    """
    watched = sys.getprofile() is not None or sys.gettrace() is not None
    if watched or threading.active_count() > 1:
        sys.exit(status)
    atexit._run_exitfuncs()
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except (OSError, ValueError):
        sys.exit(status)
    os._exit(status)
