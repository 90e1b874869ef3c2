"""The sources of a reading that fixes can be written into."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from auditor.estate.estate import Estate, Reading, SourceKind
from auditor.fixes.cloudformation.source import TemplateSource
from auditor.fixes.cloudformation.users import Users
from auditor.fixes.editable import Editable
from auditor.fixes.terraform.callers import Callers
from auditor.fixes.terraform.source import TerraformSource
from auditor.fixes.terraform.tree import Tree

_EDITABLE = frozenset({SourceKind.TERRAFORM, SourceKind.CLOUDFORMATION})


def can_be_edited(estate: Estate) -> bool:
    """Whether an estate was read from something that fixes can be written into."""
    return estate.kind in _EDITABLE


class Editables:
    """Gives the source of each estate of a reading, the same one each time."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._known: dict[str, Editable] = {}

    def of(self, estate: Estate) -> Editable:
        """The source of an estate that can be edited."""
        root = str(estate.origin)
        if root not in self._known:
            self._known[root] = self._open(estate)
        return self._known[root]

    def _open(self, estate: Estate) -> Editable:
        if estate.kind is SourceKind.CLOUDFORMATION:
            return TemplateSource(estate, lambda: self._users)
        return TerraformSource(estate, _tree_of(estate), lambda: self._callers)

    @cached_property
    def _users(self) -> Users:
        return Users(self._reading.sources)

    @cached_property
    def _callers(self) -> Callers:
        estates = (estate for estate in self._reading.estates if estate.kind is SourceKind.TERRAFORM)
        return Callers([_tree_of(estate) for estate in estates])


def _tree_of(estate: Estate) -> Tree:
    return Tree(Path(estate.origin.file or "."))
