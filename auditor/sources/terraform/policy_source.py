"""`data.aws_iam_policy`: what its ARN or name tells, for a policy of AWS its document too.

Source: the provider's documentation of the data source ("Attribute Reference").
"""

from __future__ import annotations

from auditor.iam.managed import managed_arn, managed_document
from auditor.iam.node import Node, node
from auditor.sources.arns import policy_name
from auditor.sources.terraform.evaluation.json_text import json_text
from auditor.sources.terraform.evaluation.value import encoded, make_string
from auditor.sources.terraform.interface import View


def policy_attribute(view: View, partition: str, attribute: str) -> Node | None:
    """The value of an attribute that is not configured; None where nothing here tells it."""
    arn = _literal(view, "arn") or managed_arn(_literal(view, "name") or "", partition)
    if arn is None or ":policy/" not in arn:
        return None
    match attribute:
        case "arn" | "id":
            return make_string(arn, view.origin)
        case "name":
            return make_string(policy_name(arn), view.origin)
        case "path":
            return make_string(f"/{arn.partition(':policy/')[2]}".rpartition("/")[0] + "/", view.origin)
        case "policy":
            document = managed_document(arn)
            return encoded(node(document, view.origin), view.origin, json_text) if document is not None else None
    return None


def _literal(view: View, argument: str) -> str | None:
    value = view.argument(argument)
    return value.text.literal if value is not None and value.text is not None else None
