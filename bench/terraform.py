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
from measure import Measured, measure, tabulate

FEW, MANY = 1_000, 10_000
FASTER, SMALLER, GROWTH = 10, 3, 12


def main(checkov: str) -> int:
    ours = [sys.executable, "-m", "auditor", "check", "--format", "json", "--fail-on", "never", "."]
    theirs = [str(Path(checkov).absolute()), "--directory", ".", "--framework", "terraform", "--output", "json"]
    theirs += ["--skip-download", "--quiet"]
    with tempfile.TemporaryDirectory() as folder:
        few, many = Path(folder, "few"), Path(folder, "many")
        write_functions(few, FEW)
        write_functions(many, MANY)
        measured = measure({"auditor check": ours, "checkov": theirs}, few, runs=1)
        print(tabulate(f"{FEW:,} functions", measured))
        grown = measure({"auditor check": ours}, many, runs=1)
        print(tabulate(f"{MANY:,} functions", grown))
    return verdict(measured["auditor check"], measured["checkov"], grown["auditor check"])


def verdict(few: Measured, other: Measured, many: Measured) -> int:
    """Each measurement beside its budget; 1 where one is over it."""
    if few.status != 0 or many.status != 0:
        print("auditor could not audit the functions")
        return 1
    lines = (
        ("times faster than checkov", other.seconds / few.seconds, FASTER, "at least"),
        ("times smaller than checkov", other.memory / few.memory, SMALLER, "at least"),
        (f"times the time for {MANY // FEW} times the functions", many.seconds / few.seconds, GROWTH, "at most"),
    )
    over = False
    for what, measured, budget, bound in lines:
        kept = measured >= budget if bound == "at least" else measured <= budget
        over = over or not kept
        print(f"{measured:6.1f} {what}; {bound} {budget}{'' if kept else ', over the budget'}")
    return int(over)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
