"""The JSON report: the contract with scripts, described by `report.schema.json`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from auditor.engine.finding import Finding
from auditor.engine.levels import Severity
from auditor.fixes.fix import Proof, RenderedFix
from auditor.iam.origin import Origin
from auditor.reports.columns import columns_of
from auditor.reports.json_pieces import Lazy, Members, json_pieces
from auditor.reports.look import BARE, Frame
from auditor.reports.report import AuditedFunction, DecidedNeed, Entry, Report, Undetermined
from auditor.reports.request import Json, write_request
from auditor.reports.untold import NOT_LOOKED_AT
from auditor.triage.suppression import Suppression
from auditor.version import VERSION

SCHEMA = "auditor-report/1"


def render_json(report: Report) -> str:
    """The report as JSON text with a closing newline; keys stand in a fixed order."""
    return "".join(pieces(report, BARE))


def pieces(report: Report, _frame: Frame) -> Iterator[str]:
    """The same text piece by piece. Entries become text one after another: that of all of them would take
    several times the memory of the report."""
    members: dict[str, Lazy] = {
        "schema": SCHEMA,
        "auditor": VERSION,
        "summary": _summary(report),
        "functions": (_function(function) for function in report.functions),
        "findings": (_entry(entry) for entry in report.shown),
        "skipped": ({"origin": write_origin(s.origin), "reason": s.reason} for s in report.skipped),
        "unresolved": ({"origin": write_origin(u.origin), "text": u.text} for u in report.unresolved),
        "undetermined": chain(
            (_undetermined(question) for question in report.undetermined),
            (_undetermined(part, NOT_LOOKED_AT) for part in report.untold),
        ),
        **_triage(report),
    }
    yield from json_pieces(Members(members), 2)
    yield "\n"


def _triage(report: Report) -> dict[str, Json]:
    """Whom the configuration trusts, and what there is to say about waivers: only where it says so."""
    if not (report.notices or report.trust):
        return {}
    accounts: list[Json] = [{"account": t.account, "reason": t.reason} for t in report.trust.accounts]
    notices: list[Json] = [
        {"origin": write_origin(notice.origin), "message": notice.message, "help": notice.help}
        for notice in report.notices
    ]
    told: dict[str, Json] = {"trusted_accounts": accounts, "organization": report.trust.organization}
    return {"triage": {**told, "notices": notices}}


def _summary(report: Report) -> dict[str, Json]:
    fail_on = report.terms.fail_on
    return {
        "functions": report.audited,
        "statements": report.statements,
        "findings": {severity.value: report.count(severity) for severity in Severity},
        "suppressed": len(report.suppressed),
        "undetermined": len(report.undetermined) + len(report.untold),
        "unresolved": len(report.unresolved),
        "skipped": len(report.skipped),
        "fail_on": fail_on.value if fail_on else "never",
        "gate": report.gate.value,
    }


def write_origin(origin: Origin) -> dict[str, Json]:
    """The parts of an origin that are known, in the order of the schema."""
    known: dict[str, Json] = {
        "file": origin.file,
        "line": origin.line,
        "column": origin.column,
        "end_line": origin.end_line,
        "end_column": origin.end_column,
        "address": origin.address,
        "arn": origin.arn,
    }
    return {key: value for key, value in known.items() if value is not None}


def _function(audited: AuditedFunction) -> dict[str, Json]:
    function = audited.function
    return {
        "name": function.title,
        "address": function.address,
        "arn": str(function.arn),
        "origin": write_origin(function.origin),
        "needs": [_need(decided) for decided in audited.needs],
    }


def _need(decided: DecidedNeed) -> dict[str, Json]:
    return {
        "kind": decided.need.kind.value,
        **write_request(decided.need.request),
        "decision": decided.decision,
        "evidence": [write_origin(origin) for origin in decided.need.evidence],
    }


def _entry(entry: Entry) -> dict[str, Json]:
    finding = entry.finding
    return {
        **columns_of(finding),
        "origin": write_origin(finding.origin),
        "related": [write_origin(origin) for origin in finding.related],
        "witness": write_witness(finding),
        "fixes": [write_fix(rendered) for rendered in entry.fixes],
        "fingerprint": finding.fingerprint,
        "suppressed": _suppression(entry.suppressed),
    }


def write_witness(finding: Finding) -> Json:
    """The witness with what it is decided as and what it should be decided as, or None."""
    if finding.witness is None:
        return None
    decision, expected = ("allow", "deny") if finding.witness.allowed else ("deny", "allow")
    return {**write_request(finding.witness.request), "decision": decision, "expected": expected}


def write_fix(rendered: RenderedFix) -> dict[str, Json]:
    """A fix in every language that can say it."""
    return {
        "title": rendered.fix.title,
        "safety": rendered.fix.safety.value,
        "advice": rendered.fix.advice or None,
        "proof": write_proof(rendered.fix.proof),
        "diff": rendered.diff,
        "terraform": rendered.terraform,
        "cloudformation": rendered.cloudformation,
        "cli": list(rendered.cli),
    }


def write_proof(proof: Proof | None) -> Json:
    """What a proof showed; None for advice."""
    if proof is None:
        return None
    return {
        "witness": proof.witness,
        "needs_kept": proof.needs_kept,
        "new_access": proof.new_access,
        "assumptions": list(proof.assumptions),
        "gap": proof.gap,
    }


def _suppression(suppressed: Suppression | None) -> Json:
    if suppressed is None:
        return None
    return {"by": suppressed.by, "reason": suppressed.reason, "expires": suppressed.expires}


def _undetermined(question: Undetermined, lead: str = "") -> dict[str, Json]:
    return {
        "origin": write_origin(question.origin),
        "function": question.function.title if question.function else None,
        "question": write_request(question.question) if question.question else None,
        "reason": lead + question.reason,
    }
