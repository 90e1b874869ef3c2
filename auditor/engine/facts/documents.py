"""Facts about what is wrong with the documents themselves."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.engine.fact import DocumentFact
from auditor.engine.facts.statement_defects import statement_defects
from auditor.estate.estate import Estate
from auditor.estate.function import Function
from auditor.estate.role import Attachment, Role
from auditor.iam.document import Policy


def document_facts(estate: Estate) -> Iterator[DocumentFact]:
    """One fact for each defect of each document, each document once."""
    for function in estate.functions:
        if function.resource_policy is not None:
            yield from _defects(estate, function.resource_policy, function, None)
    seen: set[int] = set()
    for role in estate.roles:
        documents = [role.trust, role.boundary]
        documents += [p.policy for p in role.policies if p.attachment is not Attachment.AWS_MANAGED]
        only = estate.only_function_of(role)
        for document in documents:
            if document is not None and id(document) not in seen:
                seen.add(id(document))
                yield from _defects(estate, document, only, role)
    for alone in estate.documents:
        yield from _defects(estate, alone.policy, None, None)


def _defects(estate: Estate, policy: Policy, function: Function | None, role: Role | None) -> Iterator[DocumentFact]:
    for defect in (*policy.defects, *statement_defects(policy)):
        yield DocumentFact(
            estate=estate,
            origin=defect.origin,
            function=function,
            role=role,
            policy=policy,
            defect=defect,
            problem=defect.kind,
        )
