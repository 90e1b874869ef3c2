"""Policy documents from plain JSON values, with what cannot be read of them made to count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from msgspec.structs import replace

from auditor.iam.document import DefectKind, Effect, Policy, PolicyKind, UnknownStatement
from auditor.iam.node import Members, Node, node
from auditor.iam.origin import NOWHERE
from auditor.iam.parse import parse_policy
from auditor.iam.parse.policy import VERSIONS
from auditor.iam.text import text
from auditor.sources.errors import SourceError, UsageError
from auditor.sources.located_json import parse_json
from auditor.sources.places import everywhere

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
    found = document_node(document, name)
    return with_doubts(parse_policy(found, kind), f"the {name}", readable=is_readable(found))


def document_node(document: Mapping[str, Any], name: str) -> Node:
    """The document itself, also where it is the answer of get-policy around its text. Raises
    `UsageError` as `parse_document` does."""
    if not isinstance(document, Mapping):
        raise UsageError(f"the {name} is no object", 'write `{"Version": "2012-10-17", "Statement": [...]}`')
    enveloped = document.get("Policy") if "Statement" not in document else None
    try:
        if isinstance(enveloped, str):
            return parse_json(enveloped, everywhere(NOWHERE))
        return node(dict(document))
    except RecursionError:
        raise UsageError(f"the {name} nests too deeply", "a policy needs 6 levels") from None
    except SourceError as error:
        raise UsageError(f"the {name} holds a text that is no JSON: {error.message}", error.help) from error


def with_doubts(policy: Policy, name: str, *, readable: bool = True) -> Policy:
    """The policy with its unread parts counted both ways; not `readable` is a document that is
    wrong as a whole. What is not known before deployment is no such part."""
    wrong = next((defect.message for defect in policy.defects if defect.kind in _REFUSED), "")
    unread = [part for part in policy.unknown if not part.text.holes] if wrong else []
    if readable and not unread:
        return policy
    effects = [effect for part in unread for effect in ([part.effect] if part.effect else Effect)]
    if not readable:
        effects = list(Effect)
    reason = f"{name} cannot be read: {wrong or 'it is malformed'}"
    doubts = (UnknownStatement(text(name), policy.origin, effect, reason) for effect in dict.fromkeys(effects))
    return replace(policy, unknown=(*(part for part in policy.unknown if part not in unread), *doubts))


def is_readable(document: Node) -> bool:
    """Whether nothing is wrong with a document outside its statements."""
    members = document.members or Members()
    names = [member.key.literal for member in members]
    version = members.get("Version")
    known = version is None or (version.text is not None and (version.unknown or version.text.literal in VERSIONS))
    return bool(known) and "Statement" in names and len(set(names)) == len(names) and _MEMBERS.issuperset(names)
