"""The options that say how to answer, the same for the commands that have them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from auditor.cli.reading import ReadingArguments
from auditor.cli.sections import Command, option

REPORT = "Report"


class AnswerArguments(ReadingArguments, kw_only=True):
    """What the user asked of every command that answers one question about sources."""

    allow_incomplete: bool
    format: str
    color: str


def color_option(command: Command) -> Command:
    """Add `--color`."""
    add = option(
        REPORT,
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        show_default=True,
        envvar="AUDITOR_COLOR",
        metavar="WHEN",
        help="Colour the text: auto, always or never.",
    )
    return add(command)


def output_option(help: str, default: Path | None = None) -> Callable[[Command], Command]:
    """Add `-o FILE`."""
    file = click.Path(path_type=Path)
    shown = default is not None
    return option(REPORT, "-o", "--output", metavar="FILE", type=file, default=default, show_default=shown, help=help)


def telling_options(
    quiet: str = "No warnings on standard error.", verbose: str = "Say more on standard error."
) -> Callable[[Command], Command]:
    """Add `--color`, `-q` and `-v`, the last two with what they are good for."""
    aside = [
        option(REPORT, "-q", "--quiet", is_flag=True, help=quiet),
        option(REPORT, "-v", "--verbose", is_flag=True, help=verbose),
    ]

    def add(command: Command) -> Command:
        for more in reversed(aside):
            command = more(command)
        return color_option(command)

    return add


def answer_options(command: Command) -> Command:
    """Add the options of a command that answers one question; its help lists them in this order."""
    formats = option(
        REPORT,
        "--format",
        type=click.Choice(["text", "json"]),
        default="text",
        show_default=True,
        metavar="FORMAT",
        help="text or json.",
    )
    options = [
        option(REPORT, "--allow-incomplete", is_flag=True, help="Exit with 0 instead of 3."),
        formats,
        telling_options(),
    ]
    for add in reversed(options):
        command = add(command)
    return command
