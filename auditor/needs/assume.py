"""Lambda must be able to assume the execution role.

Source: Lambda developer guide, "Defining Lambda function permissions with an execution role".
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.estate.function import Function
from auditor.estate.role import Role
from auditor.iam.request import Request, service
from auditor.needs.need import Need, NeedKind

LAMBDA = "lambda.amazonaws.com"
ASSUME_ROLE = "sts:AssumeRole"


def assume_need(function: Function, role: Role) -> Iterator[Need]:
    """One need."""
    request = Request(service(LAMBDA), ASSUME_ROLE, role.arn)
    yield Need(NeedKind.ASSUME, function, request, (function.origin, role.origin))
