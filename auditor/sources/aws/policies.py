"""The resource policy of a function, as it is on the function and on each version or alias."""

from __future__ import annotations

import json
import threading
from typing import Any

from auditor.sources.aws.caller import Answer
from auditor.sources.aws.errors import AbsentError, CallError, FailedError, RefusedError, UnavailableError
from auditor.sources.aws.operations import GET_FUNCTION_POLICY, GET_RESOURCE_POLICY
from auditor.sources.aws.session import Place

REVISION = "RevisionId"


class PolicyReader:
    """Reads policies in one place.

    GetResourcePolicy gives any policy; where botocore, the endpoint or the caller's own permissions
    do not have it, GetPolicy is asked, and from then on at once.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self._lock = threading.Lock()
        self._old_only = not has_new_call()

    def read(self, name: str, qualifier: str | None) -> tuple[Answer | None, str]:
        """The document, None where there is none, and its revision. Raises CallError."""
        arn = self._place.arn("lambda", f"function:{name}" + (f":{qualifier}" if qualifier else ""))
        try:
            answer = self._ask(name, qualifier, arn)
        except AbsentError:
            return None, ""
        permission = GET_FUNCTION_POLICY.permission
        try:
            document = json.loads(answer["Policy"])
        except ValueError as error:
            raise FailedError(
                permission, arn, f"the policy of `{arn}` is no JSON: {error}", "try again later"
            ) from error
        if not isinstance(document, dict):
            raise FailedError(permission, arn, f"the policy of `{arn}` is no JSON object", "try again later")
        return document, answer.get(REVISION, "")

    def _ask(self, name: str, qualifier: str | None, arn: str) -> Answer:
        refused: CallError | None = None
        if not self._old_only:
            try:
                return self._place.caller.ask(GET_RESOURCE_POLICY, arn, ResourceArn=arn)
            except (RefusedError, UnavailableError) as error:
                refused = error if isinstance(error, RefusedError) else None
                with self._lock:
                    self._old_only = refused is None or self._old_only
        given: dict[str, Any] = {"Qualifier": qualifier} if qualifier else {}
        try:
            return self._place.caller.ask(GET_FUNCTION_POLICY, arn, FunctionName=name, **given)
        except RefusedError as error:
            raise refused or error from error


def has_new_call() -> bool:
    """Whether this botocore knows GetResourcePolicy."""
    import botocore.session  # noqa: PLC0415 - only live reading needs it

    operations = botocore.session.get_session().get_service_model("lambda").operation_names
    return GET_RESOURCE_POLICY.name in operations


def join_policies(documents: list[Answer]) -> Answer | None:
    """One document of the statements of several; None where there are none. Each statement names
    the version or alias that it is on as its Resource."""
    if not documents:
        return None
    statements = [statement for document in documents for statement in _statements(document)]
    version = documents[0].get("Version")
    return {**({"Version": version} if version else {}), "Statement": statements}


def _statements(document: Answer) -> list[Any]:
    written = document.get("Statement", [])
    return written if isinstance(written, list) else [written]
