"""What a person does where no language can say a fix."""

from __future__ import annotations

import json
from collections.abc import Iterable

from msgspec.structs import replace

from auditor.fixes.operation import (
    AddInlinePolicy,
    AddPermission,
    DetachPolicy,
    Operation,
    RemovePermission,
    ReplaceStatement,
    ReplaceTrust,
)
from auditor.iam.document import Statement
from auditor.iam.text import text
from auditor.iam.writing import statement_dict


def write_by_hand(operations: Iterable[Operation]) -> str:
    """The operations in words, in their order, statements as JSON."""
    steps = "; ".join(f"({number}) {_step(operation)}" for number, operation in enumerate(operations, 1))
    return f"neither a command nor a template can say it exactly, so it is work by hand: {steps}"


def _step(operation: Operation) -> str:
    match operation:
        case AddPermission(function=function, statement=statement):
            added = replace(statement, sid=text(operation.statement_id))
            return f"add to the resource policy of `{function.title}`: {_json([added])}"
        case RemovePermission(function=function, statement=statement):
            return f"remove {_named(statement)} from the resource policy of `{function.title}`"
        case ReplaceStatement(role=role, policy=policy, statement=statement, by=by):
            return _replaced(f"the policy `{policy.name}` of the role `{role.title}`", statement, by)
        case AddInlinePolicy(role=role, name=name, statements=statements):
            return f"give the role `{role.title}` an inline policy `{name}` with {_json(statements)}"
        case DetachPolicy(role=role, policy=policy):
            return f"detach `{policy.arn or policy.name}` from the role `{role.title}`"
        case ReplaceTrust(role=role, statement=None, by=by):
            return f"add to the trust policy of the role `{role.title}`: {_json(by)}"
        case ReplaceTrust(role=role, statement=Statement() as statement, by=by):
            return _replaced(f"the trust policy of the role `{role.title}`", statement, by)
        case _:
            raise AssertionError(operation)


def _replaced(place: str, statement: Statement, by: Iterable[Statement]) -> str:
    listed = tuple(by)
    if not listed:
        return f"remove {_named(statement)} from {place}"
    return f"in {place}, put in the place of {_named(statement)}: {_json(listed)}"


def _named(statement: Statement) -> str:
    shown = f"statement `{statement.sid}`" if statement.sid else f"statement {statement.index + 1}"
    return f"{shown} ({statement.origin})" if statement.origin.file else shown


def _json(statements: Iterable[Statement]) -> str:
    return ", ".join(json.dumps(statement_dict(statement)) for statement in statements)
