"""The options that say what to read, the same for every command that reads sources."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click

from auditor.cli.sections import Command, option
from auditor.sources.errors import UsageError

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
    ]
    for add in reversed(options):
        command = add(command)
    return command


def parse_vars(assignments: Sequence[str]) -> dict[str, str]:
    """`NAME=VALUE` texts as a mapping, the last of a name winning; raises UsageError."""
    values: dict[str, str] = {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        if not equals or not name.strip():
            raise UsageError(f"`--var {assignment}` sets nothing", "write `--var NAME=VALUE`")
        values[name.strip()] = value
    return values
