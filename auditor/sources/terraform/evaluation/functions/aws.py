"""Functions that the AWS provider defines.

Source: the provider's documentation of `arn_build`, `arn_parse` and `trim_iam_role_path`.
"""

from __future__ import annotations

from auditor.iam.arn import arn
from auditor.iam.node import Node
from auditor.iam.origin import Origin
from auditor.iam.text import text
from auditor.sources.terraform.evaluation.functions.arguments import Arguments, Function
from auditor.sources.terraform.evaluation.value import EvaluationError, NotKnownError, as_text, make_object, make_string

ARN_FIELDS = ("partition", "service", "region", "account_id", "resource")


def _build(a: Arguments) -> Node:
    parts = [as_text(a[position]) for position in range(len(ARN_FIELDS))]
    return make_string(text("arn", *(piece for part in parts for piece in (":", part))), a.origin)


def parse_arn(value: Node, origin: Origin) -> dict[str, Node]:
    """The parts of an ARN by the provider's names for them. Raises EvaluationError for another
    text, NotKnownError where holes hide which it is."""
    written = as_text(value)
    parsed = arn(written)
    if parsed is None:
        if written.literal is None:
            raise NotKnownError
        raise EvaluationError("this is no ARN")
    values = (parsed.partition, parsed.service, parsed.region, parsed.account, parsed.resource)
    return {name: make_string(part, origin) for name, part in zip(ARN_FIELDS, values, strict=True)}


def _trim_role_path(a: Arguments) -> Node:
    head, slash, tail = a.string(0).partition(":role/")
    if not slash:
        raise EvaluationError("this is no ARN of a role")
    return make_string(f"{head}:role/{tail.rpartition('/')[2]}", a.origin)


FUNCTIONS: dict[str, Function] = {
    "provider::aws::arn_build": _build,
    "provider::aws::arn_parse": lambda a: make_object(parse_arn(a[0], a.origin), a.origin),
    "provider::aws::trim_iam_role_path": _trim_role_path,
}
