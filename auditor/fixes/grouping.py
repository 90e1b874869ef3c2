"""Findings whose fixes have to do with one another."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence

from auditor.engine.fact import (
    Fact,
    InvokeGrant,
    InvokeNeed,
    LogGrant,
    LogNeed,
    RoleGrant,
    RoleNeed,
    TrustGrant,
    TrustNeed,
    UrlNeed,
)
from auditor.engine.finding import Finding
from auditor.estate.role import Attachment, Role
from auditor.fixes.candidate import Candidate, TakeOut
from auditor.fixes.combining import identity_of
from auditor.fixes.operation import (
    AddInlinePolicy,
    AddPermission,
    DetachPolicy,
    RemovePermission,
    ReplaceStatement,
    ReplaceTrust,
)
from auditor.iam.document import Statement
from auditor.iam.frozen import Frozen
from auditor.iam.statements import bare


class Case(Frozen):
    """A finding, its place among the findings, and what might mend it, the narrowest first."""

    place: int
    finding: Finding
    candidates: tuple[Candidate, ...]

    @property
    def choices(self) -> tuple[Candidate, ...]:
        """The candidates that do something."""
        return tuple(candidate for candidate in self.candidates if candidate.changes)

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The statements that the finding is about."""
        grants = (InvokeGrant, LogGrant, RoleGrant, TrustGrant)
        return tuple(fact.statement for fact in self.finding.facts if isinstance(fact, grants))


class Links:
    """Things that belong together, directly or through others (a union-find)."""

    def __init__(self) -> None:
        self._of: dict[Hashable, Hashable] = {}

    def root(self, thing: Hashable) -> Hashable:
        """What stands for all that `thing` belongs together with."""
        path = [thing]
        while (above := self._of.get(path[-1], path[-1])) != path[-1]:
            path.append(above)
        self._of.update(dict.fromkeys(path, path[-1]))
        return path[-1]

    def join(self, things: Iterable[Hashable]) -> None:
        first, *others = map(self.root, things)
        self._of.update(dict.fromkeys(others, first))


def grouped(findings: Sequence[Finding]) -> Iterator[list[tuple[int, Finding]]]:
    """The findings, with their places, about one function's policy, one role's policies, or one
    role's trust. Roles that hold one managed policy are one."""
    links = Links()
    for estate in {id(finding.fact.estate): finding.fact.estate for finding in findings}.values():
        for role in estate.roles:
            shared = (p for p in role.policies if p.attachment is Attachment.MANAGED and (p.arn or p.address))
            links.join([(id(estate), "role", role.key), *((id(estate), p.arn, p.address) for p in shared)])
    groups: dict[Hashable, list[tuple[int, Finding]]] = {}
    for place, finding in enumerate(findings):
        groups.setdefault(links.root(_about(finding.fact, place)), []).append((place, finding))
    yield from groups.values()


def _about(fact: Fact, place: int) -> Hashable:
    estate = id(fact.estate)
    match fact:
        case InvokeGrant() | InvokeNeed() | UrlNeed() if fact.function is not None:
            return (estate, "function", fact.function.key)
        case LogGrant() | LogNeed() | RoleGrant() | RoleNeed() if fact.role is not None:
            return (estate, "role", fact.role.key)
        case TrustGrant() | TrustNeed() if fact.role is not None:
            return (estate, "trust", fact.role.key)
        case _:
            return place


def clusters(cases: Sequence[Case], open_through: Sequence[Iterable[Statement]]) -> list[list[int]]:
    """The numbers of the cases that must have one fix together: their first choices change one
    statement or document or add the same, or one is open through a statement of the other
    (`open_through`, for each case)."""
    links = Links()
    for number, case in enumerate(cases):
        touched = [("statement", bare(statement)) for statement in (*case.statements, *open_through[number])]
        links.join([number, *touched, *(_touched(case.choices[0]))])
    found: dict[Hashable, list[int]] = {}
    for number in range(len(cases)):
        found.setdefault(links.root(number), []).append(number)
    return list(found.values())


def _touched(candidate: Candidate) -> Iterator[Hashable]:
    for change in candidate.changes:
        match change:
            case TakeOut(holder=holder, statement=statement):
                yield ("trust", holder.key) if isinstance(holder, Role) else ("statement", bare(statement))
            case AddPermission(statement=statement):
                yield ("add", bare(statement))
            case RemovePermission(statement=statement):
                yield ("statement", bare(statement))
            case ReplaceStatement(policy=policy, statement=statement):
                yield ("policy", identity_of(policy))
            case AddInlinePolicy(role=role, name=name):
                yield ("new policy", role.key, name)
            case DetachPolicy(role=role, policy=policy):
                yield ("attachment", role.key, identity_of(policy))
            case ReplaceTrust(role=role):
                yield ("trust", role.key)
