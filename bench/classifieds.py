"""The audit of the classifieds bot beside checkov's scan of the same folder, in one run.

Budget: at least 8 times faster, within 80 MB. Usage: classifieds.py CHECKOV
"""

from __future__ import annotations

import sys
from pathlib import Path

from measure import measure, tabulate

RATIO, MEGABYTES = 8, 80
ROOT = Path(__file__).parent.parent
STORY = "samples/classifieds-bot/before"


def main(checkov: str) -> int:
    ours = [sys.executable, "-m", "auditor", "check", "--fail-on", "never", STORY]
    theirs = [str(Path(checkov).absolute()), "--directory", STORY, "--framework", "terraform", "--skip-download"]
    commands = {
        "auditor check": ours,
        "auditor check (JSON)": [*ours, "--format", "json"],
        "checkov": [*theirs, "--quiet"],
    }
    measured = measure(commands, ROOT)
    print(tabulate("classifieds-bot/before", measured))
    auditor, other = measured["auditor check"], measured["checkov"]
    if auditor.status != 0:
        print("auditor could not audit the story")
        return 1
    if other.seconds < RATIO * auditor.seconds or auditor.memory > MEGABYTES:
        print(f"over the budget: {RATIO} times faster than checkov, within {MEGABYTES} MB")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
