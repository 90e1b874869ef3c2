"""A folder of Terraform files, to an estate."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from auditor.estate.estate import Estate, Skipped, SourceKind
from auditor.iam.origin import Origin
from auditor.sources.declared.assembled import Assembled, told_by_arns
from auditor.sources.display import display_path
from auditor.sources.errors import SourceError
from auditor.sources.home import Home
from auditor.sources.options import ReadOptions
from auditor.sources.running import deep_recursion, without_collector
from auditor.sources.terraform.assembly import assemble
from auditor.sources.terraform.configuration import Configuration, configuration_files, load_configuration
from auditor.sources.terraform.evaluation.files import real_path
from auditor.sources.terraform.interface import Tell
from auditor.sources.terraform.language.expression import Literal
from auditor.sources.terraform.reading import RootReading, is_local

_MODULE_BLOCK = re.compile(rb'module"?\s*[":{]')


def read_module(
    folder: Path, options: ReadOptions, root: Path, tell: Tell | None = None
) -> tuple[Estate | None, tuple[Skipped, ...]]:
    """The estate of one root module and what could not be read of it. None where nothing of the
    folder could be read. `root` bounds which files and modules are read; `tell` is what a plan or
    state tells of it."""
    configurations: dict[Path, Configuration] = {}
    with deep_recursion(), without_collector():
        first = _read(folder, options, root, configurations, tell)
        told = told_by_arns(first.assembled, options, first.home) if first.assembled is not None else options
        last = first if told == options else _read(folder, told, root, configurations, tell)
    return last.assembled.estate if last.assembled is not None else None, last.skipped


def called_modules(folder: Path) -> set[Path]:
    """The folders, links resolved, of the local modules that the files of a folder call."""
    called: set[Path] = set()
    try:
        files = configuration_files(folder)
        mentioned = any(_MODULE_BLOCK.search(path.read_bytes()) for path in files)
    except (SourceError, OSError):
        return called
    if not mentioned:
        return called
    for block in load_configuration(folder).modules.values():
        source = block.attributes.get("source")
        expression = source.expression if source is not None else None
        if isinstance(expression, Literal) and isinstance(expression.value, str) and is_local(expression.value):
            called.add(real_path(folder / expression.value))
    return called


class _Outcome(NamedTuple):
    assembled: Assembled | None
    skipped: tuple[Skipped, ...]
    home: Home | None = None
    """The home that a plan or state tells."""


def _read(
    folder: Path, options: ReadOptions, root: Path, configurations: dict[Path, Configuration], tell: Tell | None
) -> _Outcome:
    reading = RootReading(folder, options, root, configurations, tell)
    try:
        return _assembled(reading, folder, root)
    finally:
        reading.close()


def _assembled(reading: RootReading, folder: Path, root: Path) -> _Outcome:
    if reading.root.configuration.empty:
        return _Outcome(None, reading.book.skipped)
    real, limit = real_path(folder), real_path(root)
    relative = real.relative_to(limit).as_posix() if real.is_relative_to(limit) else ""
    place = Origin(display_path(folder))
    resources = reading.told.resources(reading.root) if reading.told is not None else reading.root
    assembled = assemble(resources, reading.home, SourceKind.TERRAFORM, "" if relative == "." else relative, place)
    for error in reading.inputs.errors:
        reading.book.skip(error.as_skipped())
    return _Outcome(assembled, reading.book.skipped, reading.told.home if reading.told is not None else None)
