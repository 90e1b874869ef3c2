"""What AddPermission can say of a statement.

Sources: the Lambda API model (2015-03-31, AddPermission and RemovePermission) for names and
patterns; the statements that AddPermission writes, as the Lambda developer guide shows them, for
the operator and key behind each argument.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from auditor.estate.function import Function
from auditor.fixes.operation import AddPermission, RemovePermission
from auditor.fixes.render.inexpressible import InexpressibleError, settle
from auditor.iam.arn import arn
from auditor.iam.document import Condition, Effect, PrincipalPattern, Statement
from auditor.iam.frozen import Frozen
from auditor.iam.request import PrincipalKind
from auditor.iam.text import Hole, HoleType, Text, text

_STATEMENT_ID = re.compile(r"[a-zA-Z0-9-_]{1,100}")
_REMOVED_ID = re.compile(r"[a-zA-Z0-9-_.]{1,100}")
_ACTION = re.compile(r"lambda:[*]|lambda:[a-zA-Z]+|[*]")
_PRINCIPAL = re.compile(r"[^\s]{1,2048}")
_QUALIFIER = re.compile(r"\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_$]{1,128}")
_SOURCE_ARN = re.compile(
    r"arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1})?:(\d{12})?:(.*)"
)

# Which argument AddPermission makes of a condition, and what its values must look like.
_ARGUMENTS: Mapping[tuple[str, str], tuple[str, re.Pattern[str]]] = {
    ("ArnLike", "aws:sourcearn"): ("source_arn", _SOURCE_ARN),
    ("ArnEquals", "aws:sourcearn"): ("source_arn", _SOURCE_ARN),
    ("StringEquals", "aws:sourceaccount"): ("source_account", re.compile(r"\d{12}")),
    ("StringEquals", "aws:principalorgid"): ("principal_org_id", re.compile(r"o-[a-z0-9]{10,32}")),
    ("StringEquals", "lambda:eventsourcetoken"): ("event_source_token", re.compile(r"[a-zA-Z0-9._\-]{0,256}")),
    ("StringEquals", "lambda:functionurlauthtype"): ("function_url_auth_type", re.compile(r"NONE|AWS_IAM")),
    ("Bool", "lambda:invokedviafunctionurl"): ("invoked_via_function_url", re.compile(r"true", re.IGNORECASE)),
}
_ONLY_FOR_ACTION = {
    "function_url_auth_type": "lambda:InvokeFunctionUrl",
    "invoked_via_function_url": "lambda:InvokeFunction",
}

# A value of each type, to hold a text with holes against AWS's patterns.
_SAMPLES: Mapping[HoleType, str] = {
    HoleType.ACCOUNT: "111122223333",
    HoleType.REGION: "us-east-1",
    HoleType.PARTITION: "aws",
    HoleType.LEX_ID: "ABCDEFGHIJ",
    HoleType.LEX_ALIAS_ID: "ABCDEFGHIJ",
    HoleType.LEX_VERSION: "1",
}


class PermissionArguments(Frozen):
    """The arguments of one AddPermission call; None is an argument that is not given."""

    function: Function
    statement_id: str
    action: str
    principal: Text
    qualifier: Text | None = None
    source_arn: Text | None = None
    source_account: Text | None = None
    principal_org_id: Text | None = None
    event_source_token: Text | None = None
    function_url_auth_type: Text | None = None
    invoked_via_function_url: Text | None = None

    @property
    def conditions(self) -> tuple[tuple[str, Text], ...]:
        """The arguments that bound the caller, by name, in the order in which they are printed."""
        return tuple(
            (name, value)
            for name in dict.fromkeys(name for name, _ in _ARGUMENTS.values())
            if (value := getattr(self, name)) is not None
        )


def permission_arguments(operation: AddPermission) -> PermissionArguments:
    """The call that adds exactly this statement. Raises InexpressibleError where no call does: Deny,
    Not elements, several actions or principals, or a condition that no argument makes."""
    statement = operation.statement
    if not _STATEMENT_ID.fullmatch(operation.statement_id):
        raise InexpressibleError("a statement id that AddPermission refuses")
    if statement.effect is not Effect.ALLOW or statement.not_action or statement.not_resource:
        raise InexpressibleError("AddPermission allows, and only what it names")
    if statement.not_principal or statement.principals is None or len(statement.principals) != 1:
        raise InexpressibleError("AddPermission names one principal")
    action = statement.actions[0].text.literal if len(statement.actions) == 1 else None
    if action is None or not _ACTION.fullmatch(action):
        raise InexpressibleError("AddPermission takes one action")
    arguments = _conditions(statement.conditions)
    for name, needed in _ONLY_FOR_ACTION.items():
        if name in arguments and action != needed:
            raise InexpressibleError(f"`{name}` goes with {needed} only")
    return PermissionArguments(
        operation.function,
        operation.statement_id,
        action,
        _principal(statement.principals[0]),
        _added_qualifier(statement, operation.function),
        **arguments,
    )


def removed_arguments(operation: RemovePermission) -> PermissionArguments | None:
    """The call that would have added what a fix removes; None where no call does."""
    try:
        return permission_arguments(AddPermission(operation.function, operation.statement, "any"))
    except InexpressibleError:
        return None


def removed_statement_id(operation: RemovePermission) -> str:
    """The id by which RemovePermission finds the statement; raises InexpressibleError without one."""
    sid = operation.statement.sid.literal if operation.statement.sid else None
    if sid is None or not _REMOVED_ID.fullmatch(sid):
        raise InexpressibleError("a statement without an id that RemovePermission takes")
    return sid


def removed_qualifier(operation: RemovePermission) -> Text | None:
    """The version or alias whose policy holds the statement; None for the unqualified function."""
    resources = operation.statement.resources or ()
    return _qualifier(resources[0].text) if len(resources) == 1 else None


def _qualifier(resource: Text) -> Text | None:
    """The part after the name in `arn:P:lambda:R:A:function:NAME:QUALIFIER`."""
    parsed = arn(resource)
    parts = parsed.resource.split(":", 2) if parsed is not None else ()
    return settle(parts[2]) if len(parts) > 2 else None


def _added_qualifier(statement: Statement, function: Function) -> Text | None:
    resources = statement.resources or ()
    if len(resources) != 1:
        raise InexpressibleError("a permission stands on one function")
    qualifier = _qualifier(resources[0].text)
    if qualifier is not None:
        _check(qualifier, _QUALIFIER)
    if resources[0].text != (function.arn if qualifier is None else text(function.arn, ":", qualifier)):
        raise InexpressibleError("a permission stands on its function")
    return qualifier


def _principal(principal: PrincipalPattern) -> Text:
    if principal.kind not in (PrincipalKind.SERVICE, PrincipalKind.AWS, PrincipalKind.ANYONE):
        raise InexpressibleError("AddPermission takes services and AWS principals")
    return _check(settle(principal.text), _PRINCIPAL)


def _conditions(conditions: tuple[Condition, ...]) -> dict[str, Text]:
    arguments: dict[str, Text] = {}
    for condition in conditions:
        key = condition.key.literal
        known = _ARGUMENTS.get((str(condition.operator), key.lower())) if key is not None else None
        if known is None or len(condition.values) != 1 or known[0] in arguments:
            raise InexpressibleError("a condition that no argument of AddPermission makes")
        name, pattern = known
        arguments[name] = _check(settle(condition.values[0].text), pattern)
    return arguments


def _check(value: Text, pattern: re.Pattern[str]) -> Text:
    if not pattern.fullmatch(str(value.fill(_sample))):
        raise InexpressibleError(f"`{value}` is refused by AWS")
    return value


def _sample(hole: Hole) -> str:
    return _SAMPLES.get(hole.type, "x")
