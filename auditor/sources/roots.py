"""Terraform's root modules, plans and states, and templates, to estates."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from auditor.estate.estate import Estate, Skipped
from auditor.iam.frozen import Frozen
from auditor.sources.errors import SourceError
from auditor.sources.modules import root_modules
from auditor.sources.options import ReadOptions
from auditor.sources.overlay import as_stored
from auditor.sources.repository import audited_root

if TYPE_CHECKING:
    from auditor.iam.node import Node
    from auditor.sources.cloudformation.exports import Exports
    from auditor.sources.terraform_json.outline import Outline


class Module(Frozen):
    """A root module, and the folder below which it may read."""

    folder: Path
    root: Path


class Output(Frozen, eq=False):
    """A plan or state and its file, None for standard input."""

    outline: Outline
    path: Path | None

    def folder(self, options: ReadOptions) -> str:
        """The folder of the file relative to the repository."""
        if self.path is None:
            return ""
        folder, limit = self.path.parent.resolve(), audited_root(self.path, options)
        relative = folder.relative_to(limit).as_posix() if folder.is_relative_to(limit) else ""
        return "" if relative == "." else relative


class Template(Frozen, eq=False):
    """The value of a template, the name of its file, and its path, None for standard input."""

    value: Node
    file: str
    path: Path | None


Root: TypeAlias = "Module | Output | Template"


class Roots(NamedTuple):
    estates: list[Estate]
    skipped: list[Skipped]


def read_roots(roots: Sequence[Root], options: ReadOptions) -> Roots:
    """One estate for each root module, plan, state and template, in their order. A plan or state
    and the root module that it is of are one estate, in the place of the root module, and so are
    a template and those that it nests."""
    read = Roots([], [])
    pairs = _pairs(roots)
    templates = [root for root in roots if isinstance(root, Template)]
    nested = _nested(templates)
    exports = _exports([root for root in templates if root.path not in nested], options)
    for root in roots:
        try:
            if isinstance(root, Template):
                if root.path not in nested:
                    _add(read, _read_template(root, options, exports))
            elif isinstance(root, Output):
                if not any(root in outputs for outputs in pairs.values()):
                    _add(read, _read_output(root, options))
            elif pairs.get(root):
                for output in pairs[root]:
                    _add(read, _read_joined(root, output, options))
            else:
                _add(read, _read_module(root, options))
        except SourceError as error:
            read.skipped.append(error.as_skipped())
    return Roots(_joined(read.estates), read.skipped) if exports is not None else read


def _joined(estates: Sequence[Estate]) -> list[Estate]:
    from auditor.sources.cloudformation.told_elsewhere import with_what_others_tell  # noqa: PLC0415 - loaded where needed

    return with_what_others_tell(estates)


def _add(read: Roots, found: tuple[Estate | None, Sequence[Skipped]]) -> None:
    estate, skipped = found
    if estate is not None:
        read.estates.append(estate)
    read.skipped.extend(skipped)


def _read_module(module: Module, options: ReadOptions) -> tuple[Estate | None, Sequence[Skipped]]:
    from auditor.sources.terraform import read_module  # noqa: PLC0415 - loaded only where needed

    return read_module(module.folder, options, module.root)


def _read_output(output: Output, options: ReadOptions) -> tuple[Estate | None, Sequence[Skipped]]:
    from auditor.sources.terraform_json.reader import read_output  # noqa: PLC0415 - loaded only where needed

    return read_output(output.outline, options, output.folder(options))


def _read_joined(module: Module, output: Output, options: ReadOptions) -> tuple[Estate | None, Sequence[Skipped]]:
    from auditor.sources.terraform_json.joined import read_joined  # noqa: PLC0415 - loaded only where needed

    try:
        return read_joined(module.folder, options, module.root, output.outline)
    except SourceError as error:
        estate, skipped = _read_module(module, options)
        return estate, (error.as_skipped(), *skipped)


def _exports(templates: Sequence[Template], options: ReadOptions) -> Exports | None:
    """What the templates hand to one another, where there are several."""
    if len(templates) < 2:
        return None
    from auditor.sources.cloudformation.exports import Exporter, Exports  # noqa: PLC0415 - loaded only where needed

    return Exports([Exporter(each.value, each.file, each.path) for each in templates], options)


def _read_template(
    template: Template, options: ReadOptions, exports: Exports | None
) -> tuple[Estate | None, Sequence[Skipped]]:
    from auditor.sources.cloudformation.reader import read_template  # noqa: PLC0415 - loaded only where needed

    return read_template(template.value, template.file, template.path, options, exports)


def _nested(templates: Sequence[Template]) -> set[Path]:
    """The files of the templates that others nest."""
    values = {template.path: template.value for template in templates if template.path is not None}
    if len(values) < 2:
        return set()
    from auditor.sources.cloudformation.location import nested_paths  # noqa: PLC0415 - loaded only where needed

    return set(values) - set(root_modules(tuple(values), lambda path: nested_paths(values[path], path)))


def _pairs(roots: Sequence[Root]) -> dict[Module, list[Output]]:
    """For each root module the plans and states that are of it."""
    modules = [root for root in roots if isinstance(root, Module)]
    outputs = [root for root in roots if isinstance(root, Output)]
    if not modules or not outputs:
        return {}
    from auditor.sources.terraform_json.pairing import Pairing  # noqa: PLC0415 - loaded only where needed

    # A fix that is tried does not part a plan from its source.
    with as_stored():
        pairing = Pairing([module.folder for module in modules])
    pairs: dict[Module, list[Output]] = {}
    for output in outputs:
        found = pairing.folder_of(output.outline, output.path.parent if output.path is not None else None)
        if found is not None:
            pairs.setdefault(modules[found], []).append(output)
    return pairs
