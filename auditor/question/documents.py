"""Policy documents from plain JSON values, with what cannot be read of them made to count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from auditor.iam.document import DefectKind, Effect, Policy, PolicyKind, UnknownStatement
from auditor.iam.node import node
from auditor.iam.parse import parse_policy
from auditor.iam.parse.policy import VERSIONS
from auditor.iam.text import text
from auditor.sources.errors import UsageError

Document: TypeAlias = "Policy | Mapping[str, Any]"

_MEMBERS = {"Version", "Id", "Statement"}
_REFUSED = (DefectKind.MALFORMED, DefectKind.DUPLICATE_KEY)


def parse_document(document: Document, kind: PolicyKind, name: str) -> Policy:
    """A document as `json.loads` gives it as a policy; `name` is what messages call it.

    A part that cannot be read may allow anything and, unless its Effect says otherwise, deny
    anything: what rests on it is then undetermined. Raises `UsageError` where the document is no
    object, or nests too deeply to be one.
    """
    if isinstance(document, Policy):
        return document
    if not isinstance(document, Mapping):
        raise UsageError(f"the {name} is no object", 'write `{"Version": "2012-10-17", "Statement": [...]}`')
    try:
        policy = parse_policy(node(dict(document)), kind)
    except RecursionError:
        raise UsageError(f"the {name} nests too deeply", "a policy needs 6 levels") from None
    return with_doubts(policy, f"the {name}", readable=_is_readable(document))


def with_doubts(policy: Policy, name: str, *, readable: bool = True) -> Policy:
    """The policy with its unread parts counted both ways; not `readable` is a document that is
    wrong as a whole."""
    unread = [part for part in policy.unknown if not part.text.holes]
    if readable and not unread:
        return policy
    wrong = next((defect.message for defect in policy.defects if defect.kind in _REFUSED), "it is malformed")
    reason = text(f"{name} cannot be read: {wrong}")
    effects = [effect for part in unread for effect in ([part.effect] if part.effect else Effect)]
    if not readable:
        effects = list(Effect)
    doubts = (UnknownStatement(reason, policy.origin, effect) for effect in dict.fromkeys(effects))
    return replace(policy, unknown=(*(part for part in policy.unknown if part.text.holes), *doubts))


def _is_readable(document: Mapping[str, Any]) -> bool:
    """Whether nothing is wrong with a document outside its statements."""
    version = document.get("Version")
    known = "Version" not in document or (isinstance(version, str) and version in VERSIONS)
    return known and "Statement" in document and _MEMBERS.issuperset(document)
