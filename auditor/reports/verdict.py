"""The outcome of an audit in words: the counts, the gate, and what was not looked at."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.iam.frozen import Frozen
from auditor.iam.origin import NOWHERE
from auditor.reports.report import Report
from auditor.reports.screen import several
from auditor.triage.gate import Gate


def tell_gate(report: Report) -> str:
    """What became of the audit and why: two clauses with a colon between them."""
    fail_on = report.terms.fail_on
    match report.gate:
        case Gate.FAILED:
            assert fail_on is not None
            told = f"gate failed: {several(len(report.gating), 'finding')} at or above {fail_on.value}"
            return told + ("; and the audit is incomplete" if report.incomplete else "")
        case Gate.INCOMPLETE:
            return f"audit incomplete: {_tell_lack(report)}"
        case Gate.PASSED:
            limit = f"no finding at or above {fail_on.value}" if fail_on else "no finding can fail it (--fail-on never)"
            return f"gate passed: {limit}"


def _tell_lack(report: Report) -> str:
    if report.skipped:
        return f"{several(len(report.skipped), 'input')} could not be looked at"
    if report.reading.empty and not report.terms.allow_empty:
        return "nothing was found to audit"
    return "strict, and something is unresolved, undetermined or not told"


def tell_inputs(report: Report) -> str:
    """What was audited, and how the needs are decided."""
    needs = [decided.decision for function in report.functions for decided in function.needs]
    told = f"audited {several(report.audited, 'function')}, {several(report.statements, 'policy statement')}"
    if needs:
        told += f"; {several(len(needs), 'need')}: {needs.count('allow')} allowed"
    if "deny" in needs:
        told += f", {needs.count('deny')} denied"
    if "undetermined" in needs:
        told += f", {needs.count('undetermined')} undetermined"
    suppressed = len(report.suppressed)
    return told + (f"; {several(suppressed, 'finding')} suppressed" if suppressed else "")


class Gap(Frozen):
    """One way in which something was not looked at: pairs of a place, which may be empty, and a text."""

    title: str
    entries: Sequence[tuple[str, str]]


def list_gaps(report: Report) -> tuple[Gap, ...]:
    """What the audit does not tell, the worst first; a gap without entries is none."""
    skipped = [
        (str(s.origin) if s.origin != NOWHERE else "", s.reason + (f" ({s.help})" if s.help else ""))
        for s in report.skipped
    ]
    return (
        Gap("Skipped: inputs that could not be looked at", skipped),
        Gap("Undetermined: questions without an answer", [(str(u.origin), u.reason) for u in report.undetermined]),
        Gap("Unresolved: values that are not known yet", [(str(u.origin), u.text) for u in report.unresolved]),
        Gap("Not looked at: what the input does not tell", [(str(u.origin), u.reason) for u in report.untold]),
    )


def list_terms(report: Report) -> tuple[Gap, ...]:
    """What there is to say about what was accepted, and whom the configuration trusts."""
    notices = [
        (str(n.origin) if n.origin != NOWHERE else "", n.message + (f" ({n.help})" if n.help else ""))
        for n in report.notices
    ]
    trusted = [("", f"account {trusted.account}: {trusted.reason}") for trusted in report.trust.accounts]
    trusted += [("", f"organization {report.trust.organization}")] if report.trust.organization else []
    return (
        Gap("Waivers and baseline: what should be looked after", notices),
        Gap("Trusted: what crosses into them is lowered to info", trusted),
    )
