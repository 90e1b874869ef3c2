"""What can go wrong while reading: with a place and a line of help, for the user."""

from __future__ import annotations

from auditor.estate.estate import Skipped
from auditor.iam.origin import NOWHERE, Origin


class ReadError(Exception):
    """The root of what this package raises. `message` is one line in lower case with the
    user's own text in backticks; `help` one line on what to do, empty where nothing helps."""

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.help = help


class UsageError(ReadError):
    """The user asked for something that cannot be: an unknown kind, an account of 11 digits."""


class SourceError(ReadError):
    """An input cannot be read; `origin` is the first place where it is wrong."""

    def __init__(self, message: str, origin: Origin = NOWHERE, help: str = "") -> None:
        super().__init__(message, help)
        self.origin = origin

    def __str__(self) -> str:
        return f"{self.origin}: {self.message}"

    def as_skipped(self) -> Skipped:
        """This error as an entry of what was not looked at."""
        return Skipped(self.origin, self.message, self.help)
