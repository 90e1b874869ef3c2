"""Facts: what rules range over. The names here are the words of a rule's `when`.

A fact says what is so, in the terms of design.md, and carries the proof. Which facts are
worth a finding, and how bad they are, is the rules' business, not the facts'.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from msgspec import field

from auditor.estate.estate import Estate
from auditor.estate.function import Function
from auditor.estate.role import Role, RolePolicy
from auditor.estate.service import Narrowest
from auditor.iam.decide import Policies
from auditor.iam.document import Defect, DefectKind, Policy, Statement
from auditor.iam.frozen import Frozen
from auditor.iam.origin import NOWHERE, Origin
from auditor.iam.request import Request
from auditor.iam.text import Hole
from auditor.needs.need import Feature, Need


class FactKind(Enum):
    INVOKE_NEED = "invoke-need"
    """A hook or event source that must be able to invoke the function."""
    INVOKE_GRANT = "invoke-grant"
    """One Allow statement of a function's resource policy, for one of its principals."""
    URL_NEED = "url-need"
    """A permission that the callers of a function URL must have."""
    LOG_NEED = "log-need"
    """What a function must be able to write to its own log group."""
    LOG_GRANT = "log-grant"
    """One Allow statement of a role's policy that allows logs actions."""
    ROLE_NEED = "role-need"
    """What one thing that a function is configured with asks of its role."""
    ROLE_GRANT = "role-grant"
    """One Allow statement of a role's policy."""
    ROLE_PATH = "role-path"
    """One way by which a role can raise its own rights."""
    ROLE_USE = "role-use"
    """A role that several functions run with."""
    TRUST_NEED = "trust-need"
    """Lambda must be able to assume the function's role."""
    TRUST_GRANT = "trust-grant"
    """One Allow statement of a role's trust policy, for one of its principals."""
    DOCUMENT = "document"
    """One thing that is wrong with one policy document."""


class Answer(Enum):
    ALLOWED = "allowed"
    DENIED = "denied"
    UNDETERMINED = "undetermined"


class Caller(Enum):
    """What kind of principal a statement names."""

    ANYONE = "anyone"
    SERVICE = "service"
    AWS = "aws"
    FEDERATED = "federated"
    NONE = "none"


class Reach(Enum):
    """How far the excess of a grant reaches, the widest first: who its witness is.

    Invocation: `anyone`; `any-account` (a service on behalf of any account's resource, or any
    account's principals); `some-accounts` (every account whose number fits a pattern); `same-name`
    (a service on behalf of another account's resource that has the name of the one that is meant);
    `organisation` (any account of an organisation); `other-account` (one named foreign account);
    `account` (everything of that kind in the own account); `bot` (another alias of the one bot it
    names); `orphan` (a well-formed source that nothing needs). Trust: the same, where `account` is
    another principal or service of the account.
    Logs: `any-group` (groups outside /aws/lambda/), `lambda-groups` (groups of other functions).
    `elsewhere`: only what is needed, in another region (logs: or account). `none`: no excess.
    """

    ANYONE = "anyone"
    ANY_ACCOUNT = "any-account"
    SOME_ACCOUNTS = "some-accounts"
    SAME_NAME = "same-name"
    ORGANISATION = "organisation"
    OTHER_ACCOUNT = "other-account"
    ACCOUNT = "account"
    BOT = "bot"
    ORPHAN = "orphan"
    ANY_GROUP = "any-group"
    LAMBDA_GROUPS = "lambda-groups"
    ELSEWHERE = "elsewhere"
    NONE = "none"


class Obstacle(Enum):
    """Why a need is denied."""

    NO_GRANT = "no-grant"
    """Nothing allows it."""
    QUALIFIER = "qualifier"
    """It is allowed on another version or alias of the function."""
    DEAD_GRANT = "dead-grant"
    """A statement meant for it can never match."""
    OTHER_FUNCTION = "other-function"
    """It is allowed on another function, by a statement of this one's policy."""
    DENIED = "denied"
    """A Deny statement refuses it."""
    SOURCE_ACCOUNT = "source-account"
    """A statement meant for it asks for a source account, which its service never sends."""
    CROSSED_GENERATION = "crossed-generation"
    """The same ARN is allowed for the other Lex generation's principal."""
    NONE = "none"


