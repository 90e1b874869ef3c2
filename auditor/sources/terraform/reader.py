"""A folder of Terraform files, to an estate."""

from __future__ import annotations

import gc
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from auditor.estate.estate import Estate, Skipped, SourceKind
from auditor.iam.origin import Origin
from auditor.iam.text import ACCOUNT, REGION, text
from auditor.sources.arns import function_arn, role_arn
from auditor.sources.display import display_path
from auditor.sources.errors import SourceError
from auditor.sources.options import ReadOptions
from auditor.sources.terraform.configuration import Configuration, configuration_files, load_configuration
from auditor.sources.terraform.expression import Literal
from auditor.sources.terraform.files import real_path
from auditor.sources.terraform.hooks import read_lex
from auditor.sources.terraform.lambdas import FunctionTable
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
        estate, skipped = _read(folder, options, root, configurations)
        if estate is not None and options.account is None and estate.account == text(ACCOUNT):
            told = _told_by_arns(estate, options)
            if told != options:
                estate, skipped = _read(folder, told, root, configurations)
    return estate, skipped


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


def _read(
    folder: Path, options: ReadOptions, root: Path, configurations: dict[Path, Configuration]
) -> tuple[Estate | None, tuple[Skipped, ...]]:
    reading = RootReading(folder, options, root, configurations)
    if reading.root.configuration.empty:
        return None, reading.book.skipped
    home = reading.home
    roles = RoleTable(reading.root)
    lex = read_lex(reading.root)
    functions = FunctionTable(reading.root, roles, lex).functions()
    found = roles.roles()
    for error in reading.inputs.errors:
        reading.book.skip(error.as_skipped())
    real, limit = real_path(folder), real_path(root)
    relative = real.relative_to(limit).as_posix() if real.is_relative_to(limit) else ""
    estate = Estate(
        SourceKind.TERRAFORM,
        root="" if relative == "." else relative,
        functions=functions,
        roles=found,
        bots=lex.bots,
        intents=lex.intents,
        unresolved=reading.book.unresolved((functions, found, lex.bots, lex.intents)),
        account=home.account,
        region=home.region,
        partition=text(home.partition),
        origin=Origin(display_path(folder)),
    )
    return estate, reading.book.skipped


def _told_by_arns(estate: Estate, options: ReadOptions) -> ReadOptions:
    """The options with the account, and where it is not known the region, that the full ARNs of
    functions and their roles agree on."""
    accounts: set[str] = set()
    regions: set[str] = set()
    for function in estate.functions:
        parsed = function_arn(function.arn.literal or "")
        if parsed is not None:
            accounts.add(parsed.account)
            regions.add(parsed.region)
    for entry in estate.unresolved:
        role = role_arn(entry.text)
        if role is not None:
            accounts.add(role.account)
    for found in estate.roles:
        role = role_arn(found.arn.literal or "")
        if role is not None:
            accounts.add(role.account)
    if len(accounts) == 1:
        options = replace(options, account=accounts.pop())
    if len(regions) == 1 and options.region is None and estate.region == text(REGION):
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
