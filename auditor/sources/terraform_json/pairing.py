"""Which root module a plan or state is of."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from auditor.sources.terraform.configuration import DATA, MANAGED, load_configuration
from auditor.sources.terraform_json.address import modules_of
from auditor.sources.terraform_json.configuration import Configuration, listed, mapping
from auditor.sources.terraform_json.outline import Outline

_MODES = {"managed": MANAGED, "data": DATA}

Declared = frozenset[tuple[str, ...]]
"""What a root module declares: (`resource` or `data`, type, name) and (`module`, name)."""


class Pairing:
    """The root modules at `folders`."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = [folder.resolve() for folder in folders]
        self._declared = [_in_source(folder) for folder in folders]

    def folder_of(self, outline: Outline, beside: Path | None) -> int | None:
        """The number of the root module that declares what a plan was made from, or all that a
        state holds. Where several do it is the one in whose folder the file lies (`beside`), and
        none where no file tells."""
        configuration = Configuration(outline.configuration)
        if configuration.told:
            wanted = _in_plan(configuration)
            found = [number for number, declared in enumerate(self._declared) if declared == wanted]
        else:
            held = _in_state(outline)
            found = [number for number, declared in enumerate(self._declared) if held and held <= declared]
        if len(found) > 1 and beside is not None:
            found = [number for number in found if self._folders[number] == beside.resolve()]
        return found[0] if len(found) == 1 else None


def _in_source(folder: Path) -> Declared:
    configuration = load_configuration(folder)
    return frozenset([*configuration.resources, *(("module", name) for name in configuration.modules)])


def _in_plan(configuration: Configuration) -> Declared:
    root = configuration.module("")
    blocks = [mapping(block) for block in listed(root.get("resources"))]
    resources = [
        (_MODES[mode], str(block.get("type")), str(block.get("name")))
        for block in blocks
        if (mode := str(block.get("mode"))) in _MODES
    ]
    return frozenset([*resources, *(("module", name) for name in mapping(root.get("module_calls")))])


def _in_state(outline: Outline) -> Declared:
    found: set[tuple[str, ...]] = set()
    for entry in outline.entries.values():
        if entry.module:
            found.add(("module", modules_of(entry.module)[0][1]))
        elif entry.mode in _MODES:
            found.add((_MODES[entry.mode], entry.type, entry.name))
    return frozenset(found)
