"""What this project and its peers find on the same variants, as docs/peers.md and a table of the README.

peers.py --write BUILD   run the tools, installed below BUILD, keep what they found in bench/peers.json, write both
peers.py --check         tell what is out of date, and exit with 1: needs no peer, and runs this project anew
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import variants
from peer_tables import BEGIN, END, block, judge, page
from peer_tools import TOOLS, Found, versions

from auditor.version import VERSION

ROOT = Path(__file__).parent.parent
MEASURED, PAGE, README = ROOT / "bench" / "peers.json", ROOT / "docs" / "peers.md", ROOT / "README.md"


def run(build: Path) -> dict[str, Any]:
    """What every tool finds, with its version and the day."""
    today = datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", time.time())), timezone.utc)
    return {
        "date": today.date().isoformat(),
        "versions": {"auditor": VERSION, **versions(build)},
        "inputs": variants.digest(),
        "found": find(build),
    }


def find(build: Path, own: bool = False) -> dict[str, Found]:
    """What the tools find, or only this project."""
    with tempfile.TemporaryDirectory() as name:
        written = Path(name).resolve()
        for _ in variants.write(written):
            pass
        return {tool.key: tool.find(build, written) for tool in TOOLS if not own or tool.peer == "auditor"}


def faults(measured: Mapping[str, Any]) -> list[str]:
    """What this project does wrong: a fault that it does not find, and a false alarm."""
    own = [one for one in judge(measured["found"]) if one.tool.peer == "auditor"]
    missed = [(one, v) for one in own for v in one.looked_at(False) if not one.of(v)]
    alarms = [(one, v) for one in own for v in one.looked_at(True) if one.of(v)]
    return [
        *(f"{variant.name} is not found as {one.tool.form}" for one, variant in missed),
        *(f"{variant.name} is an alarm as {one.tool.form}: {one.of(variant)}" for one, variant in alarms),
    ]


def stale(measured: Mapping[str, Any]) -> list[str]:
    """What is not as the last measurement says."""
    found = []
    if measured["inputs"] != variants.digest():
        found.append("bench/peers.json: the variants have changed since")
    elif any(measured["found"][key] != told for key, told in find(ROOT / "build", own=True).items()):
        found.append("bench/peers.json: this project finds something else now")
    if not PAGE.exists() or PAGE.read_text("utf-8") != page(measured):
        found.append("docs/peers.md")
    if block(measured) not in README.read_text("utf-8"):
        found.append("README.md")
    return found


def write(measured: Mapping[str, Any]) -> None:
    MEASURED.write_text(json.dumps(measured, indent=1) + "\n", "utf-8")
    PAGE.write_text(page(measured), "utf-8")
    before, begin, rest = README.read_text("utf-8").partition(BEGIN)
    if not begin:
        raise ValueError(f"README.md has no line {BEGIN.strip()}")
    README.write_text(before + block(measured) + rest.partition(END)[2], "utf-8")


def main(arguments: list[str]) -> int:
    match arguments:
        case ["--write", build]:
            measured = run(Path(build).resolve())
            write(measured)
            wrong = faults(measured)
            print("\n".join(wrong) or block(measured))
            return 1 if wrong else 0
        case ["--check"]:
            old = stale(json.loads(MEASURED.read_text("utf-8")))
            for what in old:
                print(f"{what} is out of date: make peers")
            return 1 if old else 0
        case _:
            print(__doc__, file=sys.stderr)
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
