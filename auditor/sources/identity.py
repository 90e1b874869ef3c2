"""Which function or role a description is about: its ARN, or its name where that is all it tells."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.estate.function import Function
from auditor.estate.role import Role


def function_arns(functions: Iterable[Function]) -> list[str]:
    """The full ARNs among those of `functions`, in order."""
    return list(dict.fromkeys(str(function.arn) for function in functions if function.arn.literal is not None))


def role_arns(roles: Iterable[Role]) -> list[str]:
    """The full ARNs among those of `roles`, in order."""
    return list(dict.fromkeys(str(role.arn) for role in roles if role.arn.literal is not None))


def function_key(function: Function, arns: Iterable[str]) -> str:
    """The function's ARN, where need be that of the only one of its name among `arns`."""
    if function.arn.literal is not None:
        return function.arn.literal
    version = "" if function.version is None else f":{function.version}"
    same = [arn for arn in arns if arn.endswith(f":function:{function.name}{version}")]
    return same[0] if len(same) == 1 else str(function.arn)


def role_key(role: Role, arns: Iterable[str]) -> str:
    """The role's key, or the ARN of the only role of its name among `arns`."""
    same = [arn for arn in arns if arn.endswith(f"/{role.name}")] if role.arn.literal is None else []
    return same[0] if len(same) == 1 else role.key
