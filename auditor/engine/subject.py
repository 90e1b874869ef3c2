"""What a finding is about, and which rule may speak where several would."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from auditor.engine.fact import (
    DocumentFact,
    Fact,
    InvokeGrant,
    InvokeNeed,
    LogGrant,
    LogNeed,
    RoleGrant,
    RoleNeed,
    RolePath,
    RoleUse,
    TrustGrant,
    TrustNeed,
    UrlNeed,
)
from auditor.engine.levels import Confidence, Severity
from auditor.engine.message import Message
from auditor.engine.rule import Rule
from auditor.estate.role import Attachment, Role, RolePolicy
from auditor.iam.document import Defect, Statement
from auditor.iam.frozen import Frozen


class Match(Frozen):
    """A rule that holds for a fact, and what it then says."""

    rule: Rule
    fact: Fact
    severity: Severity
    confidence: Confidence
    message: Message

    @property
    def rank(self) -> tuple[int, int, str, tuple[str, int, int, str, str]]:
        """Orders matches: the more severe first, then the more certain, then by name and place."""
        return (self.severity.rank, self.confidence.rank, self.rule.id, self.fact.origin.sort_key())


def settle(matches: Iterable[Match]) -> list[tuple[Match, ...]]:
    """The matches that become findings, those of one finding together, the worst first.

    About one subject there is none of a rule that another rule there replaces, and of the rest
    the first of each topic. What is then left of one statement, topic and kind is one finding.
    """
    findings: dict[Hashable, list[Match]] = {}
    for match in _kept(matches):
        key = (whole(match.fact), match.rule.topic, match.rule.kind)
        findings.setdefault(key, []).append(match)
    return [tuple(sorted(parts, key=lambda part: part.rank)) for parts in findings.values()]


def _kept(matches: Iterable[Match]) -> list[Match]:
    """One match for each subject and topic."""
    groups: dict[Hashable, list[Match]] = {}
    for match in matches:
        groups.setdefault(subject(match.fact), []).append(match)
    kept: list[Match] = []
    for group in groups.values():
        replaced = {name for match in group for name in match.rule.replaces}
        told: set[str] = set()
        for match in sorted(group, key=lambda match: match.rank):
            names = {match.rule.id, *match.rule.aliases}
            if match.rule.topic not in told and not names & replaced:
                told.add(match.rule.topic)
                kept.append(match)
    return kept


def subject(fact: Fact) -> Hashable:
    """What a fact is about: a need; or a statement of one function, role or policy with one of its
    principals; or one defect. Facts of different kinds may be about the same statement."""
    match fact:
        case InvokeGrant():
            return (whole(fact), fact.caller, fact.service, fact.principal)
        case TrustGrant():
            return (whole(fact), fact.caller, fact.principal)
        case DocumentFact(defect=defect):
            return (whole(fact), defect.origin, defect.message)
        case RolePath(path=path):
            return (whole(fact), path)
        case _:
            return whole(fact)


def whole(fact: Fact) -> Hashable:
    """What holds the subject of a fact: the statement with all its principals or defects. A need, and
    a defect that is in no one statement, stand for themselves."""
    root = (fact.estate.kind, fact.estate.root)
    function = fact.function.key if fact.function else None
    match fact:
        case InvokeNeed(need=need):
            request = need.request
            return (*root, "invoke", function, request.principal, request.resource, tuple(request.context.items()))
        case UrlNeed(need=need):
            return (*root, "url", function, need.request.principal, need.request.action, need.request.resource)
        case LogNeed() | RoleNeed():
            what = (fact.feature, fact.target) if isinstance(fact, RoleNeed) else ("logs",)
            return (*root, "role-need", function, *what)
        case TrustNeed() | RolePath() | RoleUse():
            return (*root, type(fact).__name__, _role(fact.role) or fact.origin.file)
        case InvokeGrant():
            return (*root, "grant", function, _statement(fact.statement))
        case TrustGrant():
            return (*root, "trust", _role(fact.role), _statement(fact.statement))
        case LogGrant() | RoleGrant():
            return (*root, "role", _role(fact.role), *_policy_statement(fact.policy, fact.statement))
        case DocumentFact(defect=Defect(statement=None) as defect):
            return (*root, "document", fact.policy.origin, defect.origin, defect.message)
        case DocumentFact(defect=defect):
            # The policy of a function may come from several files, each of which counts from 0.
            place = (defect.origin.file, defect.origin.address)
            return (*root, "document", fact.policy.origin, *place, defect.statement)
        case _:
            raise AssertionError(fact)


def _role(role: Role | None) -> str | None:
    return role.key if role else None


def _statement(statement: Statement) -> Hashable:
    return (statement.origin, statement.index)


def _policy_statement(policy: RolePolicy, statement: Statement) -> tuple[Hashable, ...]:
    """A statement of a role's policy. A policy of AWS's is held or not held as a whole, so all its
    statements are one."""
    whole = policy.attachment is Attachment.AWS_MANAGED
    return (policy.name, policy.arn, None if whole else _statement(statement))
