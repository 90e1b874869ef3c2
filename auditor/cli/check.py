"""`auditor check`: audit, report, gate."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from auditor.cli.console import Console
from auditor.cli.formats import Format, Output, write_report
from auditor.cli.listing import list_lines
from auditor.cli.output import REPORT, color_option
from auditor.cli.reading import parse_vars, reading_options
from auditor.cli.sections import SectionCommand, option
from auditor.cli.status import Status
from auditor.engine.levels import Confidence, Severity
from auditor.pipeline import audit, read
from auditor.reports.report import Report
from auditor.sources.errors import UsageError
from auditor.sources.source import LARGEST
from auditor.triage.gate import Gate

_SEVERITIES = [severity.value for severity in Severity]
_EPILOG = """\
Exit status:
  0  the gate passed
  1  findings at or above --fail-on
  2  wrong usage or a broken rule file, or an output that cannot be written
  3  incomplete: an input could not be read, or nothing was found to audit

Examples:
  auditor check infra/
  auditor check --account 111122223333 --format json -o report.json infra/
  aws lambda get-policy --function-name f | auditor check -
"""


@dataclass(frozen=True, slots=True)
class Arguments:
    """What the user asked of `auditor check`; each name is that of its option."""

    paths: tuple[str, ...]
    as_kind: str | None
    exclude: tuple[str, ...]
    root: Path | None
    account: str | None
    region: str | None
    partition: str | None
    var: tuple[str, ...]
    var_file: tuple[Path, ...]
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    rules: tuple[Path, ...]
    fail_on: str
    min_confidence: str
    strict: bool
    allow_empty: bool
    allow_incomplete: bool
    format: str
    output: Path | None
    report: tuple[str, ...]
    min_severity: str
    color: str
    quiet: bool
    verbose: bool


_RULES, _GATE = "Which rules", "Gate"


@click.command(cls=SectionCommand, epilog=_EPILOG)
@click.argument("paths", nargs=-1, metavar="[PATH...|-]")
@reading_options
@option(_RULES, "--select", multiple=True, metavar="RULE|TAG", help="Ask these rules only. Repeatable.")
@option(_RULES, "--ignore", multiple=True, metavar="RULE|TAG", help="Leave these rules out. Repeatable.")
@option(
    _RULES,
    "--rules",
    multiple=True,
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Ask the rules of this folder too. Repeatable.",
)
@option(
    _GATE,
    "--fail-on",
    type=click.Choice([*_SEVERITIES, "never"]),
    default=Severity.MEDIUM.value,
    envvar="AUDITOR_FAIL_ON",
    show_default=True,
    metavar="SEVERITY",
    help="Fail from this severity up: critical, high, medium, low, info, or never.",
)
@option(
    _GATE,
    "--min-confidence",
    type=click.Choice([confidence.value for confidence in reversed(Confidence)]),
    default=Confidence.LOW.value,
    show_default=True,
    metavar="CONFIDENCE",
    help="Fail from this confidence up: high, medium or low.",
)
@option(_GATE, "--strict", is_flag=True, help="Take what is unresolved or undetermined for incomplete.")
@option(_GATE, "--allow-empty", is_flag=True, help="Pass where there is nothing to audit.")
@option(_GATE, "--allow-incomplete", is_flag=True, help="Exit with 0 instead of 3.")
@option(
    REPORT,
    "--format",
    type=click.Choice([format.value for format in Format]),
    default=Format.TEXT.value,
    show_default=True,
    metavar="FORMAT",
    help="text or json.",
)
@option(
    REPORT,
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write the report to a file.",
)
@option(REPORT, "--report", multiple=True, metavar="FORMAT=FILE", help="Write another report. Repeatable.")
@option(
    REPORT,
    "--min-severity",
    type=click.Choice(_SEVERITIES),
    default=Severity.INFO.value,
    show_default=True,
    metavar="SEVERITY",
    help="List findings from this severity up; the gate stays as it is.",
)
@color_option
@option(REPORT, "-q", "--quiet", is_flag=True, help="No warnings on standard error.")
@option(REPORT, "-v", "--verbose", is_flag=True, help="Show lists and fixes whole; say more on standard error.")
@click.pass_context
def check(context: click.Context, /, **given: Any) -> None:
    """Audit Lambda functions: is everything allowed that must be, and nothing else?

    PATH is a folder or a file: Terraform source, a bundle, a policy document, or the output of
    an AWS CLI command such as `aws lambda get-policy`; the kind is told by the content. Without
    PATH it is the current folder, and - is standard input.
    """
    context.exit(run_check(Arguments(**given)))


def run_check(asked: Arguments) -> Status:
    """Do what was asked and tell the exit status; raises UsageError."""
    outputs = [Output(Format(asked.format), asked.output), *map(_parse_output, asked.report)]
    console = Console(asked.quiet, asked.verbose)
    stdin = _read_stdin() if "-" in asked.paths else None
    began = time.monotonic()
    report = _audit(asked, stdin)
    console.note(f"read {len(report.reading.sources)} files: {', '.join(report.reading.sources)}")
    console.note(f"audited in {time.monotonic() - began:.2f} s")
    source = list_lines(stdin)
    for output in outputs:
        write_report(report, output, source=source, color=asked.color, whole=asked.verbose)
    if outputs[0] != Output(Format.TEXT):
        for skipped in report.skipped:
            console.warn(f"{skipped.origin}: {skipped.reason}", skipped.help)
        if report.reading.empty and not report.skipped:
            console.warn("nothing was found to audit", "auditor check --help tells what PATH can be")
    return _status(report.gate, allow_incomplete=asked.allow_incomplete)


def _status(gate: Gate, *, allow_incomplete: bool) -> Status:
    match gate:
        case Gate.PASSED:
            return Status.PASSED
        case Gate.FAILED:
            return Status.FAILED
        case Gate.INCOMPLETE:
            return Status.PASSED if allow_incomplete else Status.INCOMPLETE


def _read_stdin() -> bytes:
    """Standard input, and of more than can be audited just so much that it shows."""
    if sys.stdin is None:
        raise UsageError("standard input is closed", "`-` reads what is piped into the command")
    return sys.stdin.buffer.read(LARGEST + 1)


def _audit(asked: Arguments, stdin: bytes | None) -> Report:
    reading = read(
        asked.paths or (".",),
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
    return audit(
        reading,
        select=_split(asked.select),
        ignore=_split(asked.ignore),
        rules=asked.rules,
        fail_on=asked.fail_on,
        min_confidence=asked.min_confidence,
        min_severity=asked.min_severity,
        strict=asked.strict,
        allow_empty=asked.allow_empty,
    )


def _split(names: Sequence[str]) -> tuple[str, ...]:
    """Names that were given one by one or with commas between them."""
    return tuple(name.strip() for given in names for name in given.split(",") if name.strip())


def _parse_output(text: str) -> Output:
    name, equals, file = text.partition("=")
    known = [format.value for format in Format]
    if not equals or not file:
        raise UsageError(f"`--report {text}` names no file", "write `--report FORMAT=FILE`")
    if name not in known:
        raise UsageError(f"`{name}` is no format", f"the formats are {', '.join(known)}")
    return Output(Format(name), Path(file))
