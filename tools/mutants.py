"""Seeded bugs: does some test notice each of them?

python tools/mutants.py [--jobs N] [NAME...]    seed the bugs of tools/mutants.yaml, one at a time

The tree is copied, and only the copies are changed. A bug is caught where a test that it names fails
with it; without it they all pass, which is tried first. Exits with 1 where a bug survives, and where
nothing can be told of it: its old text does not stand exactly once in its file, or its tests cannot
be run with it.
"""

from __future__ import annotations

import argparse
import compileall
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, fields
from enum import Enum
from pathlib import Path
from py_compile import PycInvalidationMode
from queue import SimpleQueue
from tempfile import TemporaryDirectory

import yaml

ROOT = Path(__file__).parent.parent
LIST = ROOT / "tools" / "mutants.yaml"
_LONGEST = 300
"""Seconds that the tests of one bug may take."""
_OK, _TESTS_FAILED = 0, 1
"""Exit statuses of pytest. The others say that tests could not be collected or run."""
_FAILED = re.compile(r"^FAILED (.+?)(?: - .*)?$", re.MULTILINE)
_CANARY = "the copy is what the tests import"


@dataclass(frozen=True, slots=True)
class Mutant:
    """A bug: `old` stands once in `file` and becomes `new`. `why` says what it breaks; `tests` are
    the files or tests, as pytest names them, of which one must notice."""

    name: str
    file: str
    old: str
    new: str
    why: str
    tests: tuple[str, ...]


class StaleError(Exception):
    """The old text of a bug does not stand exactly once in its file."""


class TreeError(Exception):
    """The tests cannot be run on a copy of the tree, or fail there without a bug."""


class Fate(Enum):
    CAUGHT = "caught"
    SURVIVED = "survived"
    NOT_APPLICABLE = "not applicable"
    NOT_RUN = "not run"
    """The tests could not be collected or did not end: that they saw the bug cannot be said."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of a bug; `told` is the first test that failed, or the reason."""

    mutant: Mutant
    fate: Fate
    told: str = ""
    seconds: float = 0


def read(path: Path = LIST) -> tuple[Mutant, ...]:
    """The bugs of a list. Raises ValueError where an entry has other keys than those of a bug."""
    wanted = [field.name for field in fields(Mutant)]
    listed = []
    for entry in yaml.safe_load(path.read_text(encoding="utf-8")):
        if list(entry) != wanted:
            raise ValueError(f"{path}: an entry has the keys {', '.join(wanted)}, in this order, not {list(entry)}")
        listed.append(Mutant(**{**entry, "tests": tuple(entry["tests"])}))
    return tuple(listed)


def seeded(mutant: Mutant, root: Path) -> str:
    """The text of the bug's file below `root`, with the bug. Raises StaleError."""
    path = root / mutant.file
    if not path.is_file():
        raise StaleError(f"there is no {mutant.file}")
    written = path.read_text(encoding="utf-8")
    times = written.count(mutant.old)
    if times != 1:
        raise StaleError(f"the old text stands {times} times in {mutant.file}")
    return written.replace(mutant.old, mutant.new)


