"""Mending what is wrong with a document of a role, where an edit of one statement does it."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from auditor.engine.fact import DocumentFact
from auditor.estate.role import RolePolicy
from auditor.fixes.candidate import Candidate
from auditor.fixes.operation import ReplaceStatement
from auditor.iam.catalogue import matched_by
from auditor.iam.document import Defect, DefectKind, Pattern, Statement
from auditor.iam.text import text

_BY_HAND = "write it as AWS expects it"


def plan_document(fact: DocumentFact) -> Iterator[Candidate]:
    """An edit that changes no access; else what to write."""
    held, statement = _place(fact)
    by = _by(fact.defect, statement, fact) if statement is not None else None
    if fact.role is not None and held is not None and statement is not None and by is not None and _can_tell(by, fact):
        yield Candidate(
            _title(fact.defect), (ReplaceStatement(fact.role, held, statement, by),), advice=fact.defect.help
        )
    yield Candidate("Correct the document", advice=fact.defect.help or _BY_HAND)


def _place(fact: DocumentFact) -> tuple[RolePolicy | None, Statement | None]:
    """The statement that a defect is in, and the policy of the role that has it."""
    for held in fact.role.policies if fact.role is not None else ():
        if held.policy is fact.policy:
            number, place = fact.defect.statement, fact.defect.origin
            for statement in fact.policy.statements:
                if statement.index == number or (number is None and statement.origin == place):
                    return held, statement
    return None, None


def _can_tell(by: tuple[Statement, ...], fact: DocumentFact) -> bool:
    """Whether an edit can tell the statement from the others: one that stands at the same place and
    says the same changes with it. To take out one of two that say the same, either will do."""
    if not by:
        return True
    written = [replace(statement, index=0) for statement in fact.policy.statements]
    return all(written.count(statement) == 1 for statement in written)


def _by(defect: Defect, statement: Statement, fact: DocumentFact) -> tuple[Statement, ...] | None:
    """What stands in the place of the statement afterwards; None where no edit is sure to be right."""
    match defect.kind:
        case DefectKind.REDUNDANT if not defect.help:
            return ()
        case DefectKind.UNKNOWN_ACTION if not statement.not_action:
            kept = tuple(pattern for pattern in statement.actions if _exists(pattern))
            return (replace(statement, actions=kept),) if kept else ()
        case DefectKind.DUPLICATE_SID if statement.sid is not None:
            return (replace(statement, sid=text(_free_sid(statement, fact))),)
        case _:
            return None


def _exists(pattern: Pattern) -> bool:
    return pattern.text.literal is None or ":" not in pattern.text.literal or bool(matched_by(pattern.text.literal))


def _free_sid(statement: Statement, fact: DocumentFact) -> str:
    used = {str(other.sid) for other in fact.policy.statements if other.sid is not None}
    return next(name for n in range(2, len(used) + 3) if (name := f"{statement.sid}{n}") not in used)


def _title(defect: Defect) -> str:
    match defect.kind:
        case DefectKind.REDUNDANT:
            return "Remove the statement"
        case DefectKind.UNKNOWN_ACTION:
            return "Take out the actions that do not exist"
        case _:
            return "Give the statement a Sid of its own"
