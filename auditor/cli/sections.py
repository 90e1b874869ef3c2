"""Help texts whose options stand under titles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from auditor.cli.console import print_text

Command = TypeVar("Command", bound="Callable[..., Any]")


class SectionOption(click.Option):
    """An option that the help lists under the title `section`."""

    def __init__(self, *args: Any, section: str = "Other", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.section = section


def option(section: str, *names: str, **settings: Any) -> Callable[[Command], Command]:
    """`click.option` for an option that the help lists under the title `section`."""
    return click.option(*names, cls=SectionOption, section=section, **settings)


class HelpedCommand(click.Command):
    """A command whose help is printed as reports are, on a full disk and into a closed pipe too."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        found = super().get_help_option(ctx)
        if found is not None:
            found.callback = _print_help
        return found


def _print_help(context: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked and not context.resilient_parsing:
        print_text(context.get_help() + "\n")
        context.exit()


class SectionCommand(HelpedCommand):
    """A command whose help lists its options by section, in the order they are declared.

    Arguments are explained by the text above."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        sections: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None and isinstance(parameter, click.Option):
                section = parameter.section if isinstance(parameter, SectionOption) else "Other"
                sections.setdefault(section, []).append(record)
        for title, records in sections.items():
            with formatter.section(title):
                formatter.write_dl(records)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """The epilog as it stands, line by line."""
        if self.epilog:
            formatter.write_paragraph()
            for line in self.epilog.splitlines():
                formatter.write(f"{line}\n")
