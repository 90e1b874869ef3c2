"""The pages of docs/rules, made from the rule files.

python tools/rule_pages.py --write docs/rules    make the folder hold exactly these pages
python tools/rule_pages.py --check docs/rules    tell what is out of date, and exit with 1
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from auditor.engine.loading import load_rules
from auditor.engine.pages import pages


def stale(folder: Path, wanted: Mapping[str, str]) -> list[str]:
    """The names of the pages that are missing, differ, or belong to no rule."""
    found = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    return sorted(name for name in {*found, *wanted} if found.get(name) != wanted.get(name))


def write(folder: Path, wanted: Mapping[str, str]) -> None:
    """Make the folder hold exactly the wanted pages."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in stale(folder, wanted):
        if name in wanted:
            (folder / name).write_text(wanted[name], encoding="utf-8")
        else:
            (folder / name).unlink()


def main(arguments: list[str]) -> int:
    match arguments:
        case ["--write", folder]:
            write(Path(folder), pages(load_rules()))
            return 0
        case ["--check", folder]:
            old = stale(Path(folder), pages(load_rules()))
            for name in old:
                print(f"{Path(folder) / name} is out of date: python tools/rule_pages.py --write {folder}")
            return 1 if old else 0
        case _:
            print(__doc__, file=sys.stderr)
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
