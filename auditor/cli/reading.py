"""Reading what the user names, with the same options for every command that reads sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli.sections import Command, option
from auditor.estate.estate import Reading
from auditor.pipeline import read
from auditor.sources.errors import UsageError

if TYPE_CHECKING:
    from auditor.triage.configuration import Configuration


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingArguments:
    """What the user asked of every command that reads sources; each name is that of its option."""

    as_kind: str | None
    exclude: tuple[str, ...]
    root: Path | None
    account: str | None
    region: str | None
    partition: str | None
    var: tuple[str, ...]
    var_file: tuple[Path, ...]
    config: Path | None
    no_config: bool
    quiet: bool
    verbose: bool
    configuration: Configuration | None = None
    """What the configuration file says; not an option, but found by them."""


_option = partial(option, "What to read")


def reading_options(command: Command) -> Command:
    """Add these options to a command; its help lists them in the order they stand here."""
    folder = click.Path(exists=True, file_okay=False, path_type=Path)
    file = click.Path(exists=True, dir_okay=False, path_type=Path)
    options = [
        _option("--as-kind", metavar="KIND", help="Take PATH for this kind of source."),
        _option("--exclude", metavar="GLOB", multiple=True, help="Leave these paths out. Repeatable."),
        _option(
            "--root",
            type=folder,
            help="Read files and modules below this folder only [default: the repository that holds PATH].",
        ),
        _option(
            "--account", metavar="ID", envvar="AUDITOR_ACCOUNT", help="The account that the sources are deployed to."
        ),
        _option(
            "--region", metavar="NAME", envvar="AUDITOR_REGION", help="The region that the sources are deployed to."
        ),
        _option("--partition", metavar="NAME", help="The AWS partition [default: aws]."),
        _option("--var", metavar="NAME=VALUE", multiple=True, help="Set a Terraform variable. Repeatable."),
        _option("--var-file", type=file, multiple=True, help="Set Terraform variables from a file. Repeatable."),
        _option(
            "--config",
            metavar="FILE",
            type=click.Path(path_type=Path),
            envvar="AUDITOR_CONFIG",
            help="Read this configuration and no other [default: the nearest .auditor.yaml].",
        ),
        _option("--no-config", is_flag=True, help="Read no configuration."),
    ]
    for add in reversed(options):
        command = add(command)
    return command


def read_paths(asked: ReadingArguments, paths: Sequence[str], stdin: bytes | None) -> Reading:
    """What the paths tell, read as the options say; without a path, the current folder."""
    reading = read(
        paths or (".",),
        account=asked.account,
        region=asked.region,
        partition=asked.partition,
        variables=parse_vars(asked.var),
        variable_files=asked.var_file,
        root=asked.root,
        as_kind=asked.as_kind,
        exclude=asked.exclude,
        stdin=stdin,
    )
    if asked.configuration is None or not asked.configuration.invokers:
        return reading
    from auditor.triage.stated import state  # noqa: PLC0415 - most runs state nothing

    return state(reading, asked.configuration.invokers)


def tell_paths(paths: Sequence[str]) -> str:
    """The paths in a few words, for a line that says what is being done."""
    named = "the current folder" if not paths else paths[0]
    return f"{named} and {len(paths) - 1} more" if len(paths) > 1 else named


def parse_vars(assignments: Sequence[str]) -> dict[str, str]:
    """`NAME=VALUE` texts as a mapping, the last of a name winning; raises UsageError."""
    values: dict[str, str] = {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        if not equals or not name.strip():
            raise UsageError(f"`--var {assignment}` sets nothing", "write `--var NAME=VALUE`")
        values[name.strip()] = value
    return values