class Generation(Enum):
    V1 = "v1"
    V2 = "v2"
    NONE = "none"


class UrlGrant(Enum):
    """What a grant is to the function's URL."""

    NONE = "none"
    """It does not hang on a URL."""
    OPEN = "open"
    """It lets callers in through the URL."""
    INCOMPLETE = "incomplete"
    """The URL needs a second permission, which its callers lack."""
    ABSENT = "absent"
    """It would, and no URL is known."""
    PASSES = "passes"
    """It lets pass who may call the URL, and another statement says who may."""


class Fact(Frozen, kw_only=True):
    """What all facts carry. `origin` is the narrowest place; `witness` the request that proves
    it, where one does: concrete, and `expected` tells what it should be decided as."""

    estate: Estate
    origin: Origin = NOWHERE
    related: tuple[Origin, ...] = ()
    witness: Request | None = None
    witness_in: Policies | None = None
    """The policies, holes filled, by which the witness is decided."""
    values: Mapping[Hole, str] = field(default_factory=lambda: MappingProxyType({}))
    """What the witness has in the place of holes."""
    function: Function | None = None
    role: Role | None = None
    undetermined: str = ""
    """Why the question behind this fact could not be answered; empty where it could."""
    key_absent: bool = False
    """The witness proves it only because it lacks a condition key that its sender usually sends:
    the finding then says so, and is less certain."""


class InvokeNeed(Fact, kw_only=True):
    """A caller that has to be able to invoke a function, and whether it is."""

    need: Need
    service: str
    lex: bool
    generation: Generation
    decision: Answer
    obstacle: Obstacle
    verified: bool = True
    """What the service sends could be checked against a document."""
    other_statement: Statement | None = None
    """The dead, crossed or wrongly qualified statement, or the Deny, behind `obstacle`."""


class InvokeGrant(Fact, kw_only=True):
    """A statement of a resource policy that lets somebody invoke a function."""

    statement: Statement
    caller: Caller
    service: str
    """The service that is named; of a grant for everyone, the one that its witness shows, if one does."""
    lex: bool
    generation: Generation
    reach: Reach
    crossed: bool
    """The source ARN is of the other Lex generation than the principal."""
    never_matches: bool
    """No source ARN that the service sends satisfies it."""
    why_never: str
    """What is wrong with the source ARN, as a clause for a message."""
    callers_known: bool
    """Whether all that may call through this principal is known."""
    principal: str = ""
    """The principal as the policy writes it."""
    narrowest: Narrowest = Narrowest.SOURCE
    """How far a permission for the service can be expected to be narrowed."""
    before_source: bool = False
    """What calls stands in the same template and is made after its permission, which cannot refer to it."""
    by_role: bool = False
    """The service calls with a role of the account, and needs no permission here."""
    verified: bool = True
    """What the service sends could be checked against a document."""
    optional_guard: str = ""
    """The conditions that pass where their key is absent, and are all that stands in the way of its witness."""
    url: UrlGrant = UrlGrant.NONE
    """What it is to the function's URL."""
    beyond: tuple[str, ...] = ()
    """Actions on the function, other than invoking it, that the statement allows to the principal."""
    serves: tuple[Need, ...] = ()
    """The needs that this statement allows."""


class UrlNeed(Fact, kw_only=True):
    """What calls a function URL has to be allowed, and whether it is."""

    need: Need
    decision: Answer
    lacking: str
    """The action that the permission is for."""
    auth: str
    """What the URL asks of its callers: `NONE` or `AWS_IAM`."""
    principal: str
    """Who calls."""


class LogNeed(Fact, kw_only=True):
    """The log group that a function writes, and whether its role may."""

    decision: Answer
    actions: tuple[str, ...]
    """The denied actions."""
    group: str
    suffix_missing: bool
    """A statement names the group without the `:*` that covers its streams."""


class LogGrant(Fact, kw_only=True):
    """A statement of a role's policy that lets a function write logs."""

    statement: Statement
    policy: RolePolicy
    reach: Reach
    aws_managed: bool
    creates_managed_group: bool
    """It allows CreateLogGroup for a group that the estate manages."""
    beyond_writing: tuple[str, ...]
    """Logs actions it allows beyond creating groups and streams and putting events."""
    groups: tuple[str, ...] = ()
    """The own groups of the role's functions."""
    attached: bool = True
    """A role is known that has the policy; else it is a document alone."""
    looking: bool = False
    """What it allows beyond writing only lists and describes."""


