"""The end of the text report: the counts, the gate, and what was not looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from auditor.engine.levels import Severity
from auditor.estate.estate import SourceKind
from auditor.fixes.fix import Safety
from auditor.reports.report import Entry, Report
from auditor.reports.screen import BLANK, Line, Style, plain, several, style_of, wrap
from auditor.reports.verdict import list_gaps, list_terms, tell_gate, tell_inputs
from auditor.triage.gate import Gate

MOST_ENTRIES = 5
_GATE = {Gate.FAILED: Style.BAD, Gate.INCOMPLETE: Style.DOUBTFUL, Gate.PASSED: Style.GOOD}
_GAPS = (Style.BAD, Style.DOUBTFUL, Style.DOUBTFUL, Style.DOUBTFUL)
_TERMS = (Style.DOUBTFUL, Style.PLAIN)


def show_summary(report: Report, width: int, *, whole: bool) -> list[Line]:
    """The summary; without `whole`, long lists are cut, with the count of what was left out."""
    lines = [*_show_not_looked_at(report, width, whole=whole), _count_findings(report), plain(tell_inputs(report))]
    hidden = sum(not entry.finding.severity.at_least(report.shown_from) for entry in report.live)
    if hidden:
        lines.append(plain(f"{several(hidden, 'finding')} below {report.shown_from.value} not shown"))
    fixable = sum(_is_fixable(entry) for entry in report.live)
    if fixable:
        # What of them the source can say is known when it was tried.
        told = f"{several(fixable, 'finding')} with a proved fix: auditor fix shows what can be written as a diff"
        lines.append([(told, Style.FAINT)])
    lines.append(_show_gate(report))
    return lines


def _is_fixable(entry: Entry) -> bool:
    """Whether `auditor fix` tries to write a fix of it that rests on nothing."""
    editable = entry.finding.fact.estate.kind in (SourceKind.TERRAFORM, SourceKind.CLOUDFORMATION)
    return editable and any(fix.fix.safety is Safety.SAFE for fix in entry.fixes)


def _count_findings(report: Report) -> Line:
    if not report.findings:
        if report.untold or report.undetermined:
            return plain("no findings in what was looked at")
        return [("no findings", Style.GOOD if not report.incomplete else Style.PLAIN)]
    line = [(several(len(report.findings), "finding") + ": ", Style.STRONG)]
    for severity in Severity:
        count = report.count(severity)
        if count:
            line += [(", " if len(line) > 1 else "", Style.PLAIN), (f"{count} {severity.value}", style_of(severity))]
    return line


def _show_gate(report: Report) -> Line:
    return [(tell_gate(report), _GATE[report.gate])]


def _show_not_looked_at(report: Report, width: int, *, whole: bool) -> list[Line]:
    lines: list[Line] = []
    for gap, style in zip((*list_gaps(report), *list_terms(report)), (*_GAPS, *_TERMS), strict=True):
        lines += _show_list(gap.title, gap.entries, style, width, whole=whole)
    return lines


def _show_list(title: str, entries: Sequence[tuple[str, str]], style: Style, width: int, *, whole: bool) -> list[Line]:
    """A titled list of (place, text) pairs, equal ones once, and a blank line; nothing where it is empty."""
    if not entries:
        return []
    lines: list[Line] = [[(title, style), (f" ({len(entries)})", Style.FAINT)]]
    counted = list(Counter(entries).items())
    shown = counted if whole or len(counted) <= MOST_ENTRIES + 1 else counted[:MOST_ENTRIES]
    for (place, text), times in shown:
        told = (f"{place}  {text}" if place else text) + (f" ({times} times)" if times > 1 else "")
        lines += [plain(("    " if index else "  ") + part) for index, part in enumerate(wrap(told, width - 4))]
    left = len(entries) - sum(times for _, times in shown)
    if left:
        lines.append([(f"  … {left} more, -v shows all", Style.FAINT)])
    return [*lines, BLANK]
