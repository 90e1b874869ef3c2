"""Functions by topic: what was found, what is clean, and what was not looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from auditor.engine.finding import Finding
from auditor.engine.levels import Kind, Severity
from auditor.estate.role import Role
from auditor.iam.document import Policy
from auditor.iam.frozen import Frozen
from auditor.iam.origin import Origin
from auditor.reports.html.subject import Subject, Subjects
from auditor.reports.html.topic import Topic, topic_of, topic_of_action, topics_asked
from auditor.reports.report import Report, Undetermined


class Cell(Frozen):
    """What is said of one function and one topic. `severity` is that of the `count` worst findings, `lower`
    counts the others; `first` is the number of the first of them (0: none is listed). Without findings
    `word` tells how it stands, and `why` what is left open."""

    topic: Topic
    word: str
    severity: Severity | None = None
    count: int = 0
    lower: int = 0
    first: int = 0
    why: str = ""
    open: bool = False


class Row(Frozen):
    subject: Subject
    cells: tuple[Cell, ...]

    @property
    def worst(self) -> int:
        """Orders rows: the worst finding first, then what is open, then what is clean."""
        ranks = [cell.severity.rank for cell in self.cells if cell.severity is not None]
        return min(ranks, default=len(Severity) + (not any(cell.open for cell in self.cells)))


CLEAN, OPEN, UNSEEN, NONE = "clean", "undetermined", "not looked at", "does not apply"


def lay_out(report: Report, subjects: Subjects, numbered: Mapping[int, int]) -> list[Row]:
    """One row for each subject, the worst first. `numbered` are the numbers of the findings that the
    report lists, by identity."""
    found: dict[tuple[int, Topic], list[Finding]] = {}
    for finding in report.findings:
        for subject in subjects.of(finding):
            found.setdefault((subject.index, topic_of(finding.fact)), []).append(finding)
    asked = topics_asked(report.rules) if report.rules else frozenset(Topic)
    questions = _Questions(report.undetermined)
    rows = []
    for subject in subjects.all:
        about = questions.about(subject)
        cells = (
            _found(topic, findings, numbered)
            if (findings := found.get((subject.index, topic)))
            else _not_found(subject, topic, about, topic in asked)
            for topic in Topic
        )
        rows.append(Row(subject, tuple(cells)))
    return sorted(rows, key=lambda row: row.worst)


def _found(topic: Topic, findings: Sequence[Finding], numbered: Mapping[int, int]) -> Cell:
    worst = min(findings, key=lambda finding: finding.severity.rank)
    first = min((numbered[id(finding)] for finding in findings if id(finding) in numbered), default=0)
    kinds = {finding.kind for finding in findings}
    word = " and ".join(kind.value for kind in Kind if kind in kinds)
    count = sum(finding.severity is worst.severity for finding in findings)
    return Cell(topic, word, worst.severity, count, len(findings) - count, first, open=True)


def _not_found(subject: Subject, topic: Topic, questions: Sequence[Undetermined], asked: bool) -> Cell:
    if not asked:
        return Cell(topic, UNSEEN, why="no rule of this topic was asked", open=True)
    lacks = _lacks(subject, topic)
    if lacks is None:
        return Cell(topic, NONE)
    if lacks:
        return Cell(topic, UNSEEN, why=lacks, open=True)
    needs = subject.function.needs if subject.function is not None else ()
    for decided in needs:
        if decided.decision == "undetermined" and topic_of_action(decided.need.request.action) is topic:
            return Cell(topic, OPEN, why=decided.reason, open=True)
    unread = [policy for policy in _policies(subject, topic) if policy.unknown]
    for question in questions:
        asked_about = topic_of_action(question.question.action) is topic if question.question is not None else unread
        if asked_about:
            return Cell(topic, OPEN, why=question.reason, open=True)
    if unread:
        return Cell(topic, OPEN, why=f"`{unread[0].unknown[0].text}` is not known", open=True)
    return Cell(topic, CLEAN)


class _Questions:
    """What could not be answered, by the function or the place that it is about."""

    def __init__(self, undetermined: Iterable[Undetermined]) -> None:
        self._functions: dict[int, list[Undetermined]] = {}
        self._places: dict[Origin, list[Undetermined]] = {}
        for question in undetermined:
            if question.function is not None:
                self._functions.setdefault(id(question.function), []).append(question)
            else:
                self._places.setdefault(question.origin.at(None), []).append(question)

    def about(self, subject: Subject) -> list[Undetermined]:
        """The questions about a subject: its own, and those about what its role has in common with others."""
        found = list(self._functions.get(id(subject.function.function), ())) if subject.function is not None else []
        if self._places:
            for place in dict.fromkeys(_places(subject)):
                found += self._places.get(place, ())
        return found


def _places(subject: Subject) -> Iterator[Origin]:
    """Where a role and its policies are written."""
    role = subject.role
    policies = [policy for topic in (Topic.TRUST, Topic.ROLE) for policy in _policies(subject, topic)]
    if subject.document is not None:
        policies.append(subject.document.policy)
    if role is not None:
        yield role.origin.at(None)
        yield from (held.origin.at(None) for held in role.policies)
    for policy in policies:
        yield policy.origin.at(None)
        yield from (statement.origin.at(None) for statement in policy.statements)
        yield from (unread.origin.at(None) for unread in policy.unknown)


def _policies(subject: Subject, topic: Topic) -> list[Policy]:
    """The policies that decide a topic of a subject, as far as they are known."""
    role = subject.role
    match topic:
        case Topic.INVOCATION:
            held = [subject.function.function.resource_policy] if subject.function is not None else []
        case Topic.TRUST:
            held = [role.trust] if role is not None else []
        case Topic.LOGS | Topic.ROLE:
            held = [*(one.policy for one in role.policies), role.boundary, *role.perhaps] if role is not None else []
        case Topic.DOCUMENTS:
            held = []
    return [policy for policy in held if policy is not None]


def _lacks(subject: Subject, topic: Topic) -> str | None:
    """What is not known of a subject, so that the topic could not be looked at: empty where all is
    known, None where the topic is none of its."""
    function = subject.function.function if subject.function is not None else None
    if not subject.is_audited and topic is not Topic.DOCUMENTS:
        return None
    match topic:
        case Topic.INVOCATION:
            if function is None:
                return None
            if function.resource_policy is None:
                return "its resource policy is not known"
            known = function.hooks or function.hooks_known or function.invokers or function.invokers_known
            return "" if known else "who calls it is not known"
        case Topic.DOCUMENTS:
            documented = subject.document is not None or subject.role is not None
            return "" if documented or (function and function.resource_policy is not None) else "no document is known"
        case _ if subject.role is None:
            return "its role is not known" if function is not None else None
        case Topic.TRUST:
            return "" if subject.role.trust is not None else "the trust policy is not known"
        case Topic.LOGS | Topic.ROLE:
            return _lacks_of(subject.role)


def _lacks_of(role: Role) -> str:
    if not role.policies_known:
        return "other policies of the role may not be known" if role.policies else "the role's policies are not known"
    unread = [str(held.arn or held.name) for held in role.policies if held.policy is None or held.policy.unread]
    return f"what `{unread[0]}` allows is not known" if unread else ""
