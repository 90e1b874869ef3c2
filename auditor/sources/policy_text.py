"""Policy documents as bundles and AWS outputs hold them: objects, texts, or in an envelope."""

from __future__ import annotations

from urllib.parse import unquote

from auditor.iam.document import Defect, DefectKind, Policy, PolicyKind, UnknownStatement
from auditor.iam.node import Node
from auditor.iam.parse import parse_policy
from auditor.iam.text import text
from auditor.sources.errors import SourceError
from auditor.sources.located_json import parse_json
from auditor.sources.places import everywhere
from auditor.sources.source import Source


def read_policy(node: Node, kind: PolicyKind, source: Source) -> Policy:
    """The policy that `node` of `source` is: an object, its JSON text (URL-encoded too, as IAM
    sends it), or the answer of get-policy around such a text.

    Never raises: a text that is no JSON gives a policy with that defect, which may allow
    anything.
    """
    members = node.members
    enveloped = members.get("Policy") if members is not None and members.get("Statement") is None else None
    written = node if enveloped is None else enveloped
    try:
        return parse_policy(policy_node(written, source), kind)
    except SourceError as error:
        message = f"the policy's text is no JSON: {error.message}"
        unknown = UnknownStatement(text("a policy that could not be read"), written.origin)
        defect = Defect(DefectKind.MALFORMED, message, error.origin, error.help)
        return Policy(kind, unknown=(unknown,), defects=(defect,), origin=written.origin)


def policy_node(node: Node, source: Source) -> Node:
    """The document itself, where `node` is its text. Raises SourceError where that is no JSON."""
    held = node.text.literal if node.text is not None else None
    if held is None:
        return node
    if held.lstrip()[:3].upper() in ("%7B", "%5B"):
        return parse_json(unquote(held), everywhere(node.origin))
    return parse_json(held, source.places_inside(node))
