"""The statement that Lambda writes for a permission.

Source: the Lambda API's AddPermission and the statements that GetPolicy shows after it.
"""

from __future__ import annotations

from collections.abc import Mapping

from auditor.iam.node import Member, Members, Node, node
from auditor.iam.origin import Origin
from auditor.iam.text import Text, text
from auditor.sources.declared.function_name import NamedFunction

_SERVICES = (".amazonaws.com", ".amazonaws.com.cn", ".amazon.com")
_CONDITIONS = (
    ("source_arn", "ArnLike", "AWS:SourceArn"),
    ("source_account", "StringEquals", "AWS:SourceAccount"),
    ("principal_org_id", "StringEquals", "aws:PrincipalOrgID"),
    ("event_source_token", "StringEquals", "lambda:EventSourceToken"),
    ("function_url_auth_type", "StringEquals", "lambda:FunctionUrlAuthType"),
    ("invoked_via_function_url", "Bool", "lambda:InvokedViaFunctionUrl"),
)

ARGUMENTS = ("statement_id", "action", "function_name", "principal", *(name for name, _, _ in _CONDITIONS))
"""The arguments of a permission; a qualifier is part of the function."""


def permission_statement(arguments: Mapping[str, Node], function: NamedFunction, origin: Origin) -> Node:
    """The statement at `origin`. `arguments` are those of `ARGUMENTS` that are given, as texts at
    the places where they stand; `action`, `function_name` and `principal` are."""
    action, named = arguments["action"], arguments["function_name"]
    members = [Member(text("Effect"), node("Allow", origin), action.origin)]
    sid = arguments.get("statement_id")
    if sid is not None:
        members.insert(0, _member("Sid", sid))
    members.append(_member("Principal", _principal(arguments["principal"])))
    members.append(_member("Action", action))
    resource = function.arn if function.qualifier is None else text(function.arn, ":", function.qualifier)
    members.append(_member("Resource", Node(resource, named.origin)))
    conditions = _conditions(arguments, origin)
    if conditions.members:
        members.append(Member(text("Condition"), conditions, origin))
    return Node(Members(tuple(members)), origin)


def _principal(value: Node) -> Node:
    written = value.text or text()
    if written.literal == "*" or value.unknown is not None:
        return value
    kind = "Service" if any(written.endswith(ending) for ending in _SERVICES) else "AWS"
    return Node(Members((Member(text(kind), value, value.origin),)), value.origin)


def _conditions(arguments: Mapping[str, Node], origin: Origin) -> Node:
    operators: dict[str, list[Member]] = {}
    for argument, operator, key in _CONDITIONS:
        value = arguments.get(argument)
        if value is None or value.value == Text():
            continue
        operators.setdefault(operator, []).append(_member(key, value))
    members = (
        Member(text(operator), Node(Members(tuple(keys)), keys[0].origin), keys[0].origin)
        for operator, keys in operators.items()
    )
    return Node(Members(tuple(members)), origin)


def _member(key: str, value: Node) -> Member:
    return Member(text(key), value, value.origin)
