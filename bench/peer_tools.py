"""How each tool is run on the written variants, and how its findings are read."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from variants import FORMS

Found = dict[str, list[str]]
"""The rules that fired, by variant."""
_CAPABLE = re.compile(r"Policy is capable of ([A-Za-z ]+)")


@dataclass(frozen=True)
class Tool:
    """A tool on one form of the variants. `peer` is its entry in `peers.yaml`, and the folder below `build`
    that it is installed in; `run` takes the folder of its programs and that of the form."""

    peer: str
    form: str
    run: Callable[[Path, Path], Mapping[str, Iterable[str]]]
    mode: str = ""

    @property
    def key(self) -> str:
        return f"{self.peer}{f' {self.mode}' if self.mode else ''}: {self.form}"

    def find(self, build: Path, written: Path) -> Found:
        """What the tool tells of each variant that there is in this form."""
        folder = written / self.form
        told = self.run(build / self.peer / "bin", folder)
        return {path.name: sorted(set(told.get(path.name, ()))) for path in sorted(folder.iterdir())}


def _output(command: Sequence[str | Path], folder: Path, accepted: Sequence[int]) -> str:
    """The standard output of a command in a folder; raises RuntimeError where the command failed, which its
    exit status tells."""
    plain = {**os.environ, "NO_COLOR": "1"}
    done = subprocess.run(command, cwd=folder, env=plain, capture_output=True, text=True, check=False)
    if done.returncode not in accepted:
        raise RuntimeError(f"{command[0]} failed with {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout


def _collect(pairs: Iterable[tuple[str, str]]) -> Found:
    """Rules by variant, of a path below the form's folder and a rule each."""
    found: Found = {}
    for path, rule in pairs:
        found.setdefault(Path(path.lstrip("/")).parts[0], []).append(rule)
    return found


def _auditor(_: Path, folder: Path) -> Found:
    import auditor  # noqa: PLC0415 - the tables are rendered without it

    reports = {path.name: auditor.audit(auditor.read(path / FORMS[folder.name])) for path in folder.iterdir()}
    return {name: [finding.rule for finding in report.findings] for name, report in reports.items()}


def _checkov(programs: Path, folder: Path) -> Found:
    command: list[str | Path] = [
        programs / "checkov",
        "--directory",
        ".",
        "--framework",
        folder.name,
        "--skip-download",
    ]
    told: dict[str, Any] = json.loads(_output([*command, "--output", "json"], folder, (0, 1)))
    if told["summary"]["parsing_errors"]:
        raise RuntimeError(f"checkov could not read {told['results']['parsing_errors']}")
    return _collect((check["file_path"], check["check_id"]) for check in told["results"]["failed_checks"])


def _cfn_lint(programs: Path, folder: Path) -> Found:
    templates = sorted(str(path.relative_to(folder)) for path in folder.glob("*/*.yaml"))
    # Its exit status is a sum of the kinds of findings.
    told = json.loads(_output([programs / "cfn-lint", "--format", "json", *templates], folder, range(16)))
    return _collect((match["Filename"], match["Rule"]["Id"]) for match in told)


def _parliament(*options: str) -> Callable[[Path, Path], Found]:
    def run(programs: Path, folder: Path) -> Found:
        told = _output([programs / "parliament", "--directory", ".", "--json", *options], folder, (0, 1))
        found = [json.loads(line) for line in told.splitlines()]
        return _collect((str(Path(one["location"]["filepath"])), one["issue"]) for one in found)

    return run


def _cloudsplaining(programs: Path, folder: Path) -> Found:
    command: list[str | Path] = [programs / "cloudsplaining", "scan-policy-file", "--input-file"]
    told = {path.name: _output([*command, path / FORMS["json"]], folder, (0,)) for path in folder.iterdir()}
    return {name: _CAPABLE.findall(text) for name, text in told.items()}


TOOLS = (
    *(Tool("auditor", form, _auditor) for form in FORMS),
    *(Tool("checkov", form, _checkov) for form in ("terraform", "cloudformation")),
    Tool("cfn-lint", "cloudformation", _cfn_lint),
    Tool("parliament", "json", _parliament()),
    Tool("parliament", "json", _parliament("--include-community-auditors"), mode="--include-community-auditors"),
    Tool("cloudsplaining", "json", _cloudsplaining),
)


def versions(build: Path) -> dict[str, str]:
    """The version of each peer, as its own environment tells."""
    asked = "import importlib.metadata, sys; print(importlib.metadata.version(sys.argv[1]))"
    peers = dict.fromkeys(tool.peer for tool in TOOLS if tool.peer != "auditor")
    return {peer: _output([build / peer / "bin" / "python", "-c", asked, peer], build, (0,)).strip() for peer in peers}