class Width(Enum):
    """What of a statement of a role is wide, one fact each."""

    SERVICE = "service"
    """All actions of a service."""
    RESOURCE = "resource"
    """Actions that take a resource, on any."""
    PASSING = "pass-role"
    """Passing any role, or one to any service."""
    NEGATION = "negation"
    """Everything but what it names."""
    NONE = "none"


class RoleNeed(Fact, kw_only=True):
    """What a function's settings need of its role, and whether it is allowed."""

    decision: Answer
    feature: Feature
    actions: tuple[str, ...]
    """The denied actions, or those that are needed where none is."""
    target: str
    """What they are needed on, as a clause for a message."""
    elsewhere: bool
    """The target's own policy, which is not known, may allow them too."""
    needs: tuple[Need, ...] = ()


class RoleGrant(Fact, kw_only=True):
    """A statement of a role's policy and how wide it is."""

    statement: Statement
    policy: RolePolicy
    admin: bool
    """It allows every action on every resource."""
    attached: bool = True
    """A role is known that has the policy; else it is a document alone."""
    width: Width = Width.NONE
    anywhere: bool = False
    """It allows that on any resource of its kind."""
    any_service: bool = False
    """A role may be passed to any service."""
    looking: bool = False
    """What is wide of it only lists and describes."""
    needed: bool = False
    """What the functions are configured with needs all of it, though on fewer resources."""
    aws_managed: bool = False
    services: tuple[str, ...] = ()
    """The services all of whose actions it allows."""
    actions: tuple[str, ...] = ()
    """The actions that it allows on any resource, as few patterns."""
    negated: str = ""
    """The element that makes it a negation."""
    through: tuple[str, ...] = ()
    """The condition keys that bind what is wide of it to calls that another service makes."""
    refused: tuple[str, ...] = ()
    """What Deny statements and a boundary take from it, as few patterns."""


class RolePath(Fact, kw_only=True):
    """A way to more rights that a role opens."""

    path: str
    """Its name."""
    title: str
    """What the function can do, as a clause."""
    actions: tuple[str, ...]
    direct: bool
    """It raises the function's own rights, without anybody's help."""
    attached: bool = True
    """A role is known that has the policy; else it is a document alone."""
    statements: tuple[Statement, ...] = ()
    """Those that allow its steps."""


class RoleUse(Fact, kw_only=True):
    """A role with which several functions run."""

    functions: tuple[str, ...]
    """The functions that run with the role, by name."""
    owner: str
    """The one of them that alone needs what the witness shows."""


class TrustNeed(Fact, kw_only=True):
    """The need of Lambda to assume the role of a function, and whether it may."""

    decision: Answer
    service_linked: bool
    gone: bool = False
    """There is no such role any more."""


class TrustGrant(Fact, kw_only=True):
    """A statement of a trust policy that lets somebody assume a role."""

    statement: Statement
    caller: Caller
    principal: str
    service: str
    reach: Reach
    attached: bool = True
    """A role is known that has the trust policy; else it is a document alone."""


class DocumentFact(Fact, kw_only=True):
    """What is wrong with how a policy is written."""

    policy: Policy
    defect: Defect
    problem: DefectKind = field(default=DefectKind.MALFORMED)


FACTS: dict[FactKind, type[Fact]] = {
    FactKind.INVOKE_NEED: InvokeNeed,
    FactKind.INVOKE_GRANT: InvokeGrant,
    FactKind.URL_NEED: UrlNeed,
    FactKind.LOG_NEED: LogNeed,
    FactKind.LOG_GRANT: LogGrant,
    FactKind.ROLE_NEED: RoleNeed,
    FactKind.ROLE_GRANT: RoleGrant,
    FactKind.ROLE_PATH: RolePath,
    FactKind.ROLE_USE: RoleUse,
    FactKind.TRUST_NEED: TrustNeed,
    FactKind.TRUST_GRANT: TrustGrant,
    FactKind.DOCUMENT: DocumentFact,
}
