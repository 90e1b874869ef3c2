"""iam-simulate, an independent implementation of AWS's policy evaluation, as a subprocess.

It is licensed under the AGPL, so it is installed into `build/` when the tests run and never
becomes part of this project.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from .asking import Asked, Situation

HERE = Path(__file__).parent


class NotInstalledError(Exception):
    """A judge cannot be installed here; the message says why."""


def install(cache: Path, manifest: Path = HERE) -> Path:
    """Install what the package.json and lock file in `manifest` name, the simulator by default, below
    `cache` unless it is there; returns its folder. Raises NotInstalledError."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        raise NotInstalledError("node and npm are not installed")
    lock = manifest / "package-lock.json"
    folder = cache / hashlib.sha256(lock.read_bytes()).hexdigest()[:12]
    if folder.is_dir():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as unfinished:
        for name in ("package.json", lock.name):
            shutil.copy(manifest / name, unfinished)
        done = subprocess.run(
            [npm, "ci", "--no-audit", "--no-fund"], cwd=unfinished, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise NotInstalledError(f"npm ci failed: {done.stderr.strip()}")
        # Moved at the end, so that a folder of this name is always whole.
        made = Path(unfinished) / "made"
        made.mkdir()
        (Path(unfinished) / "node_modules").rename(made / "node_modules")
        made.rename(folder)
    return folder


@dataclass(frozen=True, slots=True)
class Parts:
    """What the simulator says about one statement and one request, part by part."""

    principal: str
    """`Match`, `SessionRoleMatch`, `SessionUserMatch`, `AccountLevelMatch` or `NoMatch`."""
    action: bool
    resource: bool
    conditions: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the simulator says about one request: `Allowed`, `ExplicitlyDenied` or
    `ImplicitlyDenied`, and the parts of each statement by the policy's name."""

    result: str
    statements: Mapping[str, tuple[Parts, ...]]

    @property
    def allowed(self) -> bool:
        return self.result == "Allowed"


class Simulator:
    """A running simulator. Times are read as UTC, as AWS reads them."""

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen(
            ["node", str(HERE / "simulator.mjs"), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={"PATH": os.environ["PATH"], "TZ": "UTC"},
        )

    def __enter__(self) -> Simulator:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(timeout=30)

    def judge(self, situation: Situation) -> list[Judgement]:
        """Judge every request of a situation. Raises AssertionError where the simulator crashes
        or holds a policy for invalid: then the situation is no fair question."""
        (judgements,) = self.judge_all([situation])
        return judgements

    def judge_all(self, situations: Iterable[Situation]) -> Iterator[list[Judgement]]:
        """Judge situations in order, always one ahead, so that it works while we do. The answers
        must be read to the end before the next question."""
        waiting = 0
        for situation in situations:
            self._send(situation)
            waiting += 1
            if waiting > 1:
                yield self._receive()
                waiting -= 1
        while waiting:
            yield self._receive()
            waiting -= 1

    def _send(self, situation: Situation) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(_line(situation)) + "\n")
        self._process.stdin.flush()

    def _receive(self) -> list[Judgement]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the simulator ended"
        answer = json.loads(line)
        assert "crash" not in answer, answer["crash"]
        assert answer["invalid"] == [], answer["invalid"]
        return [_judgement(item) for item in answer["answers"]]


def _line(situation: Situation) -> dict[str, Any]:
    return {
        "resource": situation.resource,
        "trust": situation.trust,
        "identity": list(situation.identity),
        "boundaries": list(situation.boundaries),
        "requests": [_request(asked) for asked in situation.requests],
    }


def _request(asked: Asked) -> dict[str, Any]:
    principal = asked.principal if asked.principal == "*" else next(iter(asked.principal.values()))
    owner = asked.resource.split(":")[4]
    return {
        "principal": principal,
        "action": asked.action,
        "resource": asked.resource,
        "account": owner or principal.split(":")[4] if ":" in principal else owner,
        "context": asked.context,
    }


def _judgement(item: Mapping[str, Any]) -> Judgement:
    statements = {
        policy: tuple(
            Parts(parts[0], parts[1], parts[2] is True or parts[2] == "Match", tuple(parts[3])) for parts in found
        )
        for policy, found in item["statements"].items()
    }
    return Judgement(item["result"], statements)
