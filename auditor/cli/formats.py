"""The formats of a report, and where reports go."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from auditor.cli.console import DEFAULT_WIDTH, encode_text, is_colored, print_data, print_text, width
from auditor.cli.files import write_whole
from auditor.reports.excerpt import SourceLines
from auditor.reports.report import Report


class Format(Enum):
    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Output:
    """One report to be written: to a file, or with `file` None to standard output."""

    format: Format
    file: Path | None = None


def write_report(report: Report, output: Output, *, source: SourceLines, color: str, whole: bool) -> None:
    """Render and write one report; raises UsageError where that is not possible.

    `color` is always, auto or never, and `source` gives the lines of the audited files; both,
    and `whole`, matter to the text format only.
    """
    match output.format:
        case Format.JSON:
            text = report.to_json()
        case Format.TEXT:
            from auditor.reports.text import Look, render_text  # noqa: PLC0415 - only this format needs it

            if output.file is None:
                look = Look(width(), is_colored(color), whole, source)
            else:
                look = Look(DEFAULT_WIDTH, color=False, whole=whole, source=source)
            text = render_text(report, look)
    if output.file is not None:
        write_whole(output.file, encode_text(text))
    elif output.format is Format.TEXT:
        print_text(text)
    else:
        print_data(text)
