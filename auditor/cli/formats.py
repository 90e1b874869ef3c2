"""The formats of a report, and where reports go."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from msgspec.structs import replace

from auditor.cli.console import DEFAULT_WIDTH, encode_text, is_colored, print_data, print_text, width
from auditor.cli.files import write_whole
from auditor.iam.frozen import Frozen
from auditor.reports.look import Frame, Look
from auditor.reports.report import Report


class Format(Frozen):
    """A format: the module that has its `render`, from a report and a frame to a text. `diffs` tells
    that it shows the fixes as diffs, which take time to make; `commit` that it names the commit."""

    module: str
    diffs: bool = False
    commit: bool = False

    def render(self, report: Report, frame: Frame) -> str:
        # Each format's module is loaded where it is asked for.
        text = import_module(self.module).render(report, frame)
        assert isinstance(text, str)
        return text


TEXT = "text"
FORMATS = {
    TEXT: Format("auditor.reports.text"),
    "json": Format("auditor.reports.json", diffs=True),
    "sarif": Format("auditor.reports.sarif.log", diffs=True),
    "html": Format("auditor.reports.html.document", diffs=True, commit=True),
    "markdown": Format("auditor.reports.markdown", commit=True),
    "junit": Format("auditor.reports.junit"),
    "github": Format("auditor.reports.github"),
    "gitlab": Format("auditor.reports.gitlab"),
    "csv": Format("auditor.reports.csv"),
}
"""Every format by its name, in the order in which help lists them."""


class Output(Frozen):
    """One report to be written: to a file, or with `file` None to standard output."""

    format: str
    file: Path | None = None

    @property
    def commit(self) -> bool:
        return FORMATS[self.format].commit

    @property
    def diffs(self) -> bool:
        return FORMATS[self.format].diffs


def write_report(report: Report, output: Output, frame: Frame, *, color: str) -> None:
    """Render and write one report; raises UsageError where that is not possible.

    `color` is always, auto or never, and matters on standard output alone.
    """
    text = FORMATS[output.format].render(report, replace(frame, look=_look(frame.look, output, color)))
    if output.file is not None:
        write_whole(output.file, encode_text(text))
    elif output.format == TEXT:
        print_text(text)
    else:
        print_data(text)


def _look(look: Look, output: Output, color: str) -> Look:
    if output.file is not None:
        return replace(look, width=DEFAULT_WIDTH, color=False)
    return replace(look, width=width(), color=is_colored(color))
