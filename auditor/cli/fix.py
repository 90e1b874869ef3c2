"""`auditor fix`: the proved fixes as a diff, written into the sources, or as snippets."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from auditor.cli.configuration import configured
from auditor.cli.console import is_colored, is_terminal, print_aside, print_data, print_text, width
from auditor.cli.files import write_whole
from auditor.cli.judging import JudgingArguments, gate_status, judge, judging_options
from auditor.cli.output import REPORT, telling_options
from auditor.cli.progress import Progress
from auditor.cli.reading import read_paths, read_sources, reading_options, tell_paths
from auditor.cli.sections import SectionCommand, option
from auditor.cli.status import Status
from auditor.cli.stdin import read_stdin
from auditor.estate.estate import Reading
from auditor.pipeline import fix as mend
from auditor.reports.mending import Mending
from auditor.reports.mending_text import render_diff, render_mending, render_snippets, without_snippet
from auditor.sources.errors import UsageError

_FIX = "Which fixes"
_EPILOG = """\
Exit status:
  0  every finding at or above --fail-on has a proved fix: printed, or written with --write
  1  some have none
  2  wrong usage, or a file that cannot be written
  3  incomplete: an input could not be read, or nothing was found to audit

Examples:
  auditor fix infra/ > fix.patch
  auditor fix --write infra/
  auditor fix --as cli bundle.json
  auditor fix --aws --function my-hook > fix.sh
"""


class Arguments(JudgingArguments, kw_only=True):
    """What the user asked of `auditor fix`; each name is that of its option."""

    write: bool
    unsafe: bool
    language: str | None
    format: str
    apply: bool
    yes: bool


@click.command(cls=SectionCommand, epilog=_EPILOG)
@click.argument("paths", nargs=-1, metavar="[PATH...|-]")
@option(_FIX, "--write", is_flag=True, help="Write the fixes into the sources.")
@option(_FIX, "--unsafe", is_flag=True, help="Take fixes too that rest on an assumption; the proof names it.")
@option(
    _FIX,
    "--as",
    "language",
    type=click.Choice(["terraform", "cloudformation", "cli"]),
    metavar="LANGUAGE",
    help="Print snippets (terraform, cloudformation) or AWS CLI commands (cli).",
)
@option(_FIX, "--apply", is_flag=True, help="With --aws: show the fixes, ask, and carry them out.")
@option(_FIX, "--yes", is_flag=True, help="With --apply: do not ask.")
@reading_options
@judging_options
@option(
    REPORT,
    "--format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    metavar="FORMAT",
    help="text or json.",
)
@telling_options(quiet="The diff alone; nothing on standard error.")
@click.pass_context
def fix(context: click.Context, /, **given: Any) -> None:
    """Mend what `auditor check` finds, where a fix can be proved.

    Prints a unified diff of the Terraform source and templates under PATH; --write applies it. A fix
    is written only if the changed source, read again, says exactly what was proved: what was needed still
    works, the witness is denied, and nothing else becomes allowed.

    With --aws, prints a shell script that mends the live account; --apply carries the same out.
    """
    context.exit(run_fix(Arguments(**given)))


def run_fix(asked: Arguments) -> Status:
    """Do what was asked and tell the exit status; raises UsageError."""
    for given, needed, wrong in (
        ("--apply", "--aws", asked.apply and not asked.aws),
        ("--yes", "--apply", asked.yes and not asked.apply),
    ):
        if wrong:
            raise UsageError(f"`{given}` goes with `{needed}`", f"add {needed}, or leave {given} out")
    asked = configured(asked, asked.paths)
    stdin = read_stdin(asked.paths)
    if asked.aws and asked.language is None:
        from auditor.cli.fix_live import fix_live  # noqa: PLC0415 - only a live account needs it

        return fix_live(asked)
    if asked.language is not None:
        return _print_snippets(asked, asked.language, stdin)

    def read() -> Reading:
        return read_paths(asked, asked.paths, stdin)

    with Progress(quiet=asked.quiet) as progress:
        progress.at(f"fixing {tell_paths(asked.paths)}")
        mending = mend(read, lambda reading: judge(asked, reading), unsafe=asked.unsafe)
    if asked.write:
        _write(mending)
    if asked.format == "json":
        print_data(mending.to_json())
    elif not asked.write:
        _print_diff(mending.diff, asked.color)
    if asked.format == "text" and not asked.quiet:
        told = render_mending(mending, width(), color=is_colored(asked.color), written=asked.write)
        print_aside(told)
    return gate_status(mending.remaining.gate, allow_incomplete=asked.allow_incomplete)


def _print_snippets(asked: Arguments, language: str, stdin: bytes | None) -> Status:
    if asked.write:
        raise UsageError("`--as` prints, so it cannot go with `--write`", "leave one of the two out")
    report = judge(asked, read_sources(asked, asked.paths, stdin))
    print_text(render_snippets(report, language, unsafe=asked.unsafe))
    left = {finding.fingerprint for finding in without_snippet(report, language, unsafe=asked.unsafe)}
    if any(finding.fingerprint in left for finding in report.gating):
        return Status.FAILED
    return Status.INCOMPLETE if report.incomplete and not asked.allow_incomplete else Status.PASSED


def _print_diff(diff: str, color: str) -> None:
    """The diff byte for byte where a program reads it, harmless and coloured on a terminal."""
    if is_colored(color) or is_terminal(sys.stdout):
        print_text(render_diff(diff, color=is_colored(color)))
    else:
        print_data(diff)


def _write(mending: Mending) -> None:
    """Write every changed file whole; raises UsageError where one changed since it was read."""
    for file, before in mending.outcome.before.items():
        try:
            held = Path(file).read_bytes()
        except OSError as error:
            raise UsageError(f"`{file}` can no longer be read: {error.strerror}", "run the command again") from error
        if held != before:
            raise UsageError(f"`{file}` changed while it was audited", "run the command again")
    for file, content in mending.files.items():
        write_whole(Path(file), content)
