"""The values of the root module's variables: tfvars files and options.

Source: Terraform's documentation, "Variable Definition Precedence". The environment is not
read, so that the same input gives the same report everywhere.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from auditor.iam.origin import Origin
from auditor.sources.errors import SourceError
from auditor.sources.options import ReadOptions
from auditor.sources.terraform.evaluation.types import is_literal_input
from auditor.sources.terraform.language.block import Block
from auditor.sources.terraform.language.expression import Expression, Literal
from auditor.sources.terraform.language.json_syntax import parse_json_file
from auditor.sources.terraform.language.syntax import SyntaxFile, parse_expression, parse_file


class Input(NamedTuple):
    """A value that was given for a variable, and where."""

    expression: Expression
    file: SyntaxFile


class Inputs:
    """The last value given for each variable, by name, and what could not be read."""

    def __init__(self, folder: Path, options: ReadOptions) -> None:
        self.errors: list[SourceError] = []
        self._values: dict[str, Input] = {}
        for path in _found_files(folder):
            self._values |= self._read(path)
        named: dict[str, Input] = {}
        for path in options.var_files:
            named |= self._read(path)
        self._values |= named
        defaults = {name: value for name, value in options.default_vars.items() if name not in named}
        self._options = {**defaults, **options.vars}

    def get(self, name: str, declaration: Block) -> Input | None:
        """The value for a variable, None where nobody gives one."""
        written = self._options.get(name)
        if written is None:
            return self._values.get(name)
        place = Origin(address=f"var.{name}")
        constraint = declaration.attributes.get("type")
        if is_literal_input(constraint.expression if constraint is not None else None):
            return Input(Literal(written, 0, 0), SyntaxFile(Path(), "", b"", place=place))
        try:
            file, expression = parse_expression(written, place)
        except SourceError as error:
            self.errors.append(SourceError(f"`--var {name}`: {error.message}", place, "quote strings inside it"))
            return None
        return Input(expression, file)

    def _read(self, path: Path) -> dict[str, Input]:
        try:
            file = parse_json_file(path) if path.name.endswith(".json") else parse_file(path)
        except SourceError as error:
            self.errors.append(error)
            return {}
        self.errors.extend(file.errors)
        return {name: Input(attribute.expression, file) for name, attribute in file.attributes.items()}


def _found_files(folder: Path) -> Iterator[Path]:
    for name in ("terraform.tfvars", "terraform.tfvars.json"):
        if (folder / name).is_file():
            yield folder / name
    try:
        listed = os.listdir(folder)
    except OSError:  # told where the configuration is loaded
        return
    automatic = (name for name in listed if name.endswith((".auto.tfvars", ".auto.tfvars.json")))
    yield from (folder / name for name in sorted(automatic))
