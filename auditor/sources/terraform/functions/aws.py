"""Functions that the AWS provider defines.

Source: the provider's documentation of `arn_build`, `arn_parse` and `trim_iam_role_path`.
"""

from __future__ import annotations

from auditor.iam.arn import arn
from auditor.iam.node import Node
from auditor.iam.text import text
from auditor.sources.terraform.functions.arguments import Arguments, Function
from auditor.sources.terraform.value import EvaluationError, NotKnownError, as_text, make_object, make_string

_FIELDS = ("partition", "service", "region", "account_id", "resource")


def _build(a: Arguments) -> Node:
    parts = [as_text(a[position]) for position in range(len(_FIELDS))]
    return make_string(text("arn", *(piece for part in parts for piece in (":", part))), a.origin)


def _parse(a: Arguments) -> Node:
    written = as_text(a[0])
    parsed = arn(written)
    if parsed is None:
        if written.literal is None:
            raise NotKnownError
        raise EvaluationError("this is no ARN")
    values = (parsed.partition, parsed.service, parsed.region, parsed.account, parsed.resource)
    return make_object({name: make_string(v, a.origin) for name, v in zip(_FIELDS, values, strict=True)}, a.origin)


def _trim_role_path(a: Arguments) -> Node:
    head, slash, tail = a.string(0).partition(":role/")
    if not slash:
        raise EvaluationError("this is no ARN of a role")
    return make_string(f"{head}:role/{tail.rpartition('/')[2]}", a.origin)


FUNCTIONS: dict[str, Function] = {
    "provider::aws::arn_build": _build,
    "provider::aws::arn_parse": _parse,
    "provider::aws::trim_iam_role_path": _trim_role_path,
}
