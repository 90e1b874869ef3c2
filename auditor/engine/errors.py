"""What is wrong with rule files, for the person who wrote them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from auditor.iam.frozen import Frozen
from auditor.iam.origin import Origin
from auditor.sources.errors import UsageError


class Fault(Frozen):
    """One thing that is wrong with a rule file: `message` is one line in lower case with the
    user's own text in backticks, `help` one line on what to do."""

    message: str
    origin: Origin
    help: str = ""

    def __str__(self) -> str:
        return f"{self.origin}: {self.message}"


class RuleError(UsageError):
    """Rule files cannot be used; `faults` are all that were found, in the order of their places."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        count = len(faults)
        super().__init__(f"{count} {'error' if count == 1 else 'errors'} in the rule files")
        self.faults = tuple(sorted(faults, key=lambda fault: (fault.origin.sort_key(), fault.message)))


class Faults:
    """A growing list of what is wrong with one file."""

    def __init__(self) -> None:
        self.found: list[Fault] = []

    def add(self, message: str, origin: Origin, help: str = "") -> None:
        self.found.append(Fault(message, origin, help))

    def unknown(self, what: str, name: str, known: Iterable[str], origin: Origin) -> None:
        """Report a name that is not among `known`, with the nearest that is."""
        self.add(f"{what} `{name}` is not known", origin, nearest(name, known))


def nearest(name: str, known: Iterable[str]) -> str:
    """A line of help: the name among `known` that was probably meant, else all of them."""
    choices = sorted(known)
    near = difflib.get_close_matches(name, choices, 1)
    return f"did you mean `{near[0]}`?" if near else one_of(choices)


def one_of(choices: Iterable[str]) -> str:
    """A line of help that names what may be written."""
    return "use one of " + ", ".join(f"`{choice}`" for choice in choices)
