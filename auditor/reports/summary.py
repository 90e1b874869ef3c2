"""The end of the text report: the counts, the gate, and what was not looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from auditor.engine.levels import Severity
from auditor.estate.estate import SourceKind
from auditor.fixes.fix import Safety
from auditor.iam.origin import NOWHERE
from auditor.reports.report import Entry, Report
from auditor.reports.screen import BLANK, Line, Style, plain, several, style_of, wrap
from auditor.triage.gate import Gate

MOST_ENTRIES = 5


def show_summary(report: Report, width: int, *, whole: bool) -> list[Line]:
    """The summary; without `whole`, long lists are cut, with the count of what was left out."""
    lines = [*_show_not_looked_at(report, width, whole=whole), _count_findings(report), plain(_count_inputs(report))]
    hidden = sum(not entry.finding.severity.at_least(report.shown_from) for entry in report.live)
    if hidden:
        lines.append(plain(f"{several(hidden, 'finding')} below {report.shown_from.value} not shown"))
    fixable = sum(_is_fixable(entry) for entry in report.live)
    if fixable:
        lines.append([(f"auditor fix shows the proved fixes of {several(fixable, 'finding')} as a diff", Style.FAINT)])
    lines.append(_show_gate(report))
    return lines


def _is_fixable(entry: Entry) -> bool:
    """Whether `auditor fix` may write a fix of it that rests on nothing."""
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


def _count_inputs(report: Report) -> str:
    needs = [decided.decision for function in report.functions for decided in function.needs]
    told = f"audited {several(len(report.functions), 'function')}, {several(report.statements, 'policy statement')}"
    if needs:
        told += f"; {several(len(needs), 'need')}: {needs.count('allow')} allowed"
    if "deny" in needs:
        told += f", {needs.count('deny')} denied"
    if "undetermined" in needs:
        told += f", {needs.count('undetermined')} undetermined"
    suppressed = len(report.suppressed)
    return told + (f"; {several(suppressed, 'finding')} suppressed" if suppressed else "")


def _show_gate(report: Report) -> Line:
    fail_on = report.terms.fail_on
    match report.gate:
        case Gate.FAILED:
            assert fail_on is not None
            told = f"gate failed: {several(len(report.gating), 'finding')} at or above {fail_on.value}"
            style = Style.BAD
            if report.incomplete:
                told += "; and the audit is incomplete"
        case Gate.INCOMPLETE:
            told, style = f"audit incomplete: {_tell_lack(report)}", Style.DOUBTFUL
        case Gate.PASSED:
            limit = f"no finding at or above {fail_on.value}" if fail_on else "no finding can fail it (--fail-on never)"
            told, style = f"gate passed: {limit}", Style.GOOD
    return [(told, style)]


def _tell_lack(report: Report) -> str:
    if report.skipped:
        return f"{several(len(report.skipped), 'input')} could not be looked at"
    if report.reading.empty and not report.terms.allow_empty:
        return "nothing was found to audit"
    return "strict, and something is unresolved, undetermined or not told"


def _show_not_looked_at(report: Report, width: int, *, whole: bool) -> list[Line]:
    skipped = [
        (str(s.origin) if s.origin != NOWHERE else "", s.reason + (f" ({s.help})" if s.help else ""))
        for s in report.skipped
    ]
    undetermined = [(str(u.origin), u.reason) for u in report.undetermined]
    unresolved = [(str(u.origin), u.text) for u in report.unresolved]
    untold = [(str(u.origin), u.reason) for u in report.untold]
    notices = [
        (str(n.origin) if n.origin != NOWHERE else "", n.message + (f" ({n.help})" if n.help else ""))
        for n in report.notices
    ]
    trusted = [("", f"account {t.account}: {t.reason}") for t in report.trust.accounts]
    trusted += [("", f"organization {report.trust.organization}")] if report.trust.organization else []
    return [
        *_show_list("Skipped: inputs that could not be looked at", skipped, Style.BAD, width, whole=whole),
        *_show_list("Undetermined: questions without an answer", undetermined, Style.DOUBTFUL, width, whole=whole),
        *_show_list("Unresolved: values that are not known yet", unresolved, Style.DOUBTFUL, width, whole=whole),
        *_show_list("Not looked at: what the input does not tell", untold, Style.DOUBTFUL, width, whole=whole),
        *_show_list("Waivers and baseline: what should be looked after", notices, Style.DOUBTFUL, width, whole=whole),
        *_show_list("Trusted: what crosses into them is lowered to info", trusted, Style.PLAIN, width, whole=whole),
    ]


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
