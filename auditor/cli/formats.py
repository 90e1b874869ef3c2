"""The formats of a report, and where reports go."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from msgspec.structs import replace

from auditor.cli.console import DEFAULT_WIDTH, encode_pieces, is_colored, print_data_of, print_text_of, width
from auditor.cli.files import write_pieces
from auditor.iam.frozen import Frozen
from auditor.reports.look import Frame, Look
from auditor.reports.report import Report


class Format(Frozen):
    """A format: the module that has its `render`, from a report and a frame to a text. `diffs` tells
    that it shows the fixes as diffs, which take time to make; `commit` that it names the commit;
    `piecewise` that the module has `pieces` too, which makes the text bit by bit."""

    module: str
    diffs: bool = False
    commit: bool = False
    piecewise: bool = False

    def pieces(self, report: Report, frame: Frame) -> Iterator[str]:
        """The text of a report. Where it is made bit by bit, it is never held as a whole."""
        # Each format's module is loaded where it is asked for.
        module = import_module(self.module)
        if self.piecewise:
            yield from module.pieces(report, frame)
        else:
            yield module.render(report, frame)

    def render(self, report: Report, frame: Frame) -> str:
        """The text of a report as a whole."""
        return "".join(self.pieces(report, frame))


TEXT = "text"
FORMATS = {
    TEXT: Format("auditor.reports.text", piecewise=True),
    "json": Format("auditor.reports.json", diffs=True, piecewise=True),
    "sarif": Format("auditor.reports.sarif.log", diffs=True, piecewise=True),
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
    pieces = FORMATS[output.format].pieces(report, replace(frame, look=_look(frame.look, output, color)))
    if output.file is not None:
        write_pieces(output.file, encode_pieces(pieces))
    elif output.format == TEXT:
        print_text_of(pieces)
    else:
        print_data_of(pieces)


def _look(look: Look, output: Output, color: str) -> Look:
    if output.file is not None:
        return replace(look, width=DEFAULT_WIDTH, color=False)
    return replace(look, width=width(), color=is_colored(color))
