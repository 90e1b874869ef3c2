"""`auditor check`: audit, report, gate."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
from msgspec.structs import replace

from auditor.cli.clock import given_day
from auditor.cli.completing import complete_report
from auditor.cli.configuration import configured, start_of
from auditor.cli.console import Console
from auditor.cli.formats import FORMATS, TEXT, Output, write_report
from auditor.cli.judging import SEVERITIES, JudgingArguments, gate_status, judge, judging_options
from auditor.cli.listing import list_lines
from auditor.cli.output import REPORT, output_option, telling_options
from auditor.cli.placing import seen_from_repository
from auditor.cli.progress import Progress
from auditor.cli.reading import read_paths, read_sources, reading_options
from auditor.cli.sections import SectionCommand, option
from auditor.cli.status import Status
from auditor.cli.stdin import read_stdin
from auditor.engine.levels import Severity
from auditor.estate.estate import Reading
from auditor.pipeline import with_diffs
from auditor.reports.look import Frame, Look
from auditor.reports.report import Report
from auditor.reports.screen import several
from auditor.sources.errors import UsageError
from auditor.sources.repository import commit_of

_EPILOG = """\
Exit status:
  0  the gate passed
  1  findings at or above --fail-on
  2  wrong usage, a broken configuration, baseline or rule file, or an output that cannot be written
  3  incomplete: an input could not be read, AWS refused a call, or nothing was found to audit

Examples:
  auditor check infra/
  auditor check --account 111122223333 --format json -o report.json infra/
  aws lambda get-policy --function-name f | auditor check -
  auditor check --aws --profile audit --region eu-west-1
"""


class Arguments(JudgingArguments, kw_only=True):
    """What the user asked of `auditor check`; each name is that of its option."""

    format: str
    output: Path | None
    report: tuple[str, ...]
    min_severity: str
    show_suppressed: bool


@click.command(cls=SectionCommand, epilog=_EPILOG)
@click.argument("paths", nargs=-1, metavar="[PATH...|-]")
@reading_options
@judging_options
@option(
    REPORT,
    "--format",
    type=click.Choice(list(FORMATS)),
    default=TEXT,
    show_default=True,
    metavar="FORMAT",
    help=f"{', '.join(list(FORMATS)[:-1])} or {list(FORMATS)[-1]}.",
)
@output_option("Write the report to a file.")
@option(
    REPORT,
    "--report",
    multiple=True,
    metavar="FORMAT=FILE",
    shell_complete=complete_report,
    help="Write another report. Repeatable.",
)
@option(
    REPORT,
    "--min-severity",
    type=click.Choice(SEVERITIES),
    default=Severity.INFO.value,
    show_default=True,
    metavar="SEVERITY",
    help="List findings from this severity up; the gate stays as it is.",
)
@option(
    REPORT, "--show-suppressed", is_flag=True, help="List the findings too that a waiver or the baseline suppresses."
)
@telling_options(verbose="Show lists and fixes whole; say more on standard error.")
@click.pass_context
def check(context: click.Context, /, **given: Any) -> None:
    """Audit Lambda functions: is everything allowed that must be, and nothing else?

    PATH is a folder or a file: Terraform source, a bundle, a policy document, or the output of
    an AWS CLI command such as `aws lambda get-policy`; the kind is told by the content. Without
    PATH it is the current folder, and - is standard input. With --aws it is the live account.
    """
    context.exit(run_check(Arguments(**given)))


def run_check(asked: Arguments) -> Status:
    """Do what was asked and tell the exit status; raises UsageError."""
    outputs = [Output(asked.format, asked.output), *map(_parse_output, asked.report)]
    _check_places(outputs)
    day = given_day(asked.today)
    asked = configured(asked, asked.paths)
    console = Console(asked.quiet, asked.verbose)
    stdin = read_stdin(asked.paths)
    began = time.monotonic()
    report = _audit(asked, stdin)
    sources = report.reading.sources
    console.note(f"read {several(len(sources), 'file')}{': ' if sources else ''}{', '.join(sources)}")
    console.note(f"audited in {time.monotonic() - began:.2f} s")
    with Progress(quiet=asked.quiet) as progress:
        progress.at("proving the fixes in the source")
        # Nothing of a live account stands in a file that could be changed.
        full = report if asked.aws else _with_diffs(report, outputs, lambda: read_paths(asked, asked.paths, stdin))
    frame = Frame(
        Look(whole=asked.verbose, source=list_lines(stdin)),
        place=seen_from_repository(asked.paths),
        commit=commit_of(start_of(asked.paths)) if any(output.commit for output in outputs) else None,
        date=day.isoformat() if day else None,
    )
    for output in outputs:
        write_report(full if output.diffs else report, output, frame, color=asked.color)
    if outputs[0] != Output(TEXT):
        for skipped in report.skipped:
            console.warn(f"{skipped.origin}: {skipped.reason}", skipped.help)
        for notice in report.notices:
            console.warn(str(notice), notice.help)
        if report.reading.empty and not report.skipped:
            console.warn("nothing was found to audit", "auditor check --help tells what PATH can be")
    return gate_status(report.gate, allow_incomplete=asked.allow_incomplete)


def _audit(asked: Arguments, stdin: bytes | None) -> Report:
    reading = read_sources(asked, asked.paths, stdin)
    with Progress(quiet=asked.quiet) as progress:
        functions = [function for estate in reading.estates for function in estate.functions]
        progress.at(f"auditing {several(sum(f.version is None for f in functions), 'function')}")
        return replace(judge(asked, reading, asked.min_severity), show_suppressed=asked.show_suppressed)


def _with_diffs(report: Report, outputs: Sequence[Output], read: Callable[[], Reading]) -> Report:
    """The report with its fixes as diffs, where a format asks for them: making them takes time."""
    return with_diffs(report, read) if any(output.diffs for output in outputs) else report


def _check_places(outputs: Sequence[Output]) -> None:
    """Raise UsageError where one report would take the place of another."""
    files = [output.file for output in outputs if output.file is not None and not _is_device(output.file)]
    places = [file.resolve() for file in files]
    twice = next((file for file, place in zip(files, places, strict=True) if places.count(place) > 1), None)
    if twice is not None:
        raise UsageError(f"several reports would be written to `{twice}`", "name a file for each")


def _is_device(file: Path) -> bool:
    return file.exists() and not file.is_file()


def _parse_output(text: str) -> Output:
    name, equals, file = text.partition("=")
    if not equals or not file:
        raise UsageError(f"`--report {text}` names no file", "write `--report FORMAT=FILE`")
    if name not in FORMATS:
        raise UsageError(f"`{name}` is no format", f"the formats are {', '.join(FORMATS)}")
    return Output(name, Path(file))
