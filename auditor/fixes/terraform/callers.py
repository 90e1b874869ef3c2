"""Who else uses a module or a file that is to change, outside of what was read.

An audit of one root module reads the modules that it calls. Another root module of the repository
may call them too, and what is right for the one may take access from the other.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from auditor.fixes.terraform.tree import Tree
from auditor.sources.display import display_path
from auditor.sources.repository import repository_of
from auditor.sources.terraform import called_modules

_PASSED_OVER = frozenset({".git", ".terraform", "node_modules"})


class Callers:
    """Finds the folders of Terraform in the repository that were not read. `trees` are all that
    was."""

    def __init__(self, trees: list[Tree]) -> None:
        self._read = {_real(c.folder) for tree in trees for c in tree.configurations()}
        self._known: dict[Path, list[Path]] = {}

    def unread(self, file: str, tree: Tree) -> str:
        """A folder that was not read and uses a file, as it is shown; empty where there is none.
        The files of a root module are its own."""
        path = Path(os.path.realpath(file))
        if path.parent == _real(tree.folder) and path.suffix == ".tf":
            return ""
        base = repository_of(path.parent) or Path(os.path.commonpath([path.parent, _real(tree.folder)]))
        for folder in self._folders(base):
            uses = path.parent in called_modules(folder) if path.suffix == ".tf" else _mentions(folder, path.name)
            if uses:
                return display_path(folder)
        return ""

    def _folders(self, base: Path) -> list[Path]:
        """The folders with Terraform below a folder that were not read."""
        if base not in self._known:
            self._known[base] = [folder for folder in _terraform_below(base) if _real(folder) not in self._read]
        return self._known[base]


def _terraform_below(base: Path) -> Iterator[Path]:
    for folder, inner, files in os.walk(base):
        inner[:] = sorted(name for name in inner if name not in _PASSED_OVER)
        if any(name.endswith((".tf", ".tf.json")) for name in files):
            yield Path(folder)


def _mentions(folder: Path, name: str) -> bool:
    """Whether the Terraform of a folder speaks of a file by its name, or cannot be read."""
    written = os.fsencode(name)
    try:
        return any(written in path.read_bytes() for path in folder.glob("*.tf*") if path.is_file())
    except OSError:
        return True


def _real(folder: Path) -> Path:
    return Path(os.path.realpath(folder))
