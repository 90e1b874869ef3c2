"""What was accepted: waivers of the configuration and in comments, and the baseline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.engine.rule import Rule
from auditor.reports.report import Report
from auditor.sources.display import display_path
from auditor.sources.overlay import file_bytes
from auditor.triage.baseline import Baseline, read_baseline
from auditor.triage.comment import read_comments
from auditor.triage.names import with_current_ids
from auditor.triage.notice import Notice
from auditor.triage.suppress import Accepted
from auditor.triage.waiver import Waiver

if TYPE_CHECKING:
    from auditor.triage.configuration import Configuration
    from auditor.triage.elsewhere import Apart


def accept(
    report: Report,
    rules: Sequence[Rule],
    said: Configuration | None,
    *,
    baseline: Path | None,
    today: date,
    waive: bool,
    apart: Apart | None = None,
) -> tuple[Accepted, tuple[Notice, ...]]:
    """What suppresses findings of a report, and what there is to say about the places that tell it.

    `rules` are all there are; without `waive` no waiver counts, and with `apart` no comment that
    the tree of the configuration lacks. Raises UsageError for a baseline that
    cannot be read.
    """
    notices: list[Notice] = []
    if said is not None and said.invokers:
        from auditor.triage.stated import unmatched  # noqa: PLC0415 - most runs state nothing

        notices += unmatched(report.reading, said.invokers)
    waivers: list[Waiver] = []
    if waive:
        waivers += with_current_ids(said.waivers if said is not None else (), rules)
        for file, content in _sources(report):
            found, told = read_comments(content, file, rules)
            notices += told
            if apart is not None:
                from auditor.triage.elsewhere import keep_known  # noqa: PLC0415 - as above

                found, told = keep_known(found, content, apart, rules)
                notices += told
            waivers += found
    return Accepted(today, tuple(waivers), _baseline(said, baseline)), tuple(notices)


def _baseline(said: Configuration | None, option: Path | None) -> Baseline | None:
    if option is not None:
        return read_baseline(display_path(option))
    return read_baseline(said.baseline) if said is not None and said.baseline is not None else None


def _sources(report: Report) -> Iterator[tuple[str, bytes]]:
    """The files that were audited, and those that findings are in, with what they hold."""
    named = {entry.finding.origin.file for entry in report.entries}
    for file in sorted({*report.reading.sources, *(file for file in named if file is not None)}):
        try:
            yield file, file_bytes(Path(file))
        except OSError:
            # Standard input, or a file that went meanwhile: what it holds waives nothing.
            continue
