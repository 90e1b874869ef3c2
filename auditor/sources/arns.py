"""The ARNs by which inputs name functions and roles.

Shapes: the Lambda API's FunctionArn and Qualifier patterns, the IAM API's arnType and pathType
(botocore's service models lambda 2015-03-31 and iam 2010-05-08).
"""

from __future__ import annotations

import re

from auditor.iam.frozen import Frozen

_PARTITION = r"aws(?:-[a-z]+)*"
_FUNCTION = re.compile(
    rf"arn:({_PARTITION}):lambda:([a-z0-9-]+):([0-9]{{12}}):function:([A-Za-z0-9_-]+)(?::([$A-Za-z0-9_.*-]+))?"
)
_ROLE = re.compile(rf"arn:({_PARTITION}):iam::([0-9]{{12}}):role(/(?:[\x21-\x7e]+/)?)([A-Za-z0-9_+=,.@-]+)")
_AWS_MANAGED = re.compile(rf"arn:{_PARTITION}:iam::aws:policy/.+")


class FunctionArn(Frozen):
    partition: str
    region: str
    account: str
    name: str
    qualifier: str | None = None

    @property
    def unqualified(self) -> str:
        return f"arn:{self.partition}:lambda:{self.region}:{self.account}:function:{self.name}"


class RoleArn(Frozen):
    """`path` begins and ends with a slash."""

    partition: str
    account: str
    path: str
    name: str


def function_arn(written: str) -> FunctionArn | None:
    """The function that a full ARN names, or None where it is no such ARN."""
    match = _FUNCTION.fullmatch(written)
    return FunctionArn(*match.groups()) if match else None


def role_arn(written: str) -> RoleArn | None:
    match = _ROLE.fullmatch(written)
    return RoleArn(*match.groups()) if match else None


def is_aws_managed(arn: str) -> bool:
    """Whether a policy's ARN is that of one AWS maintains."""
    return _AWS_MANAGED.fullmatch(arn) is not None


def policy_name(arn: str) -> str:
    """The name in a managed policy's ARN, without its path."""
    return arn.rpartition("/")[2]
