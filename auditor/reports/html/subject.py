"""What findings are about: functions, roles without one, and documents that stand alone."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.engine.fact import DocumentFact, Fact
from auditor.engine.facts.log_grant import is_for_lambda
from auditor.engine.finding import Finding
from auditor.estate.estate import Document, Estate
from auditor.estate.role import Role
from auditor.iam.frozen import Frozen
from auditor.iam.origin import Origin
from auditor.reports.report import AuditedFunction, Report


class Subject(Frozen):
    """One row of the report. `index` names it in the document; `title` is its name, `place` where
    it is written. `role` is the function's, or the role itself."""

    index: int
    title: str
    origin: Origin
    address: str | None = None
    function: AuditedFunction | None = None
    role: Role | None = None
    document: Document | None = None

    @property
    def kind(self) -> str:
        if self.function is not None:
            return "function"
        return "role" if self.role is not None else "document"

    @property
    def is_audited(self) -> bool:
        """Whether more than its documents was looked at: a role of another service is not."""
        return self.function is not None or self.role is None or is_for_lambda(self.role)

    @property
    def place(self) -> str:
        parts = (self.address, str(self.origin))
        return ", ".join(dict.fromkeys(part for part in parts if part and part != self.title))


class Subjects:
    """The subjects of a report, in the order of the estates, and which of them a finding is about. A role
    that is neither a function's nor for Lambda is one only where something was found about it."""

    def __init__(self, report: Report) -> None:
        self.all: list[Subject] = []
        self._functions: dict[int, Subject] = {}
        self._roles: dict[tuple[int, str], list[Subject]] = {}
        self._other_roles: dict[tuple[int, str], Role] = {}
        self._statements: dict[int, Subject] = {}
        self._policies: dict[int, Subject] = {}
        self._places: dict[str, Subject] = {}
        audited = {id(function.function): function for function in report.functions}
        for estate in report.reading.estates:
            for subject in _subjects(estate, audited, len(self.all)):
                self._add(subject, estate)
            self._other_roles.update(((id(estate), role.key), role) for role in estate.roles)

    def _add(self, subject: Subject, estate: Estate) -> None:
        self.all.append(subject)
        if subject.function is not None:
            self._functions[id(subject.function.function)] = subject
        if subject.role is not None:
            self._roles.setdefault((id(estate), subject.role.key), []).append(subject)
        if subject.document is not None:
            policy = subject.document.policy
            self._policies[id(policy)] = subject
            self._statements.update((id(statement), subject) for statement in policy.statements)

    def of(self, finding: Finding) -> list[Subject]:
        """The subjects of a finding, at least one: a role's are all functions that have it."""
        fact = finding.fact
        if fact.function is not None and id(fact.function) in self._functions:
            return [self._functions[id(fact.function)]]
        if fact.role is not None:
            key = (id(fact.estate), fact.role.key)
            if key not in self._roles and key in self._other_roles:
                self._add(_of_role(len(self.all), self._other_roles[key]), fact.estate)
            if key in self._roles:
                return self._roles[key]
        return [self._document(fact) or self._elsewhere(finding.origin)]

    def _document(self, fact: Fact) -> Subject | None:
        if isinstance(fact, DocumentFact):
            return self._policies.get(id(fact.policy))
        return self._statements.get(id(getattr(fact, "statement", None)))

    def _elsewhere(self, origin: Origin) -> Subject:
        place = origin.file or origin.arn or origin.address or "elsewhere"
        if place not in self._places:
            self._places[place] = Subject(len(self.all), place, origin)
            self.all.append(self._places[place])
        return self._places[place]


def _subjects(estate: Estate, audited: dict[int, AuditedFunction], first: int) -> Iterator[Subject]:
    index = first
    for function in estate.functions:
        role = estate.role(function.role)
        about = audited.get(id(function)) or AuditedFunction(function, ())
        yield Subject(index, function.title, function.origin, function.address, about, role)
        index += 1
    for role in estate.roles:
        if not estate.functions_of(role) and is_for_lambda(role):
            yield _of_role(index, role)
            index += 1
    for document in estate.documents:
        yield Subject(index, document.name, document.policy.origin, document=document)
        index += 1


def _of_role(index: int, role: Role) -> Subject:
    return Subject(index, role.title, role.origin, role.address, None, role)
