"""The time and the peak memory of a command."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Measured:
    """The median wall time of some runs, in seconds, and the most memory of any, in MB (10^6 bytes).

    `memory` is the largest resident set of the process itself, as the kernel counts it; what
    its children take is not in it. `status` is the exit status of the last run.
    """

    seconds: float
    memory: float
    status: int


def measure(command: Sequence[str], folder: Path, runs: int = 5) -> Measured:
    """Run a command several times after one run that warms the caches; its output is thrown away."""
    _run(command, folder)
    timed = [_run(command, folder) for _ in range(runs)]
    return Measured(
        seconds=statistics.median(run.seconds for run in timed),
        memory=max(run.memory for run in timed),
        status=timed[-1].status,
    )


def _run(command: Sequence[str], folder: Path) -> Measured:
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    unit = 1 if sys.platform == "darwin" else 1024
    return Measured(seconds, usage.ru_maxrss * unit / 1e6, process.returncode)


def tabulate(title: str, rows: Sequence[tuple[str, Measured]]) -> str:
    """A table of measurements, each with its ratio to the first row."""
    first = rows[0][1]
    lines = [title, f"{'':34} {'time':>9} {'ratio':>7} {'memory':>9} {'ratio':>7}  exit"]
    for name, row in rows:
        lines.append(
            f"{name:34} {row.seconds:7.3f} s {row.seconds / first.seconds:6.1f}x"
            f" {row.memory:6.1f} MB {row.memory / first.memory:6.1f}x  {row.status}"
        )
    return "\n".join(lines) + "\n"
