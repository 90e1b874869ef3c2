"""Policy documents that stand alone."""

from __future__ import annotations

from auditor.estate.estate import Document
from auditor.iam.document import PolicyKind
from auditor.iam.node import Members, Node
from auditor.sources.aws_outputs.functions import found_by_resource
from auditor.sources.errors import SourceError
from auditor.sources.found import Found
from auditor.sources.policy_text import policy_node, read_policy
from auditor.sources.source import Source


def read_document(value: Node, source: Source) -> Found:
    """A bare document. The resource policy of functions makes these known by name; anything else
    stays a document called as its file."""
    kind = kind_of_policy(value, source)
    policy = read_policy(value, kind, source)
    if kind is PolicyKind.RESOURCE:
        return found_by_resource(policy, source.file)
    return Found(documents=(Document(policy, source.file),))


def kind_of_policy(value: Node, source: Source) -> PolicyKind:
    """What a document can be attached to, an identity policy where nothing tells."""
    try:
        document = policy_node(value, source)
    except SourceError:
        return PolicyKind.IDENTITY
    return kind_of_statements(document) or PolicyKind.IDENTITY


def kind_of_statements(document: Node) -> PolicyKind | None:
    """What a document can be attached to, by the elements of its statements: one with a Principal
    is a trust policy where nothing names a Resource and every action is of STS, else a resource
    policy; one without is an identity policy. None where no statement tells."""
    statements = _statements(document)
    if not any(_has(statement, "Principal") for statement in statements):
        told = any(_has(statement, "Action") and _has(statement, "Resource") for statement in statements)
        return PolicyKind.IDENTITY if told else None
    if any(_has(statement, "Resource") for statement in statements):
        return PolicyKind.RESOURCE
    return PolicyKind.TRUST if all(_assumes(statement) for statement in statements) else PolicyKind.RESOURCE


def _statements(document: Node) -> list[Members]:
    listed = document.members.get("Statement") if document.members is not None else None
    if listed is None:
        return []
    items = listed.items if listed.items is not None else (listed,)
    return [item.members for item in items if item.members is not None]


def _has(statement: Members, element: str) -> bool:
    return statement.get(element) is not None or statement.get(f"Not{element}") is not None


def _assumes(statement: Members) -> bool:
    node = statement.get("Action")
    if node is None:
        return False
    actions = [item.text for item in (node.items if node.items is not None else (node,))]
    return bool(actions) and all(a is not None and str(a).lower().startswith("sts:") for a in actions)
