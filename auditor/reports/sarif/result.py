"""Findings as SARIF writes them: the witness as a code flow, the fixes as replacements."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import groupby

from auditor.engine.finding import Finding
from auditor.fixes.fix import RenderedFix
from auditor.reports.hunks import Replaced, replaced_lines
from auditor.reports.look import Place
from auditor.reports.remedy import tell_proof
from auditor.reports.report import Entry
from auditor.reports.request import Json
from auditor.reports.sarif.place import write_artifact, write_location
from auditor.reports.sarif.rule import level_of
from auditor.reports.witness import tell_details, tell_witness
from auditor.triage.suppression import Suppression

FIXES, FLOWS = "fixes", "code flows"
MOST_PLACES = 1000
"""Locations that GitHub takes in one result."""


def write_result(entry: Entry, numbers: Mapping[str, int], place: Place, details: Collection[str]) -> dict[str, Json]:
    """One result; `numbers` are the indices of the rules, and `details` name what it tells beside."""
    finding = entry.finding
    sentence = tell_witness(finding)
    written: dict[str, Json] = {
        "ruleId": finding.rule,
        "ruleIndex": numbers[finding.rule],
        "kind": "fail",
        "level": level_of(finding.severity),
        "message": {"text": finding.message + (f". Witness: {sentence}" if sentence else "")},
        "locations": [write_location(finding.origin, place)],
        "partialFingerprints": {
            "primaryLocationLineHash": finding.fingerprint,
            "auditorFingerprint/v1": finding.fingerprint,
        },
        "properties": {
            "severity": finding.severity.value,
            "confidence": finding.confidence.value,
            "finding": finding.kind.value,
            **({"function": finding.function.title} if finding.function else {}),
        },
    }
    related = [write_location(origin, place) for origin in finding.related[: MOST_PLACES - 1]]
    if related:
        written["relatedLocations"] = [{"id": number, **location} for number, location in enumerate(related, 1)]
    if FLOWS in details and finding.witness is not None:
        written["codeFlows"] = [_flow(finding, place)]
    mended = [_fix(rendered, place) for rendered in entry.fixes if rendered.diff and FIXES in details]
    if mended:
        written["fixes"] = [*mended]
    if entry.suppressed is not None:
        written["suppressions"] = [_suppression(entry.suppressed)]
    return written


def _flow(finding: Finding, place: Place) -> Json:
    """The witness step by step: who asks, for what, with which keys; how it is decided; and for what."""
    assert finding.witness is not None
    allowed = finding.witness.allowed
    told = tell_details(finding.witness.request, "does" if allowed else "is refused")
    told.append("allowed, and should be denied" if allowed else "denied, and should be allowed")
    steps: list[Json] = [{"location": write_location(finding.origin, place, said)} for said in told]
    function = finding.function
    if function is not None and function.origin.file is not None:
        steps.append({"location": write_location(function.origin, place, f"the function {function.title}")})
    return {"message": {"text": tell_witness(finding) or "the witness"}, "threadFlows": [{"locations": steps}]}


def _fix(rendered: RenderedFix, place: Place) -> Json:
    assert rendered.diff is not None
    proof = f" ({tell_proof(rendered.fix.proof)})" if rendered.fix.proof else ""
    changes: list[Json] = [
        {"artifactLocation": write_artifact(file, place), "replacements": [_replacement(part) for part in parts]}
        for file, parts in groupby(replaced_lines(rendered.diff), key=lambda part: part.file)
    ]
    return {"description": {"text": rendered.fix.title + proof}, "artifactChanges": changes}


def _replacement(part: Replaced) -> Json:
    """What is put in ends with the line feed of what goes; where nothing goes, with one of its own."""
    text = "\n".join(part.new)
    last = part.line + len(part.old) - 1
    if not part.old:
        return {"deletedRegion": _span(part.line, part.line, 1), "insertedContent": {"text": text + "\n"}}
    if not part.new:
        return {"deletedRegion": _span(part.line, last + 1, 1)}
    region = _span(part.line, last, len(part.old[-1]) + 1)
    return {"deletedRegion": region, **({"insertedContent": {"text": text}} if text else {})}


def _span(line: int, end_line: int, end_column: int) -> Json:
    return {"startLine": line, "startColumn": 1, "endLine": end_line, "endColumn": end_column}


def _suppression(suppressed: Suppression) -> Json:
    until = f", until {suppressed.expires}" if suppressed.expires else ""
    kind = "inSource" if suppressed.by == "comment" else "external"
    return {"kind": kind, "status": "accepted", "justification": f"{suppressed.by}: {suppressed.reason}{until}"}
