"""The source of a Terraform estate as something that fixes are written into."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from auditor.estate.estate import Estate
from auditor.fixes.editable import Draft
from auditor.fixes.fix import Fix
from auditor.fixes.terraform.callers import Callers
from auditor.fixes.terraform.cycles import find_cycle
from auditor.fixes.terraform.rewrite import drafts, write_drafts
from auditor.fixes.terraform.tree import Tree


class TerraformSource:
    """A root module with the modules that it calls; `callers` finds who else uses them."""

    def __init__(self, estate: Estate, tree: Tree, callers: Callable[[], Callers]) -> None:
        self._estate = estate
        self._tree = tree
        self._callers = callers
        self._changed: Tree | None = None

    def drafts(self, fix: Fix) -> Iterator[Draft]:
        return drafts(fix, self._estate, self._tree)

    def write(self, drafts: Iterable[Draft]) -> dict[str, bytes]:
        return write_drafts(drafts, self._tree)

    def content(self, file: str) -> bytes:
        return self._tree.file(file).content

    def unread_user(self, file: str) -> str:
        return self._callers().unread(file, self._tree)

    def broken(self, files: Iterable[str]) -> str:  # noqa: ARG002 - a cycle can go through any file
        # It is kept, because the files that it holds are read again right after, and need no second parse.
        self._changed = Tree(self._tree.folder)
        cycle = find_cycle(self._changed)
        if not cycle or find_cycle(self._tree):
            return ""
        return f"it would make a cycle: {' -> '.join(name for _, name in cycle)}"
