"""The text report: what a person reads in a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from auditor.engine.fact import DocumentFact
from auditor.engine.finding import Finding
from auditor.engine.levels import Confidence
from auditor.fixes.fix import RenderedFix
from auditor.iam.origin import Origin
from auditor.reports.excerpt import show_excerpt
from auditor.reports.look import Frame, Look
from auditor.reports.remedy import choose_code, show_fix
from auditor.reports.report import Entry, Report
from auditor.reports.screen import BLANK, MARGIN, Line, Style, draw, hang, plain, several, style_of, styled, width_of
from auditor.reports.summary import show_summary
from auditor.reports.suppressed import tell_suppression
from auditor.reports.witness import tell_details, tell_witness

Wording: TypeAlias = "tuple[str, str, tuple[str, ...]]"
"""What makes two fixes the same to a reader: the title, the advice, and what is written out."""

NARROWEST = 60
WIDEST = 120
MOST_OTHERS = 4


@dataclass(slots=True)
class _Told:
    """What the report has shown already and need not show again."""

    fixes: dict[Wording, str] = field(default_factory=dict)
    places: set[Origin] = field(default_factory=set)


def render_text(report: Report, look: Look) -> str:
    """The report as text: findings by function, then the summary."""
    return "".join(pieces(report, Frame(look)))


def pieces(report: Report, frame: Frame) -> Iterator[str]:
    """The same text piece by piece: one for each function, role or document, and the summary."""
    look = frame.look
    width = max(NARROWEST, min(look.width, WIDEST))
    told = _Told()
    groups = _group(report.shown)
    alike = Counter(_head(entries[0].finding) for entries in groups.values())
    for (root, _), entries in groups.items():
        head = _head(entries[0].finding)
        lines = [*_show_heading(head, f"read through {root or '.'}" if alike[head] > 1 else "", width), BLANK]
        for instances in _fold(entries):
            lines += [*_show_entry(instances, look, width, told), BLANK]
        yield draw(lines, color=look.color)
    yield draw(show_summary(report, width, whole=look.whole), color=look.color)


def _group(entries: tuple[Entry, ...]) -> dict[tuple[str, str], list[Entry]]:
    """The entries by estate and subject, both in the order of their worst finding."""
    groups: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        groups.setdefault((entry.finding.fact.estate.root, _subject(entry.finding)), []).append(entry)
    return groups


def _fold(entries: list[Entry]) -> list[list[Entry]]:
    """The entries that read the same but for where they stand: instances of one block, and statements
    that one fix mends."""
    folded: dict[Hashable, list[Entry]] = {}
    for entry in entries:
        finding = entry.finding
        alike = (finding.rule, finding.severity, finding.confidence, finding.message)
        wordings = tuple(_word(rendered, finding) for rendered in entry.fixes)
        place = None if _reads_whole(entry) else finding.origin.at(None)
        folded.setdefault((alike, tell_witness(finding), wordings, place, entry.suppressed), []).append(entry)
    return list(folded.values())


def _reads_whole(entry: Entry) -> bool:
    """Whether the fixes of a finding are written out, so that equal words are equal fixes, and nothing
    else is told beside it."""
    told = all(_word(rendered, entry.finding)[2] or not rendered.fix.operations for rendered in entry.fixes)
    return bool(entry.fixes) and told and not entry.finding.related and not entry.finding.also


def _word(rendered: RenderedFix, finding: Finding) -> Wording:
    code = choose_code(rendered, finding.fact.estate.kind, WIDEST)
    return (rendered.fix.title, rendered.fix.advice, tuple(code))


def _subject(finding: Finding) -> str:
    """What a finding is about: its function, else its role, else the document it stands in."""
    if finding.function:
        return finding.function.key
    role = finding.fact.role
    return f"role {role.key}" if role else str(finding.origin.file or finding.origin.arn or "")


def _head(finding: Finding) -> tuple[str, str | None, str]:
    """The name of what a finding is about, its address and its place."""
    function, role = finding.function, finding.fact.role
    if function:
        return function.title, function.address, str(function.origin)
    if role:
        return f"role {role.title}", role.address, str(role.origin)
    return _subject(finding), None, ""


def _show_heading(head: tuple[str, str | None, str], through: str, width: int) -> list[Line]:
    """`through` tells headings apart that name one thing: a module that several roots call."""
    name, *whereabouts = head
    beside = "  ".join(part for part in (*whereabouts, through) if part and part != name)
    if width_of(name) + width_of(beside) + 6 > width:
        rule = "─" * (width - width_of(name) - 4)
        return [
            [("── ", Style.FAINT), (name, Style.STRONG), (f" {rule}", Style.FAINT)],
            [("   " + beside, Style.FAINT)],
        ]
    rule = "─" * (width - width_of(name) - width_of(beside) - 6)
    return [[("── ", Style.FAINT), (name, Style.STRONG), (f" {rule} {beside}", Style.FAINT)]]


def _show_entry(instances: list[Entry], look: Look, width: int, told: _Told) -> list[Line]:
    """A finding; of several that read the same the first, their number, and where the others are."""
    entry = instances[0]
    finding = entry.finding
    style = style_of(finding.severity)
    lines: list[Line] = [[(finding.severity.value, style), ("  ", Style.PLAIN), (finding.rule, Style.NAME)]]
    if finding.confidence is not Confidence.HIGH:
        lines[0].append((f"  (confidence {finding.confidence.value})", Style.FAINT))
    if len(instances) > 1:
        lines[0].append((f"  ({len(instances)} times)", Style.FAINT))
    if entry.suppressed is not None:
        lines[0].append((f"  ({tell_suppression(entry.suppressed)})", Style.DOUBTFUL))
    lines += [*styled(finding.message, Style.STRONG, width), BLANK]
    shown = finding.origin.at(None) in told.places
    lines += _show_place_in(finding.origin, " (shown above)" if shown else "", width)
    if not shown:
        excerpt = show_excerpt(finding.origin, look.source, width - 2, style)
        lines += [[("  ", Style.PLAIN), *line] for line in excerpt]
        told.places |= {finding.origin.at(None)} if excerpt else set()
    lines.append(BLANK)
    others = [_tell_other(other.finding.origin, finding.origin) for other in instances[1:]]
    lines += hang("also in", [plain(other) for other in _cut(others, look)])
    lines += _show_related(finding, look, width)
    lines += _show_witness(finding, width)
    lines += _show_fixes(entry, look, width, told)
    return lines + hang("more", [plain(f"auditor rules {finding.rule}")])


def _tell_other(origin: Origin, first: Origin) -> str:
    """Where another instance is: by its address, where the lines are those of the first."""
    if origin.address and origin.at(None) == first.at(None):
        return origin.address
    return f"{origin} in {origin.address}" if origin.address and origin.address != str(origin) else str(origin)


def _show_related(finding: Finding, look: Look, width: int) -> list[Line]:
    """The other mistakes of the same statement, and the other places that matter."""
    others = [part.fact for part in finding.also if isinstance(part.fact, DocumentFact)]
    mistakes = _cut([f"{fact.defect.message} ({fact.origin})" for fact in others], look)
    places = [origin for origin in finding.related if origin not in {fact.origin for fact in others}]
    return [
        *hang("also", [line for mistake in mistakes for line in styled(mistake, Style.PLAIN, width - MARGIN)]),
        *hang("see also", [_show_place(origin) for origin in places]),
    ]


def _cut(entries: list[str], look: Look) -> list[str]:
    """The first of a list, and how many are left out."""
    if look.whole or len(entries) <= MOST_OTHERS + 1:
        return entries
    return [*entries[:MOST_OTHERS], f"… {len(entries) - MOST_OTHERS} more, -v shows all"]


def _show_place_in(origin: Origin, remark: str, width: int) -> list[Line]:
    """A place with its address, which has a line of its own where both are too wide for one."""
    line: Line = [("  ", Style.PLAIN), *_show_place(origin), (remark, Style.FAINT)]
    if sum(width_of(part) for part, _ in line) <= width:
        return [line]
    first: Line = [("  ", Style.PLAIN), (str(origin), Style.PLAIN), (remark, Style.FAINT)]
    return [first, [(f"  in {origin.address}", Style.FAINT)]] if origin.address else [first]


def _show_place(origin: Origin) -> Line:
    address = origin.address if origin.address and origin.address != str(origin) else ""
    return [(str(origin), Style.PLAIN), (f" in {address}" if address else "", Style.FAINT)]


def _show_witness(finding: Finding, width: int) -> list[Line]:
    """The sentence, and faintly the request that it tells."""
    sentence = tell_witness(finding)
    if sentence is None or finding.witness is None:
        return []
    lines = styled(sentence, Style.PLAIN, width - MARGIN)
    for detail in tell_details(finding.witness.request, "does" if finding.witness.allowed else "is refused"):
        lines += styled(detail, Style.FAINT, width - MARGIN)
    return hang("witness", lines)


def _show_fixes(entry: Entry, look: Look, width: int, told: _Told) -> list[Line]:
    """The best fix, or all of them where the look is whole; each is written out only once."""
    lines: list[Line] = []
    for rendered in entry.fixes if look.whole else entry.fixes[:1]:
        wording = _word(rendered, entry.finding)
        if wording in told.fixes:
            repeat = f"{rendered.fix.title} (written out above, for {told.fixes[wording]})"
            lines += hang("fix", styled(repeat, Style.PLAIN, width - MARGIN))
            continue
        if any(wording[1:]):
            told.fixes[wording] = entry.finding.rule
        lines += show_fix(rendered, entry.finding.fact.estate.kind, width, whole=look.whole)
    others = 0 if look.whole else len(entry.fixes) - 1
    if others > 0:
        lines += hang("", [[(f"{several(others, 'other way')} to mend it, -v shows all", Style.FAINT)]])
    return lines
