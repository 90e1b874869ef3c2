"""A need: a request that must be allowed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from auditor.estate.function import Function, Hook, Invoker
from auditor.iam.origin import Origin
from auditor.iam.request import Request


class NeedKind(Enum):
    INVOKE = "invoke"
    """A service calls the function; the function's resource policy decides."""
    LOGS = "logs"
    """The function writes its logs; the execution role decides."""
    ASSUME = "assume"
    """Lambda assumes the execution role; the trust policy decides."""


@dataclass(frozen=True, slots=True)
class Need:
    """A request, or with `each` holes a set of them, that must be allowed, and why.

    `instead` is another form of the request that serves as well. `evidence` are the places that
    imply the need, the narrowest first. `caller` is the hook or invoker behind an INVOKE need.
    `unsent` are condition keys (lower case) that its request is known to lack.
    """

    kind: NeedKind
    function: Function
    request: Request
    evidence: tuple[Origin, ...]
    caller: Hook | Invoker | None = None
    instead: Request | None = None
    unsent: frozenset[str] = frozenset()
