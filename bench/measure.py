"""The time and the peak memory of commands."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# As users run it: installed packages have their bytecode, so the checkout has to keep its own too.
_ENV = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


@dataclass(frozen=True, slots=True)
class Measured:
    """The least wall and processor time of some runs, in seconds, and the most memory of any, in
    MB (10^6 bytes). What else the machine does only ever adds to a run's time, so the least is
    nearest to what the command itself takes.

    `memory` is the largest resident set of the process itself, as the kernel counts it; what
    its children take is not in it. `status` is the exit status of the last run.
    """

    seconds: float
    processor: float
    memory: float
    status: int


def measure(commands: Mapping[str, Sequence[str]], folder: Path, runs: int = 7) -> dict[str, Measured]:
    """Run the commands in turn, several times, so that what else the machine does hits all alike.

    A first run of each warms the caches and is not counted; output is thrown away.
    """
    for command in commands.values():
        _run(command, folder)
    rounds = [{name: _run(command, folder) for name, command in commands.items()} for _ in range(runs)]
    return {name: _summarise([timed[name] for timed in rounds]) for name in commands}


def measure_once(command: Sequence[str], folder: Path) -> Measured:
    """One run, for what cannot be done twice alike."""
    return _run(command, folder)


def _run(command: Sequence[str], folder: Path) -> Measured:
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, env=_ENV, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    unit = 1 if sys.platform == "darwin" else 1024
    return Measured(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit / 1e6, process.returncode)


def _summarise(runs: Sequence[Measured]) -> Measured:
    return Measured(
        seconds=min(run.seconds for run in runs),
        processor=min(run.processor for run in runs),
        memory=max(run.memory for run in runs),
        status=runs[-1].status,
    )


def tabulate(title: str, rows: Mapping[str, Measured]) -> str:
    """A table of measurements, each with its ratio to the first row."""
    first = next(iter(rows.values()))
    lines = [f"{title:24} {'time':>9} {'ratio':>7} {'processor':>10} {'ratio':>7} {'memory':>9} {'ratio':>7}  exit"]
    for name, row in rows.items():
        lines.append(
            f"{name:24} {row.seconds:7.3f} s {row.seconds / first.seconds:6.1f}x"
            f" {row.processor:8.3f} s {row.processor / first.processor:6.1f}x"
            f" {row.memory:6.1f} MB {row.memory / first.memory:6.1f}x  {row.status}"
        )
    return "\n".join(lines) + "\n"


def verdict(*lines: tuple[str, float, float, str]) -> int:
    """Each measurement beside its budget, which it has to keep `at least` or `at most`; 1 where one is
    over it."""
    over = False
    for what, measured, budget, bound in lines:
        kept = measured >= budget if bound == "at least" else measured <= budget
        over = over or not kept
        print(f"{measured:6.1f} {what}; {bound} {budget}{'' if kept else ', over the budget'}")
    return int(over)
