"""A folder of Terraform files, to an estate."""

from __future__ import annotations

import gc
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from auditor.estate.estate import Estate, Skipped, SourceKind
from auditor.iam.origin import Origin
from auditor.iam.text import ACCOUNT, REGION, text
from auditor.sources.arns import function_arn, role_arn
from auditor.sources.display import display_path
from auditor.sources.errors import SourceError
from auditor.sources.options import ReadOptions
from auditor.sources.terraform.configuration import Configuration, configuration_files, load_configuration
from auditor.sources.terraform.evaluation.files import real_path
from auditor.sources.terraform.hooks import read_lex
from auditor.sources.terraform.lambdas import FunctionTable
from auditor.sources.terraform.language.expression import Literal
from auditor.sources.terraform.reading import RootReading, is_local
from auditor.sources.terraform.roles import RoleTable

_MODULE_BLOCK = re.compile(rb'"?module"?\s*[":{]')
_FRAMES = 6_000
"""Python frames that the deepest evaluation takes, with room to spare."""


def read_module(folder: Path, options: ReadOptions, root: Path) -> tuple[Estate | None, tuple[Skipped, ...]]:
    """The estate of one root module and what could not be read of it. None where nothing of the
    folder could be read. `root` bounds which files and modules are read."""
    configurations: dict[Path, Configuration] = {}
    with _deep_recursion(), _without_collector():
        first = _read(folder, options, root, configurations)
        told = _told_by_arns(first, options)
        last = first if told == options else _read(folder, told, root, configurations)
    return last.estate, last.skipped


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
    estate: Estate | None
    skipped: tuple[Skipped, ...]
    role_arns: frozenset[str] = frozenset()
    """The literal ARNs of execution roles."""


def _read(folder: Path, options: ReadOptions, root: Path, configurations: dict[Path, Configuration]) -> _Outcome:
    reading = RootReading(folder, options, root, configurations)
    if reading.root.configuration.empty:
        return _Outcome(None, reading.book.skipped)
    home = reading.home
    role_table = RoleTable(reading.root)
    lex = read_lex(reading.root)
    table = FunctionTable(reading.root, role_table, lex)
    functions, roles = table.functions(), role_table.roles()
    for error in reading.inputs.errors:
        reading.book.skip(error.as_skipped())
    real, limit = real_path(folder), real_path(root)
    relative = real.relative_to(limit).as_posix() if real.is_relative_to(limit) else ""
    estate = Estate(
        SourceKind.TERRAFORM,
        root="" if relative == "." else relative,
        functions=functions,
        roles=roles,
        bots=lex.bots,
        intents=lex.intents,
        unresolved=reading.book.unresolved((functions, roles, lex.bots, lex.intents)),
        account=home.account,
        region=home.region,
        partition=text(home.partition),
        origin=Origin(display_path(folder)),
    )
    return _Outcome(estate, reading.book.skipped, frozenset(table.role_arns))


def _told_by_arns(outcome: _Outcome, options: ReadOptions) -> ReadOptions:
    """The options with the account and region that nothing told, where the full ARNs of
    functions and their roles agree on them."""
    estate = outcome.estate
    if estate is None:
        return options
    named = (function.arn.literal or "" for function in estate.functions if function.address is None)
    functions = [arn for arn in map(function_arn, named) if arn is not None]
    accounts = {arn.account for arn in functions}
    accounts |= {arn.account for arn in map(role_arn, outcome.role_arns) if arn is not None}
    regions = {arn.region for arn in functions}
    if estate.account == text(ACCOUNT) and len(accounts) == 1:
        options = replace(options, account=accounts.pop())
    if estate.region == text(REGION) and len(regions) == 1:
        options = replace(options, region=regions.pop())
    return options


@contextmanager
def _without_collector() -> Iterator[None]:
    """Reading makes many small values that live on and hardly any cycles: looking for cycles all
    the while would take as long as the reading itself."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@contextmanager
def _deep_recursion() -> Iterator[None]:
    """Room for the nesting that is allowed; beyond it evaluation stops by itself."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _FRAMES))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
