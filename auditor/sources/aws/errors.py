"""What can become of a call, besides its answer.

CallError
  AbsentError       there is no such thing: an answer too
  RefusedError      a permission is missing
  UnavailableError  the endpoint does not answer, or does not know the call
  FailedError       it kept failing, or something else went wrong
    NamelessError   nothing can have the name that was asked about
"""

from __future__ import annotations

from auditor.estate.estate import Skipped
from auditor.iam.origin import Origin


class CallError(Exception):
    """A call without an answer. `permission` is what the call needs, `about` the ARN of what was
    asked about; `reason` and `help` are told to the user."""

    def __init__(self, permission: str, about: str, reason: str, help: str) -> None:
        super().__init__(reason)
        self.permission = permission
        self.about = about
        self.reason = reason
        self.help = help

    def as_skipped(self) -> Skipped:
        """This error as an entry of what was not looked at."""
        return Skipped(Origin(arn=self.about), self.reason, self.help)


class AbsentError(CallError):
    """What was asked about does not exist."""


class RefusedError(CallError):
    """AWS refuses the call."""


class UnavailableError(CallError):
    """Nobody answers for this service here, or the call is not known."""


class FailedError(CallError):
    """The call kept failing."""


class NamelessError(FailedError):
    """What was asked about has a name that nothing can have."""
