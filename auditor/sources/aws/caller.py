"""Asking AWS: the one place through which every call of a reading goes."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

from auditor.sources.aws.answers import fault_of
from auditor.sources.aws.errors import (
    AbsentError,
    CallError,
    FailedError,
    NamelessError,
    RefusedError,
    UnavailableError,
)
from auditor.sources.aws.operations import Operation
from auditor.sources.aws.pace import Pace
from auditor.sources.errors import UsageError

if TYPE_CHECKING:
    from boto3.session import Session
    from botocore.exceptions import ClientError

Answer: TypeAlias = "dict[str, Any]"

WORKERS = 10
"""How many calls are under way at once."""

_ABSENT = frozenset(
    {
        "ResourceNotFoundException",
        "NoSuchEntity",
        "NoSuchEntityException",
        "NoSuchBucket",
        "NotFound",
        "NotFoundException",
        "TargetGroupNotFound",
    }
)
_REFUSED = frozenset(
    {"AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation", "UnauthorizedException"}
)
_NAMELESS = frozenset(
    {
        "InvalidBucketName",
        "InvalidParameter",
        "InvalidParameterException",
        "InvalidParameterValueException",
        "InvalidRequestException",
        "ValidationError",
        "ValidationException",
    }
)
"""What services answer where a name is none; they answer other mistakes so too."""
_UNKNOWN = frozenset({"UnknownOperationException", "UnknownOperation", "InvalidAction", "NotImplemented"})
_NOT_THERE = (404, 410, 501)


class Caller:
    """Asks as one identity in one region. `counted` counts the calls by permission.

    Thread-safe. Calls are repeated as botocore's adaptive mode does; of the services named in
    `once` a call is tried one time, for three seconds.
    """

    def __init__(
        self, session: Session, region: str, counted: Counter[str], once: frozenset[str] = frozenset()
    ) -> None:
        self.region = region
        self.counted = counted
        self._session: Any = session
        self._once = once
        self._clients: dict[str, Any] = {}
        self._paces: dict[str, Pace] = {}
        self._lock = threading.Lock()

    def ask(self, operation: Operation, about: str, **given: Any) -> Answer:
        """The answer of one call; `about` is the ARN of what is asked about, for messages.

        Raises CallError, or UsageError where the session's settings make no client.
        """
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - only live reading needs it
        from botocore.parsers import ResponseParserError  # noqa: PLC0415 - as above

        try:
            method: Callable[..., Answer] = getattr(self._client(operation.service), _method(operation.name))
            pace = self._pace(operation)
            if pace is not None:
                pace.wait()
            with self._lock:
                self.counted[operation.permission] += 1
            answer = received(method, given)
        except ClientError as error:
            raise _refusal(error, operation, about) from error
        except BotoCoreError as error:
            raise _breakdown(error, operation, about) from error
        except ResponseParserError as error:
            raise _no_answer(operation, about, "") from error
        fault = fault_of(answer, operation.paths)
        if fault is not None:
            raise _no_answer(operation, about, f": {fault}")
        return answer

    def items(self, operation: Operation, about: str, **given: Any) -> Iterator[Any]:
        """Everything that a call lists, page by page."""
        for page in self.pages(operation, about, **given):
            yield from page.get(operation.items) or ()

    def pages(self, operation: Operation, about: str, **given: Any) -> Iterator[Answer]:
        """The answers of a call that goes on. botocore has no pages for some of them, so the token
        is followed here, for all alike."""
        sent, answered = operation.token
        token: str | None = None
        while True:
            page = self.ask(operation, about, **given, **({sent: token} if token else {}))
            yield page
            following = page.get(answered)
            if not following:
                return
            if following == token:
                reason = f"`{operation.permission}` gives the same page again and again"
                raise FailedError(operation.permission, about, reason, "try again later")
            token = following

    def offers(self, operation: Operation) -> bool:
        """Whether the service is in this region, as far as botocore knows."""
        with self._lock:
            known = self._session.get_available_regions(
                operation.service, self._session.get_partition_for_region(self.region)
            )
        return not known or self.region in known

    def _client(self, service: str) -> Any:
        with self._lock:
            if service not in self._clients:
                try:
                    client = self._session.client(
                        service, region_name=self.region, config=_config(service in self._once)
                    )
                    client.meta.events.register("before-parse", _refuse_page)
                    self._clients[service] = client
                except ValueError as error:
                    raise UsageError(f"no session with AWS: {error}", "check AWS_ENDPOINT_URL") from error
            return self._clients[service]

    def _pace(self, operation: Operation) -> Pace | None:
        if operation.rate is None:
            return None
        with self._lock:
            if operation.name not in self._paces:
                self._paces[operation.name] = Pace(operation.rate)
            return self._paces[operation.name]


def _config(once: bool) -> Any:
    from botocore.config import Config  # noqa: PLC0415 - only live reading needs it

    if once:
        return Config(connect_timeout=3, read_timeout=3, retries={"total_max_attempts": 1})
    return Config(
        connect_timeout=10,
        read_timeout=60,
        max_pool_connections=WORKERS,
        retries={"mode": "adaptive", "total_max_attempts": 6},
    )


def _method(name: str) -> str:
    from botocore import xform_name  # noqa: PLC0415 - only live reading needs it

    method: str = xform_name(name)
    return method


def _refuse_page(response_dict: Answer, **_: object) -> None:
    """A page, or nothing at all, in the place of an answer: botocore reads it as an answer in which
    nothing stands."""
    from botocore.parsers import ResponseParserError  # noqa: PLC0415 - only live reading needs it

    body, told = response_dict.get("body"), response_dict.get("status_code", 0)
    begun = body[:64].strip().lower() if told < 300 and isinstance(body, bytes) else None
    if begun is not None and (not begun or begun.startswith((b"<!doctype html", b"<html"))):
        raise ResponseParserError("no answer")


def received(method: Callable[..., Answer], given: Answer) -> Answer:
    """The answer of a method of a client; raises ResponseParserError for what is none, and what botocore raises."""
    from botocore.parsers import ResponseParserError  # noqa: PLC0415 - only live reading needs it

    try:
        return method(**given)
    except (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError) as error:
        # What botocore's parsers raise on a list where an object should be, a word where a number should be,
        # a date that is none: they trust that AWS answers.
        raise ResponseParserError(f"{type(error).__name__}: {error}") from error


def _no_answer(operation: Operation, about: str, fault: str) -> FailedError:
    reason = f"`{operation.permission}` on `{about}` failed: the answer is none of AWS's{fault}"
    return FailedError(operation.permission, about, reason, "look for a proxy on the way there")


def _refusal(error: ClientError, operation: Operation, about: str) -> CallError:
    """An answer that is an error, as what it means here."""
    told = error.response.get("Error", {})
    code, message = told.get("Code", ""), " ".join(told.get("Message", "").split())
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    # A call that first needs a role fails with the call that assumes it.
    other = error.operation_name if error.operation_name.startswith("AssumeRole") else None
    permission = operation.permission if other is None else f"sts:{other}"
    if code in _ABSENT:
        return AbsentError(permission, about, f"there is no `{about}`", "it may have been deleted a moment ago")
    if code in _REFUSED or (status == 403 and "Token" not in code and "Signature" not in code):
        help = f"allow `{permission}`; auditor collect --print-policy prints all that is needed"
        return RefusedError(permission, about, f"AWS refuses `{permission}` on `{about}`", help)
    if code in _UNKNOWN or status in _NOT_THERE:
        return UnavailableError(permission, about, f"`{permission}` is not known here", "")
    said = f"{code}: {message}" if message and "<" not in message else code
    kind = NamelessError if code in _NAMELESS else FailedError
    return kind(permission, about, f"`{permission}` on `{about}` failed: {said}", "try again later")


def _breakdown(error: Exception, operation: Operation, about: str) -> CallError:
    """No answer: nobody there, a connection that broke, or nothing to sign with."""
    from botocore import exceptions  # noqa: PLC0415 - only live reading needs it

    permission = operation.permission
    nobody = (exceptions.EndpointConnectionError, exceptions.ConnectTimeoutError, exceptions.UnknownEndpointError)
    if isinstance(error, nobody):
        reason = f"nobody answers for `{operation.service}` in `{about}`"
        return UnavailableError(permission, about, reason, "check the region, and the way there")
    said = " ".join(str(error).split())
    unsigned = (
        exceptions.NoCredentialsError,
        exceptions.PartialCredentialsError,
        exceptions.CredentialRetrievalError,
        exceptions.TokenRetrievalError,
        exceptions.SSOError,
    )
    help = "log in, or name another --profile" if isinstance(error, unsigned) else "try again later"
    kind = NamelessError if isinstance(error, exceptions.ParamValidationError) else FailedError
    return kind(permission, about, f"`{permission}` on `{about}` failed: {said}", help)
