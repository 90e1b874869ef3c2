"""A Lambda function and what is configured on it."""

from __future__ import annotations

from enum import Enum

from msgspec.structs import replace

from auditor.iam.document import Policy, PolicyKind, Statement, UnknownStatement
from auditor.iam.frozen import Frozen
from auditor.iam.origin import NOWHERE, Origin
from auditor.iam.text import Text, text

TEST_ALIAS = text("TSTALIASID")
"""The id of the alias that every Lex V2 bot has for tests (Lex V2 developer guide)."""


class LogGroup(Frozen):
    """The log group a function writes. `managed` is True where the estate makes the group, False
    where it is known to be absent, None where nothing tells."""

    name: Text
    managed: bool | None = None
    origin: Origin = NOWHERE


class UrlAuth(Enum):
    NONE = "NONE"
    AWS_IAM = "AWS_IAM"


class FunctionUrl(Frozen):
    """A URL of the function itself, or of the alias `qualifier`: each may have one of its own."""

    auth: UrlAuth
    qualifier: Text | None = None
    origin: Origin = NOWHERE


class EventSource(Frozen):
    """An event source mapping: the function's role polls `arn`, None for a Kafka cluster that is not
    AWS's. `secrets` are what it signs in with, `in_vpc` tells that it names subnets to reach the
    source through. `uncertain` says, as a clause, why it may not be there; empty where it is."""

    arn: Text | None
    on_failure: Text | None = None
    origin: Origin = NOWHERE
    secrets: tuple[Text, ...] = ()
    in_vpc: bool = False
    uncertain: str = ""


class LexGeneration(Enum):
    V1 = "v1"
    V2 = "v2"

    @property
    def service(self) -> str:
        """The principal that calls for bots of this generation."""
        return "lex.amazonaws.com" if self is LexGeneration.V1 else "lexv2.amazonaws.com"


class Hook(Frozen):
    """A Lex bot's link to a function: a V1 intent, or a V2 bot alias.

    `source_arn` is what Lex sends as aws:SourceArn, with `each` holes where every value may
    come (a V1 intent's version). `name` is the intent (V1) or the bot and alias (V2) for
    messages. `qualifier` is the version or alias of the function that is called, None for the
    unqualified function.
    """

    generation: LexGeneration
    source_arn: Text
    name: Text
    qualifier: Text | None = None
    bot: Text | None = None
    intent: Text | None = None
    alias: Text | None = None
    origin: Origin = NOWHERE

    @property
    def for_tests(self) -> bool:
        """Whether it is the bot's alias for tests, which the console calls."""
        return self.alias == TEST_ALIAS


class Invoker(Frozen):
    """A service that calls the function through its resource policy, Lex apart.

    `source_arn` is what it sends as aws:SourceArn, `within` the pattern of all that the same
    resource may send, where that is more or is not known in full (an API's routes).
    """

    service: str
    source_arn: Text | None = None
    source_account: Text | None = None
    qualifier: Text | None = None
    origin: Origin = NOWHERE
    within: Text | None = None


class Elsewhere(Frozen):
    """What other templates of the same run tell of a function: the statements that they put on it, and
    who calls it there. It takes part in every answer about the function, but is judged over there, where
    it is written. `described` tells that one of them declares the function itself."""

    statements: tuple[Statement, ...] = ()
    unknown: tuple[UnknownStatement, ...] = ()
    hooks: tuple[Hook, ...] = ()
    invokers: tuple[Invoker, ...] = ()
    described: bool = False


class Function(Frozen):
    """A function, or a published `version` of one that is configured otherwise than the function is
    now. `arn` is unqualified but for a version, with holes for what is not known.

    `role` is the key of its execution role in the estate, None where the role is not known.
    `resource_policy` holds the statements of all its permissions, each with the origin and
    address of its permission; None where the policy is not known (an empty policy is known).
    `hooks` and `invokers` list what is known to call it; `hooks_known` and `invokers_known`
    tell whether the list is all there is, so that what is absent from it is known to be absent;
    `services_known` are the services of which every caller is among `invokers`, as far as the
    configuration that names one of them goes.
    `arn_derived` tells that no input writes the ARN: it is made of the name and of what tells the
    account and the region.
    `described` is False where only what names the function was read, and not the function itself:
    then what else it needs is not known. `provider` is what its Terraform block names as its
    provider (`aws.west`), None where that is the default one.
    Of a version only its role and configuration are told: who may call it, and who does, stands with
    the function, so that its own policy is empty and known to be.
    """

    name: Text
    arn: Text
    address: str | None = None
    origin: Origin = NOWHERE
    role: str | None = None
    log_group: LogGroup | None = None
    resource_policy: Policy | None = None
    hooks: tuple[Hook, ...] = ()
    hooks_known: frozenset[LexGeneration] = frozenset()
    invokers: tuple[Invoker, ...] = ()
    invokers_known: bool = False
    services_known: frozenset[str] = frozenset()
    urls: tuple[FunctionUrl, ...] = ()
    runtime: str | None = None
    vpc: bool | None = None
    tracing: bool | None = None
    dead_letter: Text | None = None
    destinations: tuple[Text, ...] = ()
    event_sources: tuple[EventSource, ...] = ()
    file_systems: tuple[Text, ...] = ()
    kms_key: Text | None = None
    layers: tuple[Text, ...] = ()
    arn_derived: bool = False
    described: bool = True
    provider: str | None = None
    version: Text | None = None
    made: Text | None = None
    """How a template makes its name of parameters, which are holes here; None where it does not."""
    elsewhere: Elsewhere | None = None
    """None where no other template speaks of it."""

    @property
    def whole_policy(self) -> Policy | None:
        """Its resource policy with what other templates put on it behind the function's own statements;
        None where it is not known."""
        other = self.elsewhere
        if other is None or not (other.described or other.statements or other.unknown):
            return self.resource_policy
        own = self.resource_policy or Policy(PolicyKind.RESOURCE)
        known = self.resource_policy is not None or other.described
        unread = () if known else (UnknownStatement(text("the function's policy")),)
        joined = replace(own, unknown=(*own.unknown, *other.unknown, *unread))
        return joined.with_statements((*own.statements, *other.statements))

    @property
    def key(self) -> str:
        """What names this function in an estate: its address, else its ARN."""
        return self.address or str(self.arn)

    @property
    def common_key(self) -> str:
        """What names the function itself: a version has it in common with the function."""
        return self.key if self.version is None else self.key.removesuffix(f":{self.version}")

    @property
    def title(self) -> str:
        """What a report calls it: its name, or the logical id where CloudFormation makes one up; of a
        version with its number."""
        named = title(self.name, self.address)
        return named if self.version is None else f"{named}:{self.version}"


def title(name: Text, address: str | None) -> str:
    """A name as a report shows it: one that is wholly made up for the block `address` by that."""
    hole = name.hole
    return address if address is not None and hole is not None and hole.name == address else str(name)
