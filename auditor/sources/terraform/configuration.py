"""The configuration of one module folder: what its files declare, override files applied."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from auditor.iam.origin import Origin
from auditor.sources.display import display_path
from auditor.sources.errors import SourceError
from auditor.sources.terraform.evaluation.files import real_path
from auditor.sources.terraform.language.block import Attribute, Block, Body
from auditor.sources.terraform.language.json_syntax import parse_json_file
from auditor.sources.terraform.language.syntax import SyntaxFile, parse_file

MANAGED, DATA = "resource", "data"

Key = TypeVar("Key")

_KEPT = 256 * 1024
"""Bytes of a module up to which expressions are converted when they are asked for. The syntax trees of
more would take more memory than everything else: 60 bytes and more for each byte of source."""


class Configuration:
    """Declarations by name, in the order of files and lines. Resources and data sources are
    keyed by (`resource` or `data`, type, name), providers by `aws` or `aws.alias`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.real_folder = real_path(folder)
        self.variables: dict[str, Block] = {}
        self.locals: dict[str, Attribute] = {}
        self.outputs: dict[str, Block] = {}
        self.resources: dict[tuple[str, str, str], Block] = {}
        self.modules: dict[str, Block] = {}
        self.providers: dict[str, Block] = {}
        self.errors: list[SourceError] = []
        self.files: list[SyntaxFile] = []

    @property
    def empty(self) -> bool:
        return not self.files

    def names(self, mode: str, type_: str) -> Sequence[str]:
        """The names of all resources (or data sources) of a type. To be asked when all files are read."""
        return self._names.get((mode, type_), ())

    @cached_property
    def _names(self) -> dict[tuple[str, str], list[str]]:
        found: dict[tuple[str, str], list[str]] = {}
        for mode, type_, name in self.resources:
            found.setdefault((mode, type_), []).append(name)
        return found


def configuration_files(folder: Path) -> list[Path]:
    """The configuration files of a folder, override files last, each group by name. Raises
    SourceError where the folder cannot be listed."""
    try:
        found = [Path(entry.path) for entry in os.scandir(folder) if entry.name.endswith((".tf", ".tf.json"))]
    except OSError as error:
        reason = (error.strerror or "unknown error").lower()
        raise SourceError(f"cannot be listed: {reason}", Origin(display_path(folder))) from error
    visible = (path for path in found if not path.name.startswith((".", "#")) and not path.is_dir())
    return sorted(visible, key=lambda path: (is_override(path), path.name))


def is_override(path: Path) -> bool:
    stem = path.name.removesuffix(".json").removesuffix(".tf")
    return stem == "override" or stem.endswith("_override")


def load_configuration(folder: Path) -> Configuration:
    """Read all files of a module folder. What cannot be read stands in `errors`."""
    configuration = Configuration(folder)
    try:
        paths = configuration_files(folder)
    except SourceError as error:
        configuration.errors.append(error)
        return configuration
    read = 0
    for path in paths:
        try:
            file = parse_json_file(path) if path.name.endswith(".json") else parse_file(path)
        except SourceError as error:
            configuration.errors.append(error)
            continue
        configuration.files.append(file)
        read += len(file.content)
        if read > _KEPT:
            file.body.convert()
        configuration.errors.extend(file.errors)
        for block in file.blocks:
            _declare(configuration, block, override=is_override(path))
    return configuration


def _declare(configuration: Configuration, block: Block, *, override: bool) -> None:
    match block.type, block.labels:
        case "locals", ():
            for name, attribute in block.attributes.items():
                if override or name not in configuration.locals:
                    configuration.locals[name] = attribute
        case "variable", (name,):
            _add(configuration, configuration.variables, name, block, override)
        case "output", (name,):
            _add(configuration, configuration.outputs, name, block, override)
        case "module", (name,):
            _add(configuration, configuration.modules, name, block, override)
        case "provider", (name,):
            alias = block.attributes.get("alias")
            written = getattr(alias.expression, "value", None) if alias is not None else None
            _add(configuration, configuration.providers, f"{name}.{written}" if alias else name, block, override)
        case ("resource" | "data") as mode, (type_, name):
            _add(configuration, configuration.resources, (mode, type_, name), block, override)
        case (("variable" | "output" | "module" | "provider" | "resource" | "data"), labels):
            place = block.file.origin(block.start, block.inside[0])
            wanted = 2 if block.type in (MANAGED, DATA) else 1
            message = f"a `{block.type}` block has {wanted} label{'s' * (wanted > 1)}, here are {len(labels)}"
            configuration.errors.append(SourceError(message, place, "`terraform validate` tells more"))


def _add(configuration: Configuration, known: dict[Key, Block], key: Key, block: Block, override: bool) -> None:
    before = known.get(key)
    if before is None:
        known[key] = block
    elif override:
        known[key] = _merged(before, block)
    else:
        place = block.file.origin(block.start, block.inside[0])
        name = " ".join(block.labels)
        message = f"{block.type} `{name}` is declared twice; read was {before.file.origin(before.start, before.end)}"
        configuration.errors.append(SourceError(message, place, "remove one of the two"))


def _merged(base: Block, over: Block) -> Block:
    replaced = {block.type for block in over.body.blocks}
    kept = [block for block in base.body.blocks if block.type not in replaced]
    return base.with_body(Body({**base.attributes, **over.attributes}, (*kept, *over.body.blocks)))
