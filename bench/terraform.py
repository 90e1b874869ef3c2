"""Many functions in Terraform: the audit beside checkov's scan of the same folder, in one run, and how the
audit grows.

Budget: 1,000 functions at least 10 times faster than checkov, in a third of its memory; 10,000 in at most
12 times the time of 1,000. Usage: terraform.py CHECKOV
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from functions import write_functions
from measure import measure, tabulate, verdict

FEW, MANY = 1_000, 10_000
FASTER, SMALLER, GROWTH = 10, 3, 12


def main(checkov: str) -> int:
    ours = [sys.executable, "-m", "auditor", "check", "--format", "json", "--fail-on", "never", "."]
    theirs = [str(Path(checkov).absolute()), "--directory", ".", "--framework", "terraform", "--output", "json"]
    theirs += ["--skip-download", "--quiet"]
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder, "few"), Path(folder, "many")
        write_functions(small, FEW)
        write_functions(large, MANY)
        measured = measure({"auditor check": ours, "checkov": theirs}, small, runs=1)
        print(tabulate(f"{FEW:,} functions", measured))
        grown = measure({"auditor check": ours}, large, runs=1)
        print(tabulate(f"{MANY:,} functions", grown))
    few, other, many = measured["auditor check"], measured["checkov"], grown["auditor check"]
    if few.status != 0 or many.status != 0:
        print("auditor could not audit the functions")
        return 1
    return verdict(
        ("times faster than checkov", other.seconds / few.seconds, FASTER, "at least"),
        ("times smaller than checkov", other.memory / few.memory, SMALLER, "at least"),
        (f"times the time for {MANY // FEW} times the functions", many.seconds / few.seconds, GROWTH, "at most"),
    )


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
