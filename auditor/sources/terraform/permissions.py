"""`aws_lambda_permission`: the statement that Lambda writes for it.

Source: the Lambda API's AddPermission and the statements that GetPolicy shows after it.
"""

from __future__ import annotations

from auditor.iam.node import Member, Members, Node, node
from auditor.iam.text import Hole, HoleType, Text, text
from auditor.sources.terraform.evaluation.value import make_string
from auditor.sources.terraform.function_name import NamedFunction
from auditor.sources.terraform.resource import Instance

_SERVICES = (".amazonaws.com", ".amazonaws.com.cn", ".amazon.com")
_CONDITIONS = (
    ("source_arn", "ArnLike", "AWS:SourceArn"),
    ("source_account", "StringEquals", "AWS:SourceAccount"),
    ("principal_org_id", "StringEquals", "aws:PrincipalOrgID"),
    ("event_source_token", "StringEquals", "lambda:EventSourceToken"),
    ("function_url_auth_type", "StringEquals", "lambda:FunctionUrlAuthType"),
    ("invoked_via_function_url", "Bool", "lambda:InvokedViaFunctionUrl"),
)


def permission_statement(permission: Instance, function: NamedFunction) -> Node:
    """The statement as a node at the place of the block; its parts are at their arguments."""
    members = [_member(permission, "Effect", node("Allow", permission.origin), "action")]
    sid = _sid(permission)
    if sid is not None:
        members.insert(0, _member(permission, "Sid", sid, "statement_id"))
    members.append(_member(permission, "Principal", _principal(permission), "principal"))
    members.append(_member(permission, "Action", _at(permission, "action"), "action"))
    resource = function.arn if function.qualifier is None else text(function.arn, ":", function.qualifier)
    members.append(
        _member(permission, "Resource", make_string(resource, permission.view.place("function_name")), "function_name")
    )
    conditions = _conditions(permission)
    if conditions.members:
        members.append(Member(text("Condition"), conditions, permission.origin))
    return Node(Members(tuple(members)), permission.origin)


def _sid(permission: Instance) -> Node | None:
    if permission.argument("statement_id") is not None:
        return _at(permission, "statement_id")
    prefix = permission.argument("statement_id_prefix")
    if prefix is not None:
        # What AWS puts behind the prefix matters to nobody, so it is not listed as unresolved.
        generated = Hole(f"{permission.address}.statement_id", HoleType.NAME)
        return make_string(text(prefix.text or text(), generated), permission.view.place("statement_id_prefix"))
    return None


def _principal(permission: Instance) -> Node:
    value = _at(permission, "principal")
    written = value.text or text()
    if written.literal == "*" or value.unknown is not None:
        return value
    kind = "Service" if any(written.endswith(ending) for ending in _SERVICES) else "AWS"
    return Node(Members((Member(text(kind), value, value.origin),)), value.origin)


def _conditions(permission: Instance) -> Node:
    operators: dict[str, list[Member]] = {}
    for argument, operator, key in _CONDITIONS:
        value = permission.argument(argument)
        if value is None or value.value == Text():
            continue
        if argument == "invoked_via_function_url" and value.value is False:
            continue
        operators.setdefault(operator, []).append(_member(permission, key, _at(permission, argument), argument))
    members = (
        Member(text(operator), Node(Members(tuple(keys)), keys[0].origin), keys[0].origin)
        for operator, keys in operators.items()
    )
    return Node(Members(tuple(members)), permission.origin)


def _at(permission: Instance, argument: str) -> Node:
    """The value of an argument, as text, at the place of the argument."""
    return make_string(permission.text(argument), permission.view.place(argument))


def _member(permission: Instance, key: str, value: Node, argument: str) -> Member:
    return Member(text(key), value, permission.view.place(argument))
