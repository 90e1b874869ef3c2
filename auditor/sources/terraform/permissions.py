"""`aws_lambda_permission`: the statement that Lambda writes for it."""

from __future__ import annotations

from auditor.iam.node import Node
from auditor.iam.text import Hole, HoleType, text
from auditor.sources.declared.function_name import NamedFunction
from auditor.sources.declared.permission import ARGUMENTS, permission_statement
from auditor.sources.terraform.evaluation.value import make_string
from auditor.sources.terraform.resource import Resource

_NEEDED = ("action", "function_name", "principal")


def read_permission(permission: Resource, function: NamedFunction) -> Node:
    """The statement as a node at the place of the block; its parts are at their arguments."""
    arguments = {name: _at(permission, name) for name in ARGUMENTS if _is_given(permission, name)}
    prefix = permission.argument("statement_id_prefix")
    if "statement_id" not in arguments and prefix is not None:
        # What AWS puts behind the prefix matters to nobody, so it is not listed as unresolved.
        generated = Hole(f"{permission.address}.statement_id", HoleType.NAME)
        place = permission.view.place("statement_id_prefix")
        arguments["statement_id"] = make_string(text(prefix.text or text(), generated), place)
    return permission_statement(arguments, function, permission.origin)


def _is_given(permission: Resource, argument: str) -> bool:
    if argument in _NEEDED:
        return True
    value = permission.argument(argument)
    return value is not None and not (argument == "invoked_via_function_url" and value.value is False)


def _at(permission: Resource, argument: str) -> Node:
    """The value of an argument, as text, at the place of the argument."""
    return make_string(permission.text(argument), permission.view.place(argument))
