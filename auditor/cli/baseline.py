"""`auditor baseline`: accept today's findings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from msgspec.structs import replace

from auditor.cli.configuration import configured
from auditor.cli.console import Console, encode_text
from auditor.cli.files import write_whole
from auditor.cli.judging import JudgingArguments, judge, judging_options
from auditor.cli.output import output_option, telling_options
from auditor.cli.progress import Progress
from auditor.cli.reading import read_paths, reading_options, tell_paths
from auditor.cli.sections import SectionCommand
from auditor.cli.status import Status
from auditor.cli.stdin import read_stdin
from auditor.reports.screen import several
from auditor.triage.baseline import FILE, write_baseline

_EPILOG = """\
Exit status:
  0  the baseline is written
  2  wrong usage, or a file that cannot be written
  3  incomplete: an input could not be read, and the baseline is of the others; or nothing was found
     to audit, and none is written

Example:
  auditor baseline infra/ && auditor check --baseline .auditor-baseline.json infra/
"""


class Arguments(JudgingArguments, kw_only=True):
    """What the user asked of `auditor baseline`; each name is that of its option."""

    output: Path


@click.command(cls=SectionCommand, epilog=_EPILOG)
@click.argument("paths", nargs=-1, metavar="[PATH...|-]")
@reading_options
@judging_options
@output_option("Write the baseline to this file.", Path(FILE))
@telling_options(quiet="Nothing on standard error.")
@click.pass_context
def baseline(context: click.Context, /, **given: Any) -> None:
    """Accept what is found today, so that the gate fails for what is new.

    Writes the fingerprints of all findings that no waiver suppresses. A baseline that is configured
    does not count here. `auditor check --baseline FILE` then suppresses what is in it.
    """
    context.exit(run_baseline(Arguments(**given)))


def run_baseline(asked: Arguments) -> Status:
    """Do what was asked and tell the exit status; raises UsageError."""
    asked = configured(asked, asked.paths)
    console = Console(asked.quiet, asked.verbose)
    stdin = read_stdin(asked.paths)
    with Progress(quiet=asked.quiet) as progress:
        progress.at(f"auditing {tell_paths(asked.paths)}")
        report = judge(_without_baseline(asked), read_paths(asked, asked.paths, stdin))
    for skipped in report.skipped:
        console.warn(f"{skipped.origin}: {skipped.reason}", skipped.help)
    if report.reading.empty and not report.skipped:
        console.warn("nothing was found to audit", "auditor baseline --help tells what PATH can be")
    if report.reading.empty and not (asked.allow_empty or asked.allow_incomplete):
        console.warn("nothing was read, so no baseline is written", "--allow-empty writes one without findings")
        return Status.INCOMPLETE
    write_whole(asked.output, encode_text(write_baseline(report.findings)))
    console.tell(f"{several(len(report.findings), 'finding')} accepted in {asked.output}")
    return Status.INCOMPLETE if report.incomplete and not asked.allow_incomplete else Status.PASSED


def _without_baseline(asked: Arguments) -> Arguments:
    said = asked.configuration
    return replace(asked, baseline=None, configuration=replace(said, baseline=None) if said is not None else None)
