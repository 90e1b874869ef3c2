"""A need: a request that must be allowed."""

from __future__ import annotations

from enum import Enum

from auditor.estate.function import Function, Hook, Invoker
from auditor.iam.frozen import Frozen
from auditor.iam.origin import Origin
from auditor.iam.request import Request
from auditor.iam.text import Text


class NeedKind(Enum):
    INVOKE = "invoke"
    """A service calls the function; the function's resource policy decides."""
    URL = "url"
    """Somebody calls the function's URL; the function's resource policy decides."""
    LOGS = "logs"
    """The function writes its logs; the execution role decides."""
    ASSUME = "assume"
    """Lambda assumes the execution role; the trust policy decides."""
    CONFIGURED = "configured"
    """What the function is configured with asks for it; the execution role decides."""


OF_THE_ROLE = frozenset((NeedKind.LOGS, NeedKind.CONFIGURED))
"""The needs that the role's own policies decide."""


class Feature(Enum):
    """What a function is configured with, and its role has to allow."""

    EVENT_SOURCE = "event-source"
    """A queue, stream or broker that Lambda polls with the function's role."""
    DESTINATION = "destination"
    """Where results of asynchronous calls, and batches that failed, go."""
    DEAD_LETTER = "dead-letter"
    NETWORK = "network"
    """Network interfaces in a VPC."""
    TRACING = "tracing"
    FILE_SYSTEM = "file-system"
    KEY = "key"
    """The customer-managed key of its environment variables."""
    INSIGHTS = "insights"
    """Lambda Insights, by its layer."""


class Need(Frozen):
    """A request, or with `each` holes a set of them, that must be allowed, and why.

    `instead` is another form of the request that serves as well. `evidence` are the places that
    imply the need, the narrowest first. `caller` is the hook or invoker behind an INVOKE need,
    `feature` with its `target` (none: it has no resource of its own) what is behind a CONFIGURED
    one; `uncertain` says, as a clause, why it may not be needed. `unsent` are condition keys (lower
    case) that its request is known to lack.
    """

    kind: NeedKind
    function: Function
    request: Request
    evidence: tuple[Origin, ...]
    caller: Hook | Invoker | None = None
    instead: Request | None = None
    feature: Feature | None = None
    target: Text | None = None
    uncertain: str = ""
    unsent: frozenset[str] = frozenset()
