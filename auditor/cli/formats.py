"""The formats of a report, and where reports go."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from auditor.cli.console import DEFAULT_WIDTH, encode_text, is_colored, print_data, print_text, width
from auditor.reports.excerpt import SourceLines
from auditor.reports.report import Report
from auditor.sources.errors import UsageError


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
        write_file(output.file, text)
    elif output.format is Format.TEXT:
        print_text(text)
    else:
        print_data(text)


def write_file(path: Path, text: str) -> None:
    """Write a whole file or none: beside it first, then renamed.

    A device or pipe (`/dev/stdout`) is written as it is. Raises UsageError.
    """
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(encode_text(text))
            return
        target = path.resolve()
        handle, beside = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        try:
            with open(handle, "wb") as file:
                file.write(encode_text(text))
            os.chmod(beside, _mode_of(target))
            os.replace(beside, target)
        except BaseException:
            os.unlink(beside)
            raise
    except OSError as error:
        help = "name a file in a folder that exists and can be written"
        raise UsageError(f"`{path}` cannot be written: {error.strerror}", help) from error


def _mode_of(target: Path) -> int:
    """The mode of the file that is replaced, else what a new file gets from the process."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
