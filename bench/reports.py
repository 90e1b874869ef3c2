"""How long each format takes for 10,000 findings, and how large it becomes.

    python bench/reports.py [FORMAT...]

Prints one line a format, beside what it should stay within; exits with 1 where one does not. Times are
processor time of the rendering alone, the least of three; the snippets of the fixes, which are written once
whatever the formats, have a line of their own.
"""

from __future__ import annotations

import gzip
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import auditor
from auditor.cli.formats import FORMATS
from auditor.reports.look import BARE
from auditor.reports.report import Report

FUNCTIONS = 3_400
FINDINGS = 10_000
HOME = "us-east-1:111122223333"


@dataclass(frozen=True, slots=True)
class Budget:
    """Seconds, and MB (10^6 bytes) as the file is written and when compressed."""

    seconds: float
    megabytes: float = float("inf")
    compressed: float = float("inf")


BUDGETS = {"html": Budget(5, 15), "sarif": Budget(5, compressed=10), "markdown": Budget(5, 0.065)}
USUAL = Budget(5)


def write_bundles(file: Path) -> None:
    """Functions that any account's bot may invoke and whose roles may write any log group."""
    bundles = [
        {
            "function": {"name": f"f{n}", "arn": f"arn:aws:lambda:{HOME}:function:f{n}"},
            "resource_policy": allow(
                Principal={"Service": "lexv2.amazonaws.com"},
                Action="lambda:InvokeFunction",
                Resource=f"arn:aws:lambda:{HOME}:function:f{n}",
            ),
            "role": {
                "arn": f"arn:aws:iam::111122223333:role/f{n}",
                "trust_policy": allow(Principal={"Service": "lambda.amazonaws.com"}, Action="sts:AssumeRole"),
                "policies": [{"name": "logs", "document": allow(Action=["logs:PutLogEvents"], Resource="*")}],
            },
            "hooks": [{"lex": "v2", "bot": "ABCDEFGHIJ", "alias": f"A{n:09}"}],
            "invokers": [],
        }
        for n in range(FUNCTIONS)
    ]
    file.write_text(json.dumps(bundles))


def allow(**statement: object) -> dict[str, object]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]}


def write_snippets(report: Report) -> float:
    """How long the first format that shows fixes waits for their snippets."""
    began = time.process_time()
    for entry in report.shown:
        for fix in entry.fixes:
            _ = (fix.terraform, fix.cloudformation, fix.cli)
    return time.process_time() - began


def main(names: Sequence[str]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "bundles.json"
        write_bundles(file)
        report = auditor.audit(auditor.read(file))
    print(f"{len(report.findings):,} findings of {len(report.functions):,} functions")
    print(f"{'snippets':<10} {write_snippets(report):6.2f} s  of all fixes, once for whichever formats show them")
    within = len(report.findings) >= FINDINGS
    for name in names or FORMATS:
        seconds, text = float("inf"), ""
        for _ in range(3):
            began = time.process_time()
            text = FORMATS[name].render(report, BARE)
            seconds = min(seconds, time.process_time() - began)
        data = text.encode()
        size, packed = len(data) / 1e6, len(gzip.compress(data, 6)) / 1e6
        budget = BUDGETS.get(name, USUAL)
        fits = seconds <= budget.seconds and size <= budget.megabytes and packed <= budget.compressed
        within = within and fits
        told = f"{name:<10} {seconds:6.2f} s  {size:8.2f} MB  {packed:6.2f} MB compressed"
        print(told + ("" if fits else f"  over its budget: {budget}"))
    return 0 if within else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
