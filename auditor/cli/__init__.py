"""The command line: the only place that parses arguments, prints, exits or reads the clock."""

from __future__ import annotations

import sys


def main() -> None:
    """Run `auditor` on the process's arguments and exit with the contract's status."""
    from auditor.cli.program import run  # noqa: PLC0415 - importing this package stays free of click

    sys.exit(run(sys.argv[1:]))
