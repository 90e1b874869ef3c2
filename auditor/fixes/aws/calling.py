"""Commands of the AWS CLI as calls of boto3, and the calls that take them back.

The AWS CLI derives its commands and options from the same models (botocore's `xform_name`), so a
command says exactly which call it is.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from auditor.fixes.aws.step import DELETE_POLICY, PUT_POLICY, Step
from auditor.fixes.aws.target import Content
from auditor.fixes.operation import AddInlinePolicy, AddPermission, DetachPolicy, ReplaceStatement, ReplaceTrust
from auditor.fixes.render.shell import Command
from auditor.iam.frozen import Frozen
from auditor.sources.aws.answers import fault_of
from auditor.sources.aws.caller import received

if TYPE_CHECKING:
    from boto3.session import Session

_MOST_VERSIONS = 5
"""Of a managed policy (IAM quotas)."""
_TOLD = {
    "GetPolicy": ("Policy.DefaultVersionId",),
    "ListPolicyVersions": ("Versions[].VersionId",),
    "CreatePolicyVersion": ("PolicyVersion.VersionId",),
}
"""What is read of the answers of the calls that are made here."""
_BROKEN = 500
"""From this HTTP status on it is the service that failed, maybe after it did what was asked."""


class CallRefused(Exception):  # noqa: N818 - it tells what AWS did, as the room's other words do
    """AWS did not say that it carried out a call; the message says why. `certain` tells that it did
    not carry it out: where an answer was lost on the way, nobody knows."""

    def __init__(self, message: str, *, certain: bool) -> None:
        super().__init__(message)
        self.certain = certain


class Call(Frozen):
    """One call of boto3."""

    service: str
    operation: str
    given: dict[str, Any]
    region: str | None = None


def call_of(command: Command, session: Session) -> Call:
    """The call that a command makes."""
    from botocore import xform_name  # noqa: PLC0415 - only live fixes need it

    _, service, name = command.program.split(" ")
    model = session._session.get_service_model(service)
    operation = next(known for known in model.operation_names if xform_name(known, "-") == name)
    shape = model.operation_model(operation).input_shape
    assert shape is not None, "every call here has arguments"
    members = {xform_name(member, "-"): member for member in shape.members}
    given: dict[str, Any] = {}
    region: str | None = None
    for option, value in command.options:
        if option in members:
            given[members[option]] = True if value is None else str(value)
        elif option == "region":
            region = str(value)
    return Call(service, operation, given, region)


def perform(call: Call, session: Session, region: str) -> dict[str, Any]:
    """Make a call; `region` is where calls go that name none, and so tells IAM's partition. Raises
    CallRefused."""
    from botocore import xform_name  # noqa: PLC0415 - only live fixes need it
    from botocore.config import Config  # noqa: PLC0415 - as above
    from botocore.exceptions import (  # noqa: PLC0415 - as above
        BotoCoreError,
        ClientError,
        NoCredentialsError,
    )
    from botocore.parsers import ResponseParserError  # noqa: PLC0415 - as above

    config = Config(connect_timeout=10, read_timeout=60, retries={"mode": "standard", "total_max_attempts": 4})
    client: Any = session.client(call.service, region_name=call.region or region, config=config)  # type: ignore[call-overload]  # the name is not known before
    try:
        answer = received(getattr(client, xform_name(call.operation)), call.given)
    except ClientError as error:
        told, about = error.response.get("Error", {}), error.response.get("ResponseMetadata", {})
        message = " ".join(told.get("Message", "").split())
        # A refusal of a call that was repeated may be that of what the first try left behind.
        first = about.get("RetryAttempts", 0) == 0
        raise CallRefused(
            f"`{call.service}:{call.operation}` was refused: {told.get('Code', '')}: {message}",
            certain=first and about.get("HTTPStatusCode", 500) < _BROKEN,
        ) from error
    except BotoCoreError as error:
        unsent = isinstance(error, NoCredentialsError)
        raise CallRefused(f"`{call.service}:{call.operation}` failed: {error}", certain=unsent) from error
    except ResponseParserError as error:
        raise _no_answer(call, "") from error
    fault = fault_of(answer, _TOLD.get(call.operation, ()))
    if fault is not None:
        raise _no_answer(call, f": {fault}")
    return answer


def _no_answer(call: Call, fault: str) -> CallRefused:
    why = f"the answer is none of AWS's{fault}"
    return CallRefused(f"`{call.service}:{call.operation}` failed: {why}", certain=False)


def make_room(call: Call, session: Session, region: str) -> None:
    """Delete the oldest version of a managed policy that is not in force, where it has all that it may
    have. Raises CallRefused."""
    about = {"PolicyArn": call.given["PolicyArn"]}
    versions = perform(Call("iam", "ListPolicyVersions", about), session, region)["Versions"]
    if len(versions) >= _MOST_VERSIONS:
        others = [
            version for version in versions if version.get("IsDefaultVersion") is False and "CreateDate" in version
        ]
        if not others:
            raise CallRefused(f"which version of `{call.given['PolicyArn']}` is the oldest is not told", certain=True)
        oldest = min(others, key=lambda version: version["CreateDate"])
        perform(Call("iam", "DeletePolicyVersion", {**about, "VersionId": oldest["VersionId"]}), session, region)


def reverse(step: Step, call: Call, answer: dict[str, Any], old: Content) -> tuple[Call, ...]:
    """The calls that take a step back; none where a step removes, since what takes its place is there."""
    given = call.given
    if step.command.program in (PUT_POLICY, DELETE_POLICY):
        about = {"ResourceArn": given["ResourceArn"]}
        if old.document is None:
            return (Call("lambda", "DeleteResourcePolicy", about, call.region),)
        return (Call("lambda", "PutResourcePolicy", {**about, "Policy": json.dumps(old.document)}, call.region),)
    match step.operation:
        case AddPermission():
            named = _only(given, "FunctionName", "StatementId", "Qualifier")
            return (Call("lambda", "RemovePermission", named, call.region),)
        case AddInlinePolicy() | ReplaceStatement() if call.operation in ("PutRolePolicy", "DeleteRolePolicy"):
            named = _only(given, "RoleName", "PolicyName")
            if old.document is None:
                return (Call("iam", "DeleteRolePolicy", named),)
            return (Call("iam", "PutRolePolicy", {**named, "PolicyDocument": json.dumps(old.document)}),)
        case ReplaceStatement() if call.operation == "CreatePolicyVersion":
            about = {"PolicyArn": given["PolicyArn"]}
            made = {**about, "VersionId": answer["PolicyVersion"]["VersionId"]}
            back = {**about, "VersionId": answer["_before"]}
            return (Call("iam", "SetDefaultPolicyVersion", back), Call("iam", "DeletePolicyVersion", made))
        case ReplaceStatement() | DetachPolicy() if call.operation == "DetachRolePolicy":
            return (Call("iam", "AttachRolePolicy", dict(given)),)
        case ReplaceTrust():
            document = json.dumps(old.document)
            return (Call("iam", "UpdateAssumeRolePolicy", {"RoleName": given["RoleName"], "PolicyDocument": document}),)
        case _:
            return ()


def _only(given: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: given[name] for name in names if name in given}
