"""The program: its commands, and what becomes of errors."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence
from importlib import import_module

import click

from auditor.cli.console import print_text, tell_error
from auditor.cli.sections import HelpedCommand
from auditor.cli.status import Status
from auditor.version import VERSION

_COMMANDS = {
    "check": "auditor.cli.check",
    "fix": "auditor.cli.fix",
    "diff": "auditor.cli.diff",
    "can": "auditor.cli.can",
    "decide": "auditor.cli.decide",
    "collect": "auditor.cli.collect",
    "rules": "auditor.cli.rules",
    "baseline": "auditor.cli.baseline",
}


class Program(HelpedCommand, click.Group):
    """A group whose commands are imported when they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the signature is click's
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        if cmd_name not in _COMMANDS:
            return None
        command = getattr(import_module(_COMMANDS[cmd_name]), cmd_name)
        assert isinstance(command, click.Command)
        return command


def _tell_version(context: click.Context, _: click.Parameter, asked: bool) -> None:
    if not asked or context.resilient_parsing:
        return
    lines = [f"auditor {VERSION}"]
    if context.params.get("verbose"):
        from auditor.iam import catalogue, managed  # noqa: PLC0415 - the catalogue has 15 MB

        lines.append(f"catalogue of actions: {catalogue.collected()}")
        lines.append(f"AWS managed policies: {managed.collected()}")
    print_text("\n".join(lines) + "\n")
    context.exit()


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("-v", "--verbose", is_flag=True, is_eager=True, help="With --version: of which day its data is, too.")
@click.option("--version", is_flag=True, expose_value=False, callback=_tell_version, help="Show the version and exit.")
def program(verbose: bool) -> None:
    """Is everything allowed that must be for a Lambda function, and nothing else?

    Compares what a function's resource policy and execution role allow with what its callers, its
    logs and its configuration need, and proves every finding of access with a request.
    """


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status; what goes wrong is told on standard error."""
    try:
        status = program.main(list(arguments), prog_name="auditor", standalone_mode=False)
    except click.ClickException as error:
        return _tell_usage(error)
    except click.Abort:
        return Status.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the one place that turns errors into statuses
        return _tell_failure(error, verbose=bool({"-v", "--verbose"} & set(arguments)))
    return status if isinstance(status, int) else 0


def _tell_usage(error: click.ClickException) -> int:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        print_text(error.format_message() + "\n")
        return Status.USAGE
    message = error.format_message().rstrip(".")
    path = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "auditor"
    tell_error(message[:1].lower() + message[1:], f"{path} --help")
    return Status.USAGE


def _tell_failure(error: Exception, *, verbose: bool) -> int:
    """Tell a user's mistake with its help, or a mistake of this program as such."""
    from auditor.sources.errors import UsageError  # noqa: PLC0415 - `--version` reads no source

    if isinstance(error, UsageError):
        tell_error(error.message, error.help)
        for part in getattr(error, "faults", ()):
            tell_error(str(part), part.help)
        return Status.USAGE
    if verbose:
        traceback.print_exception(error, file=sys.stderr)
    told = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    tell_error(f"internal error: {told}", "this is a mistake in auditor, please report it; -v shows where it happened")
    return Status.INCOMPLETE
