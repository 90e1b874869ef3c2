"""What a step changes: read as it is now, and told as it should be."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from auditor.estate.role import Attachment, Role
from auditor.fixes.aws.step import Held, Step, divided
from auditor.fixes.operation import (
    AddInlinePolicy,
    AddPermission,
    DetachPolicy,
    Operation,
    RemovePermission,
    ReplaceStatement,
    ReplaceTrust,
)
from auditor.fixes.read_back import said
from auditor.fixes.render.resulting import resulting_role
from auditor.iam.document import Policy, PolicyKind
from auditor.iam.frozen import Frozen
from auditor.iam.node import node
from auditor.iam.origin import Origin
from auditor.iam.parse import parse_policy
from auditor.iam.statements import policy_of
from auditor.iam.text import Text
from auditor.sources.aws import operations as op
from auditor.sources.aws.errors import AbsentError
from auditor.sources.aws.policies import PolicyReader
from auditor.sources.aws.session import Place


class Content(Frozen):
    """What stands there: the document as AWS gives it (None: there is none), what can be compared of
    it, and its revision where it has one."""

    document: Any
    meaning: object
    revision: str = ""


def read_target(step: Step, place: Place) -> Content:
    """What the step is about to change, as it is now. Raises CallError."""
    if step.holder is not None:
        return _resource_policy(step.holder, place)
    match step.operation:
        case ReplaceStatement(role=role, policy=held) if held.attachment is Attachment.INLINE:
            return _identity(_absent(lambda: _inline(role, held.name, place)))
        case AddInlinePolicy(role=role, name=name):
            return _identity(_absent(lambda: _inline(role, name, place)))
        case ReplaceStatement(policy=held):
            return _identity(_managed(str(held.arn), place))
        case DetachPolicy(role=role, policy=held):
            listed = place.caller.items(op.LIST_ATTACHED, str(role.arn), RoleName=str(role.name))
            attached = any(found["PolicyArn"] == str(held.arn) for found in listed)
            return Content(attached, attached)
        case ReplaceTrust(role=role):
            answer = place.caller.ask(op.GET_ROLE, str(role.arn), RoleName=str(role.name))
            return _content(answer["Role"]["AssumeRolePolicyDocument"], PolicyKind.TRUST)
        case AddPermission() | RemovePermission() | None:
            raise AssertionError(step)


def expected(step: Step, operations: Iterable[Operation]) -> object:
    """What can be compared of it after the operations. Raises InexpressibleError where that is not
    known."""
    match step.operation:
        case AddPermission(function=function) | RemovePermission(function=function):
            assert step.holder is not None, "a permission stands in a resource policy"
            statements = divided(function, operations).get(step.holder, ())
            return _meaning(policy_of(PolicyKind.RESOURCE, statements)) if statements else None
        case ReplaceStatement(role=role, policy=held):
            return _held(resulting_role(operations, role), held.name, held.attachment)
        case AddInlinePolicy(role=role, name=name):
            return _held(resulting_role(operations, role), name, Attachment.INLINE)
        case DetachPolicy(role=role, policy=held):
            return any(policy.arn == held.arn for policy in resulting_role(operations, role).policies)
        case ReplaceTrust(role=role):
            trust = resulting_role(operations, role).trust
            return _meaning(trust) if trust is not None else None
        case None:
            raise AssertionError(step)


def _held(role: Role, name: Text | str, attachment: Attachment) -> object:
    for policy in role.policies:
        if str(policy.name) == str(name) and policy.attachment is attachment:
            document = policy.policy
            return None if document is None or not (document.statements or document.unknown) else _meaning(document)
    return None


def _resource_policy(held: Held, place: Place) -> Content:
    document, revision = PolicyReader(place).read(held.function.name, held.qualifier)
    return _content(document, PolicyKind.RESOURCE, revision)


def _inline(role: Role, name: Text | str, place: Place) -> Any:
    given = {"RoleName": str(role.name), "PolicyName": str(name)}
    return place.caller.ask(op.GET_INLINE, str(role.arn), **given)["PolicyDocument"]


def _managed(arn: str, place: Place) -> Any:
    version = place.caller.ask(op.GET_MANAGED, arn, PolicyArn=arn)["Policy"]["DefaultVersionId"]
    return place.caller.ask(op.GET_VERSION, arn, PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]


def _absent(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except AbsentError:
        return None


def _identity(document: Any) -> Content:
    return _content(document, PolicyKind.IDENTITY)


def _content(document: Any, kind: PolicyKind, revision: str = "") -> Content:
    if document is None:
        return Content(None, None, revision)
    plain = json.loads(document) if isinstance(document, str) else document
    return Content(plain, _meaning(parse_policy(node(plain, Origin()), kind)), revision)


def _meaning(policy: Policy) -> object:
    """What a policy says, and the names by which its statements are removed."""
    names = frozenset(str(statement.sid) for statement in policy if statement.sid is not None)
    return (said(policy), names if policy.kind is PolicyKind.RESOURCE else frozenset())
