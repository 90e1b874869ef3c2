"""How long `auditor --version` takes, beside the interpreter alone. Budget: 0.15 s and 40 MB."""

from __future__ import annotations

import sys
from pathlib import Path

from measure import measure, tabulate

SECONDS, MEGABYTES = 0.15, 40
ROOT = Path(__file__).parent.parent


def main() -> int:
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "auditor --version": [sys.executable, "-m", "auditor", "--version"],
    }
    measured = measure(commands, ROOT, runs=15)
    print(tabulate("start-up", measured))
    auditor = measured["auditor --version"]
    if auditor.seconds > SECONDS or auditor.memory > MEGABYTES:
        print(f"over the budget of {SECONDS} s and {MEGABYTES} MB")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
