"""Policy documents as frozen values: what `parse` makes of a Node."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from msgspec.structs import replace

from auditor.iam.frozen import Frozen
from auditor.iam.origin import NOWHERE, Origin
from auditor.iam.request import PrincipalKind
from auditor.iam.text import Text


class Effect(Enum):
    ALLOW = "Allow"
    DENY = "Deny"


class PolicyKind(Enum):
    """Which elements a document must and may have."""

    IDENTITY = "identity"
    """Attached to a role: Resource, no Principal."""
    RESOURCE = "resource"
    """Attached to a function: Principal and Resource."""
    TRUST = "trust"
    """A role's trust policy: Principal, no Resource."""


class Pattern(Frozen):
    """An action, a resource or a condition value as written."""

    text: Text
    origin: Origin = NOWHERE


class PrincipalPattern(Frozen):
    """One entry of Principal or NotPrincipal. `"*"` and `{"AWS": "*"}` have kind ANYONE."""

    kind: PrincipalKind
    text: Text
    origin: Origin = NOWHERE


class Quantifier(Enum):
    ALL = "ForAllValues"
    ANY = "ForAnyValue"


class Operator(Frozen):
    """A condition operator taken apart: `ForAnyValue:StringLikeIfExists`.

    `name` is the base operator in AWS's spelling (`StringLike`, `ArnNotEquals`, `Null`, ...),
    or the user's own text where AWS knows no such operator.
    """

    name: str
    quantifier: Quantifier | None = None
    if_exists: bool = False

    def __str__(self) -> str:
        prefix = f"{self.quantifier.value}:" if self.quantifier else ""
        return prefix + self.name + ("IfExists" if self.if_exists else "")


class Condition(Frozen):
    """One operator applied to one key; a statement's conditions must all hold.

    `key` is as written; compare it in lower case. A key with a hole is not known.
    """

    operator: Operator
    key: Text
    values: tuple[Pattern, ...]
    origin: Origin = NOWHERE


class Statement(Frozen):
    """One statement. `not_*` tell that the element was written NotAction, NotResource, ...

    `principals` is None where the element is absent (identity policies), `resources` likewise
    (trust policies). `resource` elements hold patterns with `*`, `?` and policy variables.
    `uncertain` says, as a clause, why the statement may not be there at all; empty where it is.
    """

    effect: Effect
    actions: tuple[Pattern, ...]
    resources: tuple[Pattern, ...] | None = None
    principals: tuple[PrincipalPattern, ...] | None = None
    conditions: tuple[Condition, ...] = ()
    not_action: bool = False
    not_resource: bool = False
    not_principal: bool = False
    sid: Text | None = None
    index: int = 0
    origin: Origin = NOWHERE
    uncertain: str = ""


class UnknownStatement(Frozen):
    """A statement, or a list of them, that could not be read: it may allow anything, or where
    its `effect` could be read and is Deny, deny anything. `reason` is said of a decision that
    rests on it, where there is more to say than that `text` is not known.

    `body` is what the statement says, where that could be read and only its effect, or only
    whether it is in this policy, is not known. Then it bears on what the body matches alone, and
    without an `effect` it may allow or deny that.
    """

    text: Text
    origin: Origin = NOWHERE
    effect: Effect | None = None
    reason: str = ""
    body: Statement | None = None

    @property
    def may_deny(self) -> bool:
        """Whether it may deny: known to be a Deny, or a statement whose effect alone is not known."""
        return self.effect is Effect.DENY or (self.effect is None and self.body is not None)


class DefectKind(Enum):
    MALFORMED = "malformed"
    DUPLICATE_SID = "duplicate-sid"
    DUPLICATE_KEY = "duplicate-key"
    OLD_VERSION = "old-version"
    NOT_PRINCIPAL = "not-principal"
    UNKNOWN_ACTION = "unknown-action"
    """An action that AWS does not have."""
    REDUNDANT = "redundant"
    """A statement that another one says too."""


class Defect(Frozen):
    """What is wrong with a document: `message` starts in lower case and quotes the user's text;
    `statement` is the number, from 0, of the statement that it is in, None where it is about more."""

    kind: DefectKind
    message: str
    origin: Origin = NOWHERE
    help: str = ""
    statement: int | None = None


class Policy(Frozen):
    """A policy document. `defects` tell what AWS would refuse; what could be read stands in
    `statements`, and what could not in `unknown`.

    `version` is None where the document has none (AWS then takes 2008-10-17).
    """

    kind: PolicyKind
    statements: tuple[Statement, ...] = ()
    unknown: tuple[UnknownStatement, ...] = ()
    version: str | None = "2012-10-17"
    defects: tuple[Defect, ...] = ()
    origin: Origin = NOWHERE

    @property
    def unread(self) -> bool:
        """Whether nothing of the document could be read."""
        return bool(self.unknown) and not self.statements

    @property
    def variables(self) -> bool:
        """Whether `${...}` in this document is a policy variable (version 2012-10-17 only)."""
        return self.version == "2012-10-17"

    def with_statements(self, statements: tuple[Statement, ...]) -> Policy:
        """This policy with other statements, renumbered."""
        return replace(self, statements=tuple(replace(s, index=i) for i, s in enumerate(statements)))

    def __iter__(self) -> Iterator[Statement]:
        return iter(self.statements)
