"""`AWS::Lambda::Permission`: the statement that Lambda writes for it.

Source: the CloudFormation template reference, AWS::Lambda::Permission. CloudFormation makes up
the statement's id.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.iam.node import Member, Members, Node
from auditor.iam.text import Text, text
from auditor.sources.cloudformation.choice import Literals, variants
from auditor.sources.cloudformation.resource import Resource
from auditor.sources.cloudformation.values import text_of
from auditor.sources.declared.declaration import doubt
from auditor.sources.declared.function_name import NamedFunction, named_function
from auditor.sources.declared.functions import FunctionTable
from auditor.sources.declared.permission import permission_statement

_PROPERTIES = {
    "FunctionName": "function_name",
    "Action": "action",
    "Principal": "principal",
    "SourceArn": "source_arn",
    "SourceAccount": "source_account",
    "PrincipalOrgID": "principal_org_id",
    "EventSourceToken": "event_source_token",
    "FunctionUrlAuthType": "function_url_auth_type",
    "InvokedViaFunctionUrl": "invoked_via_function_url",
}
_NEEDED = ("FunctionName", "Action", "Principal")


def read_permission(permission: Resource, table: FunctionTable) -> None:
    """Put the statement of a permission on its function, in each case that its choices tell
    apart."""
    for literals, arguments in _cases(permission):
        named = named_function(arguments["function_name"].text or text(), permission.home)
        parts = table.find(named, permission.origin)
        if permission.excludes(parts.declaration, literals):
            continue
        function = NamedFunction(named.name, parts.named.arn, named.qualifier)
        statement = permission_statement(arguments, function, permission.origin)
        parts.permit((statement,), doubt(permission, parts.declaration, literals))


def _cases(permission: Resource) -> Iterator[tuple[Literals, dict[str, Node]]]:
    """The arguments, as texts at the places of their properties."""
    given: list[Member] = []
    for name in _PROPERTIES:
        value = permission.property(name)
        if value is None and name in _NEEDED:
            value = Node(permission.text(name), permission.origin)
        if value is not None:
            given.append(Member(text(name), value, permission.place(name)))
    places = {str(member.key): member.origin for member in given}
    for literals, case in variants(Node(Members(tuple(given)), permission.origin), permission.conditions):
        written = {str(member.key): text_of(member.value) for member in case.members or ()}
        arguments = {
            _PROPERTIES[name]: Node(value, places[name])
            for name, value in written.items()
            if value is not None and not _is_off(name, value)
        }
        for name in _NEEDED:
            arguments.setdefault(_PROPERTIES[name], Node(permission.text(name), permission.place(name)))
        yield literals - permission.conditions, arguments


def _is_off(name: str, value: Text) -> bool:
    return name == "InvokedViaFunctionUrl" and (value.literal or "").lower() == "false"
