"""The pages of docs/rules and the index of rules, made from the rule files.

python tools/rule_pages.py --write docs/rules    make the folder hold exactly these pages, and write the index
python tools/rule_pages.py --check docs/rules    tell what is out of date, and exit with 1
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from auditor.engine.index import FILE
from auditor.engine.loading import built_in_folder, folder_index, load_rules
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


def index_is_stale(index: Path) -> bool:
    return not index.exists() or index.read_text(encoding="utf-8") != folder_index(index.parent)


def main(arguments: list[str]) -> int:
    index = built_in_folder() / FILE
    match arguments:
        case ["--write", folder]:
            index.write_text(folder_index(index.parent), encoding="utf-8")
            write(Path(folder), pages(load_rules()))
            return 0
        case ["--check", folder]:
            old = [Path(folder) / name for name in stale(Path(folder), pages(load_rules()))]
            old += [index] if index_is_stale(index) else []
            for path in old:
                print(f"{path} is out of date: python tools/rule_pages.py --write {folder}")
            return 1 if old else 0
        case _:
            print(__doc__, file=sys.stderr)
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
