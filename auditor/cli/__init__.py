"""The command line: the only place that parses arguments, prints, exits or reads the clock."""

from __future__ import annotations

import gc
import sys

_YOUNG = 50_000
"""Values made before the collector looks for cycles among them."""


def main() -> None:
    """Run `auditor` on the process's arguments and exit with the contract's status."""
    # What an audit makes are frozen values without cycles, so that Python's default, a search for
    # cycles every 700 values, is a fifth of the time of a small audit and finds nothing.
    gc.set_threshold(_YOUNG, 20, 20)
    from auditor.cli.program import run  # noqa: PLC0415 - importing this package stays free of click

    sys.exit(run(sys.argv[1:]))
