"""One estate: what is deployed together and may refer to one another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeVar

from auditor.estate.function import Function, LexGeneration
from auditor.estate.role import Role
from auditor.iam.document import Policy
from auditor.iam.frozen import Frozen
from auditor.iam.origin import NOWHERE, Origin
from auditor.iam.text import ACCOUNT, REGION, Text, text

Derived = TypeVar("Derived")

UNKNOWN_ACCOUNT = text(ACCOUNT)
UNKNOWN_REGION = text(REGION)
AWS_PARTITION = text("aws")


class SourceKind(Enum):
    """What an estate was read from; decides how its fixes are rendered first."""

    TERRAFORM = "terraform"
    PLAN = "plan"
    STATE = "state"
    CLOUDFORMATION = "cloudformation"
    BUNDLE = "bundle"
    DOCUMENT = "document"
    AWS = "aws"


class Bot(Frozen):
    """A Lex bot of the estate, whether or not its hooks are known. `id` is the V2 bot id; a V1
    bot has none. `code_hooks` tells that some function is called, though perhaps not which."""

    generation: LexGeneration
    name: Text
    id: Text | None = None
    code_hooks: bool = False
    address: str | None = None
    origin: Origin = NOWHERE


class Intent(Frozen):
    """A Lex V1 intent of the estate."""

    name: Text
    address: str | None = None
    origin: Origin = NOWHERE


class Unresolved(Frozen):
    """A part of the input whose value is not known: `text` is its source."""

    origin: Origin
    text: str


class Skipped(Frozen):
    """An input that could not be looked at. `reason` is one line with the user's text in
    backticks; `help` one line on what to do."""

    origin: Origin
    reason: str
    help: str = ""


class Document(Frozen):
    """A policy document that stands alone: nothing tells what it is attached to."""

    policy: Policy
    name: str


@dataclass(frozen=True, slots=True)
class Estate:
    """Everything that was read from one root: one Terraform root module, one template, all
    bundles together. `root` is its folder or file relative to the repository (part of
    fingerprints). `account`, `region` are holes where nothing tells them; `partition` is a
    literal."""

    kind: SourceKind
    root: str = ""
    functions: tuple[Function, ...] = ()
    roles: tuple[Role, ...] = ()
    bots: tuple[Bot, ...] = ()
    intents: tuple[Intent, ...] = ()
    documents: tuple[Document, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    account: Text = UNKNOWN_ACCOUNT
    region: Text = UNKNOWN_REGION
    partition: Text = AWS_PARTITION
    origin: Origin = NOWHERE
    holding: tuple[frozenset[str], ...] = field(default=(), repr=False, compare=False)
    """Of a template with `cases`: when it is like this. Each is the conditions that hold together, and
    after `not ` those that do not."""
    cases: tuple[Estate, ...] = field(default=(), repr=False, compare=False)
    """The same template where other conditions hold than those that its defaults decide. One of
    which `holding` is empty stands for all of them: what hangs on them may not be there."""
    imported: tuple[tuple[Text, str], ...] = field(default=(), repr=False, compare=False)
    """Of a template, the values that others export, and the names by which it imports them."""
    _roles: dict[str, Role] = field(init=False, repr=False, compare=False)
    _runs_with: dict[str, tuple[Function, ...]] = field(init=False, repr=False, compare=False)
    _kin: dict[str, tuple[Function, ...]] = field(init=False, repr=False, compare=False)
    _derived: dict[object, Any] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_derived", {})
        running: dict[str, list[Function]] = {}
        for function in self.functions:
            if function.role is not None:
                running.setdefault(function.role, []).append(function)
        kin: dict[str, list[Function]] = {}
        for function in self.functions if any(each.version is not None for each in self.functions) else ():
            kin.setdefault(function.common_key, []).append(function)
        object.__setattr__(self, "_kin", {key: tuple(found) for key, found in kin.items()})
        object.__setattr__(self, "_roles", {role.key: role for role in reversed(self.roles)})
        object.__setattr__(self, "_runs_with", {key: tuple(found) for key, found in running.items()})

    def role(self, key: str | None) -> Role | None:
        return self._roles.get(key) if key is not None else None

    def import_of(self, value: Text) -> str | None:
        """The name by which a template imports a value that only another one knows as a whole."""
        return next((name for held, name in self.imported if held == value and held.literal is None), None)

    def derived(self, make: Callable[[Estate], Derived]) -> Derived:
        """What `make` makes of this estate, which is asked for again and again: made once."""
        if make not in self._derived:
            self._derived[make] = make(self)
        made: Derived = self._derived[make]
        return made

    def functions_of(self, role: Role) -> tuple[Function, ...]:
        """The functions, and versions of functions, that run with this role."""
        return self._runs_with.get(role.key, ())

    def only_function_of(self, role: Role) -> Function | None:
        """The function that alone runs with this role: the first of its versions that do."""
        running = self.functions_of(role)
        if not running:
            return None
        first = running[0].common_key
        return running[0] if all(other.common_key == first for other in running[1:]) else None

    def versions_beside(self, function: Function) -> tuple[Function, ...]:
        """The function of this common key and its versions that differ, in order; nothing where the
        estate has no versions."""
        return self._kin.get(function.common_key, ())


class Reading(Frozen):
    """The outcome of reading all sources."""

    estates: tuple[Estate, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    sources: tuple[str, ...] = ()
    """The files that were read, relative to the working directory, in order."""

    @property
    def every_case(self) -> Iterator[Estate]:
        """All estates, each followed by its other cases."""
        for estate in self.estates:
            yield estate
            yield from estate.cases

    @property
    def empty(self) -> bool:
        """Whether there was nothing to audit."""
        return not any(e.functions or e.roles or e.documents for e in self.every_case)
