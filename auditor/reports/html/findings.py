"""The findings as the report lists them: a row each, and what opens below it."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.engine.fact import DocumentFact, Fact
from auditor.engine.finding import Finding
from auditor.fixes.fix import Safety
from auditor.iam.document import Statement
from auditor.iam.frozen import Frozen
from auditor.iam.origin import Origin
from auditor.reports.excerpt import SourceLines
from auditor.reports.html.code import Excerpt, Piece, mark_statement, marks_of, quote
from auditor.reports.html.picture import cut
from auditor.reports.html.remedies import Remedies, Remedy
from auditor.reports.html.subject import Subject, Subjects
from auditor.reports.html.topic import Topic, topic_of
from auditor.reports.report import Entry, Report
from auditor.reports.screen import several
from auditor.reports.witness import tell_details, tell_witness

_LONGEST_NAME = 200


class Row(Frozen):
    """A finding's head: what is there before it is opened."""

    number: int
    entry: Entry
    topic: Topic
    subjects: tuple[Subject, ...]
    about: str
    gates: bool
    fixable: str

    @property
    def finding(self) -> Finding:
        return self.entry.finding

    @property
    def facets(self) -> str:
        """What a filter asks of it."""
        about = " ".join(str(subject.index) for subject in self.subjects)
        finding = self.finding
        return "|".join((finding.severity.value, finding.kind.value, self.topic.value, about, self.fixable))


class Body(Frozen):
    """What opens below a row."""

    row: Row
    sentence: str
    request: tuple[str, ...]
    excerpt: Excerpt | None
    statement: tuple[Piece, ...]
    granting: bool
    also: tuple[str, ...]
    related: tuple[Origin, ...]
    remedies: tuple[Remedy, ...]


class Findings:
    """The findings that a report lists, numbered from 1."""

    def __init__(self, report: Report, subjects: Subjects, source: SourceLines) -> None:
        self._source = source
        self._remedies = Remedies()
        self.numbers = {id(entry.finding): number for number, entry in enumerate(report.shown, 1)}
        self.rows = [
            self._row(number, entry, subjects, report.terms.gates(entry.finding))
            for number, entry in enumerate(report.shown, 1)
        ]

    @property
    def live(self) -> list[Row]:
        """The rows of what nothing suppresses, the worst first."""
        return [row for row in self.rows if row.entry.suppressed is None]

    def by_subject(self) -> dict[int, list[tuple[int, Finding]]]:
        """The numbered findings that nothing suppresses, by the index of their subject."""
        found: dict[int, list[tuple[int, Finding]]] = {}
        for row in self.live:
            for subject in row.subjects:
                found.setdefault(subject.index, []).append((row.number, row.finding))
        return found

    def bodies(self) -> Iterator[Body]:
        """What opens below each row, in order. Each fix is written out where it comes first."""
        return (self._body(row) for row in self.rows)

    def _row(self, number: int, entry: Entry, subjects: Subjects, gates: bool) -> Row:
        finding = entry.finding
        about = tuple(subjects.of(finding))
        safeties = {rendered.fix.safety for rendered in entry.fixes}
        fixable = next((safety.value for safety in Safety if safety in safeties), "none")
        gates = gates and entry.suppressed is None
        return Row(number, entry, topic_of(finding.fact), about, _name(finding, about), gates, fixable)

    def _body(self, row: Row) -> Body:
        finding = row.finding
        request: list[str] = []
        if finding.witness is not None:
            request = tell_details(finding.witness.request, "does" if finding.witness.allowed else "is refused")
        statement = _statement(finding.fact)
        within = statement.origin if statement is not None else None
        excerpt = quote(finding.origin, within, marks_of(finding.fact), self._source)
        others = [part.fact for part in finding.also if isinstance(part.fact, DocumentFact)]
        return Body(
            row,
            tell_witness(finding) or "",
            tuple(request),
            excerpt,
            mark_statement(statement, finding.fact) if excerpt is None and statement is not None else (),
            getattr(finding.fact, "statement", None) is not None,
            tuple(f"{fact.defect.message} ({fact.origin})" for fact in others),
            tuple(origin for origin in finding.related if origin not in {fact.origin for fact in others}),
            tuple(self._remedies.of(row.entry, row.number)),
        )


def _statement(fact: Fact) -> Statement | None:
    statement = getattr(fact, "statement", None) or getattr(fact, "other_statement", None)
    return statement if isinstance(statement, Statement) else None


def _name(finding: Finding, about: tuple[Subject, ...]) -> str:
    """What a finding is about, in a word."""
    if finding.function is not None:
        return cut(finding.function.title, _LONGEST_NAME)
    role = finding.fact.role
    if role is None:
        return cut(about[0].title, _LONGEST_NAME)
    shared = f" ({several(len(about), 'function')})" if len(about) > 1 else ""
    return f"role {cut(role.title, _LONGEST_NAME)}{shared}"
