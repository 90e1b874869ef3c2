"""Policy documents as configurations hold them: encoded, written out, or in a file."""

from __future__ import annotations

import re

from auditor.iam.document import Defect, DefectKind, Policy, PolicyKind, UnknownStatement
from auditor.iam.node import Node
from auditor.iam.parse import parse_policy
from auditor.iam.text import Hole, Text, text
from auditor.sources.errors import SourceError
from auditor.sources.terraform.evaluation.json_text import decoded_json
from auditor.sources.terraform.evaluation.value import Written

_ESCAPED = re.compile(r"\\.")


def read_policy(value: Node, kind: PolicyKind) -> Policy:
    """The policy that an attribute holds. Never raises: a text that is no JSON gives a policy
    with that defect, which may allow anything. Where parts of it are not known that may be JSON
    themselves, nothing tells that it is none."""
    try:
        return parse_policy(decoded_json(value), kind)
    except SourceError as error:
        hidden = _hole_between_strings(value.text or text())
        if hidden is not None:
            return Policy(kind, unknown=(UnknownStatement(text(hidden), value.origin),), origin=value.origin)
        shown = isinstance(value, Written) and value.external
        reason = "" if shown else f": {error.message}"
        defect = Defect(DefectKind.MALFORMED, f"the policy's text is no JSON{reason}", error.origin, error.help)
        unknown = UnknownStatement(text("a policy that could not be read"), value.origin)
        return Policy(kind, unknown=(unknown,), defects=(defect,), origin=value.origin)


def _hole_between_strings(written: Text) -> Hole | None:
    """The first hole of a JSON text that does not stand in one of its strings."""
    inside = False
    for part in written:
        if isinstance(part, Hole):
            if not inside:
                return part
        else:
            inside ^= _ESCAPED.sub("", part).count('"') % 2 == 1
    return None
