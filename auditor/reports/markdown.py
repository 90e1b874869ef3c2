"""Markdown for the comment on a change and for a job's summary: short, and within their sizes.

GitHub takes 65,536 characters in a comment, and drops a job's summary beyond 1 MiB as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.engine.levels import Severity
from auditor.iam.origin import Origin
from auditor.reports.look import Frame, Place
from auditor.reports.mermaid import draw_access
from auditor.reports.report import Entry, Report
from auditor.reports.screen import harmless, several
from auditor.reports.suppressed import tell_suppression
from auditor.reports.verdict import Gap, list_gaps, list_terms, tell_gate, tell_inputs
from auditor.reports.witness import tell_witness
from auditor.triage.gate import Gate

MOST_CHARACTERS = 60_000
MOST_FINDINGS = 50
MOST_LISTED = 10
_LONGEST = 600
"""Characters of one text that somebody else wrote."""
_SIGNS = {Gate.PASSED: "✅", Gate.FAILED: "❌", Gate.INCOMPLETE: "⚠️"}
_MARKUP = str.maketrans({character: f"&#{ord(character)};" for character in "\\`*_{}[]<>()#+!|~@&$\"'"})
# Who is mentioned, and which issue, is told from the text that is shown: an escape alone changes nothing there.
_MARKUP |= str.maketrans({character: f"&#{ord(character)};<!-- -->" for character in "#@"})


def render(report: Report, frame: Frame) -> str:
    """The report as Markdown. Parts that would make it too long are left out, and it says so."""
    picture = draw_access(report)
    optional = [f"```mermaid\n{picture}```\n"] if picture else []
    optional += [_list(gap) for gap in (*list_gaps(report), *list_terms(report)) if gap.entries]
    text = "\n".join([_head(report, frame), *_findings(report, frame.place)])
    left_out = False
    for part in optional:
        if len(text) + len(part) > MOST_CHARACTERS:
            left_out = True
            continue
        text += f"\n{part}"
    return text + ("\nToo long for here: some parts are left out.\n" if left_out else "")


def _head(report: Report, frame: Frame) -> str:
    gate = tell_gate(report)
    beside = [f"commit `{frame.commit[:12]}`" if frame.commit else "", frame.date or ""]
    lines = [f"## {_SIGNS[report.gate]} auditor: {_text(gate)}", ""]
    lines.append(_text(tell_inputs(report)) + "".join(f", {part}" for part in beside if part))
    counts = [f"**{report.count(severity)}** {severity.value}" for severity in Severity if report.count(severity)]
    lines += ["", "Findings: " + (", ".join(counts) if counts else "none")]
    return "\n".join(lines) + "\n"


def _findings(report: Report, place: Place) -> Iterator[str]:
    """The table of findings: the worst, up to a number and to half of what there is room for."""
    if not report.shown:
        return
    rows = ["| severity | rule | where | what |", "|---|---|---|---|"]
    room = MOST_CHARACTERS // 2
    for entry in report.shown[:MOST_FINDINGS]:
        row = _row(entry, place)
        room -= len(row)
        if room < 0:
            break
        rows.append(row)
    left = len(report.shown) - (len(rows) - 2)
    yield "\n".join(rows) + "\n"
    if left:
        yield f"and {several(left, 'finding')} more.\n"


def _row(entry: Entry, place: Place) -> str:
    finding = entry.finding
    told = _text(finding.message)
    sentence = tell_witness(finding)
    told += f"<br>witness: {_text(sentence)}" if sentence else ""
    told += f"<br>fix: {_text(entry.fixes[0].fix.title)}" if entry.fixes else ""
    told += f"<br>{_text(tell_suppression(entry.suppressed))}" if entry.suppressed else ""
    where = _code(_where(finding.origin, place))
    return f"| {finding.severity.value} | {_code(finding.rule)} | {where} | {told} |"


def _where(origin: Origin, place: Place) -> str:
    if origin.file is None:
        return str(origin)
    return place(origin.file) + (f":{origin.line}" if origin.line else "")


def _list(gap: Gap) -> str:
    """A list that opens on a click, cut where it is long."""
    entries: Sequence[tuple[str, str]] = gap.entries
    shown = [f"- {_code(at) + ' ' if at else ''}{_text(said)}" for at, said in entries[:MOST_LISTED]]
    if len(entries) > MOST_LISTED:
        shown.append(f"- and {len(entries) - MOST_LISTED} more")
    title = f"{_text(gap.title)} ({len(entries)})"
    return f"<details><summary>{title}</summary>\n\n" + "\n".join(shown) + "\n\n</details>\n"


def _text(said: str) -> str:
    """A text with no markup but the code in backticks; nobody is mentioned and nothing linked."""
    parts = _cut(said).split("`")
    if len(parts) % 2 == 0:
        return _escape(_cut(said))
    return "".join(_code(part) if number % 2 else _escape(part) for number, part in enumerate(parts))


def _code(said: str) -> str:
    return f"<code>{_escape(_cut(said))}</code>"


def _cut(said: str) -> str:
    shown = harmless(said)
    return shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…"


def _escape(said: str) -> str:
    return said.translate(_MARKUP).replace("://", "&#58;//").replace("www.", "www&#46;")
