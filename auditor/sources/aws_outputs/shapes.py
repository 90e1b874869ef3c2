"""Which command wrote an output: told by the members that only its answer has.

Source: botocore's service models (lambda 2015-03-31, iam 2010-05-08).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from auditor.iam.node import Members, Node
from auditor.sources.aws_outputs import account, functions, roles
from auditor.sources.errors import SourceError
from auditor.sources.found import Found
from auditor.sources.source import Source

Reader: TypeAlias = Callable[[Node, Source], Found]

_READERS: tuple[tuple[tuple[str, ...], Reader], ...] = (
    (("RoleDetailList",), account.read_account),
    (("AttachedPolicies",), roles.read_attached_policies),
    (("PolicyVersion.Document",), roles.read_policy_version),
    (("RoleName", "PolicyName", "PolicyDocument"), roles.read_role_policy),
    (("Role.AssumeRolePolicyDocument",), roles.read_role_output),
    (("Configuration.FunctionArn",), functions.read_function),
    (("FunctionName", "FunctionArn"), functions.read_configuration),
    (("Policy",), functions.read_resource_policy),
)

KNOWN = (
    "get-policy, get-function, get-function-configuration of `aws lambda`; get-role, get-role-policy, "
    "get-policy-version, list-attached-role-policies, get-account-authorization-details of `aws iam`"
)


def is_aws_output(value: Node) -> bool:
    """Whether a value has the shape of an output that is read."""
    return _reader_of(value) is not None


def read_aws_output(value: Node, source: Source) -> Found:
    """What an output tells. Raises SourceError where it has no known shape, stops before its end,
    or a member is of the wrong type."""
    reader = _reader_of(value)
    if reader is None:
        raise SourceError("not the output of a command that is read", value.origin, f"read are {KNOWN}")
    members = value.members or Members()
    more = members.get("IsTruncated")
    if members.get("NextToken") is not None or (more is not None and more.value is True):
        raise SourceError("the output stops before its end", value.origin, "run the command without --max-items")
    return reader(value, source)


def _reader_of(value: Node) -> Reader | None:
    for paths, reader in _READERS:
        if all(_has(value, path) for path in paths):
            return reader
    return None


def _has(value: Node, path: str) -> bool:
    found: Node | None = value
    for key in path.split("."):
        found = found.members.get(key) if found is not None and found.members is not None else None
    # An answer of get-policy holds its document as a text; other tools have objects of that name.
    return found is not None and (path != "Policy" or found.text is not None)