def copy_tree(to: Path) -> None:
    """Copy what git tracks and what it would track. Raises TreeError without git."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    asked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - fixed words
    if asked.returncode:
        raise TreeError(f"git does not tell which files to copy: {asked.stderr.strip()}")
    for name in filter(None, asked.stdout.split("\0")):
        if (ROOT / name).is_file():
            target = to / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target)
    # Compiled once, and good only for exactly this text: that of a bug is never taken for it.
    compileall.compile_dir(to / "auditor", quiet=1, invalidation_mode=PycInvalidationMode.CHECKED_HASH)


def run_tests(copy: Path, tests: Sequence[str]) -> tuple[int | None, str]:
    """Run tests on a copy of the tree until one fails: pytest's exit status, None where the time
    ran out, and its output."""
    known = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "ORACLE_"))}
    # An installed `auditor` may be the tree that was copied; PYTHONPATH comes before it.
    environment = {**known, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    options = ["-x", "-q", "-rf", "--tb=short", "-p", "no:cacheprovider", "--import-mode=importlib"]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and tests
            [sys.executable, "-m", "pytest", *options, *tests],
            cwd=copy,
            env=environment,
            capture_output=True,
            text=True,
            timeout=_LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None, f"no end after {_LONGEST} seconds"
    return done.returncode, done.stdout + done.stderr


@contextmanager
def changed(path: Path, by: str) -> Iterator[None]:
    """The file with another text for a while."""
    written = path.read_text(encoding="utf-8")
    path.write_text(by, encoding="utf-8")
    try:
        yield
    finally:
        path.write_text(written, encoding="utf-8")


def check_copy(copy: Path, tests: Sequence[str]) -> None:
    """Tests on this copy import this copy, and pass as long as it has no bug. Raises TreeError."""
    with changed(copy / "auditor" / "__init__.py", f"raise ImportError({_CANARY!r})\n"):
        status, told = run_tests(copy, tests[:1])
    if status == _OK or _CANARY not in told:
        raise TreeError(f"the tests do not import the copy in {copy}\n{told}")
    status, told = run_tests(copy, tests)
    if status != _OK:
        raise TreeError(f"the tests do not pass without a bug\n{told}")


def try_mutant(mutant: Mutant, copy: Path) -> Trial:
    """Run the tests of a bug on a copy that has it."""
    began = time.monotonic()
    try:
        text = seeded(mutant, copy)
    except StaleError as stale:
        return Trial(mutant, Fate.NOT_APPLICABLE, str(stale))
    with changed(copy / mutant.file, text):
        status, told = run_tests(copy, mutant.tests)
    seconds = time.monotonic() - began
    if status == _OK:
        return Trial(mutant, Fate.SURVIVED, f"{', '.join(mutant.tests)} passed", seconds)
    failed = _FAILED.search(told)
    if status != _TESTS_FAILED or failed is None:
        return Trial(mutant, Fate.NOT_RUN, told.strip(), seconds)
    return Trial(mutant, Fate.CAUGHT, failed.group(1), seconds)


def try_all(mutants: Sequence[Mutant], jobs: int, folder: Path) -> Iterator[Trial]:
    """Try bugs on `jobs` copies of the tree below `folder`; the trials in the order of the bugs.
    Raises TreeError."""
    copies = [folder / str(number) for number in range(jobs)]
    copy_tree(copies[0])
    for copy in copies[1:]:
        shutil.copytree(copies[0], copy)
    tests = list(dict.fromkeys(test for mutant in mutants for test in mutant.tests))
    free: SimpleQueue[Path] = SimpleQueue()

    def take_turn(mutant: Mutant) -> Trial:
        copy = free.get()
        try:
            return try_mutant(mutant, copy)
        finally:
            free.put(copy)

    with ThreadPoolExecutor(jobs) as pool:
        shares = [tests[number::jobs] or tests[:1] for number in range(jobs)]
        list(pool.map(check_copy, copies, shares))
        for copy in copies:
            free.put(copy)
        yield from pool.map(take_turn, mutants)


def report(trial: Trial) -> str:
    """A trial in two lines."""
    mutant = trial.mutant
    return (
        f"{trial.fate.value:<15}{trial.seconds:5.1f} s  {mutant.name}: {mutant.why}\n{'':24}{mutant.file}: {trial.told}"
    )


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="Seed bugs, and see whether some test notices each.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="bugs to try; all without one")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many at a time")
    asked = parser.parse_args(arguments)
    listed = read()
    unknown = set(asked.names) - {mutant.name for mutant in listed}
    if unknown:
        parser.error(f"there is no bug called {', '.join(sorted(unknown))}")
    chosen = [mutant for mutant in listed if not asked.names or mutant.name in asked.names]
    began = time.monotonic()
    caught = 0
    with TemporaryDirectory(prefix="auditor-mutants-") as folder:
        try:
            for trial in try_all(chosen, max(1, min(asked.jobs, len(chosen))), Path(folder)):
                print(report(trial), flush=True)
                caught += trial.fate is Fate.CAUGHT
        except TreeError as error:
            print(error, file=sys.stderr)
            return 1
    print(f"caught {caught} of {len(chosen)} in {time.monotonic() - began:.0f} s")
    return 0 if caught == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
