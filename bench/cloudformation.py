"""Many functions in one template: the audit beside checkov's scan of the same file, in one run, and the
memory that a template of 10 MB takes.

Budget: 1,000 functions at least 15 times faster than checkov; 10 MB within 300 MB. What counts is the
processor's time of a check as a gate runs it, with the report as text; the JSON report, for which each
fix is written and read again, stands beside it. Usage: cloudformation.py CHECKOV
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from measure import measure, tabulate, verdict
from template import write_template

COUNT, LARGE = 1_000, 6_720
FASTER, MEMORY = 15, 300


def main(checkov: str) -> int:
    ours = [sys.executable, "-m", "auditor", "check", "--fail-on", "never", "template.yaml"]
    theirs = [str(Path(checkov).absolute()), "--file", "template.yaml", "--framework", "cloudformation"]
    theirs += ["--output", "json", "--quiet"]
    with tempfile.TemporaryDirectory() as folder:
        few, many = Path(folder, "few"), Path(folder, "many")
        write_template(few / "template.yaml", COUNT)
        write_template(many / "template.yaml", LARGE)
        size = (many / "template.yaml").stat().st_size / 1_000_000
        commands = {"auditor check": ours, "auditor, as JSON": [*ours, "--format", "json"], "checkov": theirs}
        measured = measure(commands, few, runs=1)
        print(tabulate(f"{COUNT:,} functions in a template", measured))
        large = measure({"auditor check": ours}, many, runs=1)["auditor check"]
        print(tabulate(f"a template of {size:.1f} MB", {"auditor check": large}))
    auditor = measured["auditor check"]
    if auditor.status != 0 or large.status != 0:
        print("auditor could not audit the functions")
        return 1
    return verdict(
        ("times faster than checkov", measured["checkov"].processor / auditor.processor, FASTER, "at least"),
        (f"MB for {size:.1f} MB", large.memory, MEMORY, "at most"),
    )


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
