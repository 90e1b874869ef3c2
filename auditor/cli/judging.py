"""The options that say which rules are asked and what fails, the same for check and fix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click

from auditor.cli.reading import ReadingArguments
from auditor.cli.sections import Command, option
from auditor.cli.status import Status
from auditor.engine.levels import Confidence, Severity
from auditor.estate.estate import Reading
from auditor.pipeline import audit
from auditor.reports.report import Report
from auditor.triage.gate import Gate

SEVERITIES = [severity.value for severity in Severity]


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgingArguments(ReadingArguments):
    """What the user asked of every command that audits; each name is that of its option."""

    paths: tuple[str, ...]
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    rules: tuple[Path, ...]
    fail_on: str
    min_confidence: str
    strict: bool
    allow_empty: bool
    allow_incomplete: bool
    color: str


def judging_options(command: Command) -> Command:
    """Add these options to a command; its help lists them in the order they stand here."""
    rule, gate = partial(option, "Which rules"), partial(option, "Gate")
    options = [
        rule("--select", multiple=True, metavar="RULE|TAG", help="Ask these rules only. Repeatable."),
        rule("--ignore", multiple=True, metavar="RULE|TAG", help="Leave these rules out. Repeatable."),
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
            default=Severity.MEDIUM.value,
            envvar="AUDITOR_FAIL_ON",
            show_default=True,
            metavar="SEVERITY",
            help="Fail from this severity up: critical, high, medium, low, info, or never.",
        ),
        gate(
            "--min-confidence",
            type=click.Choice([confidence.value for confidence in reversed(Confidence)]),
            default=Confidence.LOW.value,
            show_default=True,
            metavar="CONFIDENCE",
            help="Fail from this confidence up: high, medium or low.",
        ),
        gate("--strict", is_flag=True, help="Take what is unresolved or undetermined for incomplete."),
        gate("--allow-empty", is_flag=True, help="Pass where there is nothing to audit."),
        gate("--allow-incomplete", is_flag=True, help="Exit with 0 instead of 3."),
    ]
    for add in reversed(options):
        command = add(command)
    return command


def judge(asked: JudgingArguments, reading: Reading, min_severity: str = Severity.INFO.value) -> Report:
    """The audit of a reading as the options say; raises UsageError."""
    return audit(
        reading,
        select=_split(asked.select),
        ignore=_split(asked.ignore),
        rules=asked.rules,
        fail_on=asked.fail_on,
        min_confidence=asked.min_confidence,
        min_severity=min_severity,
        strict=asked.strict,
        allow_empty=asked.allow_empty,
    )


def gate_status(gate: Gate, *, allow_incomplete: bool) -> Status:
    """The exit status that a gate stands for."""
    match gate:
        case Gate.PASSED:
            return Status.PASSED
        case Gate.FAILED:
            return Status.FAILED
        case Gate.INCOMPLETE:
            return Status.PASSED if allow_incomplete else Status.INCOMPLETE


def _split(names: Sequence[str]) -> tuple[str, ...]:
    """Names that were given one by one or with commas between them."""
    return tuple(name.strip() for given in names for name in given.split(",") if name.strip())
