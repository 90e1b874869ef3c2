"""The options that say which rules are asked and what fails, the same for check and fix."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli.accepting import accept
from auditor.cli.clock import today
from auditor.cli.completing import complete_rules
from auditor.cli.configuration import apart_from
from auditor.cli.reading import ReadingArguments
from auditor.cli.sections import Command, option
from auditor.cli.status import Status
from auditor.engine.levels import Confidence, Severity
from auditor.engine.loading import load_rules
from auditor.estate.estate import Reading
from auditor.pipeline import audit, triage
from auditor.reports.report import Report
from auditor.triage.gate import Gate
from auditor.triage.names import check_names
from auditor.triage.trust import NOBODY

if TYPE_CHECKING:
    from auditor.triage.configuration import Named

SEVERITIES = [severity.value for severity in Severity]
FAIL_ON = Severity.MEDIUM.value
"""Where neither an option nor the configuration says otherwise."""


class JudgingArguments(ReadingArguments, kw_only=True):
    """What the user asked of every command that audits; each name is that of its option."""

    paths: tuple[str, ...]
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    rules: tuple[Path, ...]
    baseline: Path | None
    no_waivers: bool
    today: str | None
    fail_on: str | None
    min_confidence: str
    strict: bool
    allow_empty: bool
    allow_incomplete: bool
    color: str


def judging_options(command: Command) -> Command:
    """Add these options to a command; its help lists them in the order they stand here."""
    rule, gate = partial(option, "Which rules"), partial(option, "Gate")
    named = {"multiple": True, "metavar": "RULE|TAG", "shell_complete": complete_rules}
    options = [
        rule("--select", **named, help="Ask these rules only. Repeatable."),
        rule("--ignore", **named, help="Leave these rules out. Repeatable."),
        rule(
            "--rules",
            multiple=True,
            metavar="DIR",
            type=click.Path(path_type=Path),
            help="Ask the rules of this folder too. Repeatable.",
        ),
        gate(
            "--fail-on",
            type=click.Choice([*SEVERITIES, "never"]),
            envvar="AUDITOR_FAIL_ON",
            metavar="SEVERITY",
            help=f"Fail from this severity up: {', '.join(SEVERITIES)}, or never. [default: {FAIL_ON}]",
        ),
        gate(
            "--min-confidence",
            type=click.Choice([confidence.value for confidence in reversed(Confidence)]),
            default=Confidence.LOW.value,
            show_default=True,
            metavar="CONFIDENCE",
            help="Fail from this confidence up: high, medium or low.",
        ),
        gate(
            "--baseline",
            metavar="FILE",
            type=click.Path(path_type=Path),
            envvar="AUDITOR_BASELINE",
            help="Suppress the findings that `auditor baseline` accepted.",
        ),
        gate("--no-waivers", is_flag=True, help="Suppress nothing by waivers, those in comments included."),
        gate("--today", metavar="DATE", help="Take this day for today, where waivers expire [default: the clock]."),
        gate("--strict", is_flag=True, help="Take what is unresolved or undetermined for incomplete."),
        gate("--allow-empty", is_flag=True, help="Pass where there is nothing to audit."),
        gate("--allow-incomplete", is_flag=True, help="Exit with 0 instead of 3."),
    ]
    for add in reversed(options):
        command = add(command)
    return command


def judge(asked: JudgingArguments, reading: Reading, min_severity: str = Severity.INFO.value) -> Report:
    """The audit of a reading as the options and the configuration say; raises UsageError."""
    said = asked.configuration
    folders = [*(Path(folder) for folder in (said.rules if said else ())), *asked.rules]
    known = load_rules(folders)
    if said is not None:
        check_names(said, known)
    report = audit(
        reading,
        select=_split(asked.select) or _named(said.select if said else ()),
        ignore=_split(asked.ignore) or _named(said.ignore if said else ()),
        rules=folders,
        fail_on=asked.fail_on or (said.fail_on if said else None) or FAIL_ON,
        min_confidence=asked.min_confidence,
        min_severity=min_severity,
        strict=asked.strict,
        allow_empty=asked.allow_empty,
        severity={entry.name: level.value for entry, level in said.severity} if said else None,
    )
    accepted, notices = accept(
        report,
        known,
        said,
        baseline=asked.baseline,
        today=today(asked.today),
        waive=not asked.no_waivers,
        apart=apart_from(asked, asked.paths),
    )
    return triage(report, accepted, said.trust if said else NOBODY, notices)


def gate_status(gate: Gate, *, allow_incomplete: bool) -> Status:
    """The exit status that a gate stands for."""
    match gate:
        case Gate.PASSED:
            return Status.PASSED
        case Gate.FAILED:
            return Status.FAILED
        case Gate.INCOMPLETE:
            return Status.PASSED if allow_incomplete else Status.INCOMPLETE


def _named(entries: Sequence[Named]) -> tuple[str, ...]:
    return tuple(entry.name for entry in entries)


def _split(names: Sequence[str]) -> tuple[str, ...]:
    """Names that were given one by one or with commas between them."""
    return tuple(name.strip() for given in names for name in given.split(",") if name.strip())
